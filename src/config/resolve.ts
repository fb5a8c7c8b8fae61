import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveBrowser } from '../domains/browsers/rules.ts';
import { resolveChaos } from '../domains/chaos/rules.ts';
import { resolveJourneys } from '../domains/journeys/rules.ts';
import { sampleFeatures, sampleJourneys } from '../domains/journeys/sample-journeys.ts';
import { resolveKubernetes } from '../domains/load/kubernetes/rules.ts';
import { resolveWatch } from '../domains/monitoring/watch/rules.ts';
import { type LoadProfile, rateShape } from '../domains/traffic/profile.ts';
import { resolveUat } from '../domains/uat/rules.ts';
import type { ObjectiveOverride, ResolvedConfig } from '../model/config.ts';
import { ShakedownError } from '../model/error.ts';
import type { JourneySettings } from '../model/journeys.ts';
import type { Header } from '../model/traffic.ts';
import type { Objective } from '../model/verdict.ts';
import { resolveMetrics } from '../run/live/rules.ts';
import { knownObjectives } from './known-objectives.ts';
import { type ParsedConfig, sampleVersions } from './schema.ts';
import { closest } from './suggest.ts';

/** The recording that comes with Shakedown: traffic of the sample system, made by a program, so free of personal data. */
const bundledRecording = fileURLToPath(new URL('../../load/traffic/sample-shop', import.meta.url));
/** Where `shakedown traffic anonymize` is told to write by `shakedown init`. */
const usualRecording = 'load/traffic/production';

/** What the default objectives ask for, with some to spare; and what a core bears of generator, balancer, shop and database together. */
const wantedRate = 1150;
const ratePerCore = 275;

/**
 * What runs where there is no configuration: the sample system and its recording, at the rate that the default objectives ask for or, on a
 * machine too small for the system and the generator beside it, at one that it bears.
 */
export function bundledConfig(cores: number): ParsedConfig {
  const ratePerSecond = Math.min(wantedRate, ratePerCore * cores);
  return { target: { sample: {} }, profile: { mode: 'bootstrap', ratePerSecond, seed: 1 } };
}

/**
 * Fills in every default and makes paths absolute.
 * @param folder absolute path that relative paths start from
 * @param replays whether traffic will be replayed: a system of the user's own then needs a recording
 * @throws ShakedownError CONFIG_INVALID when the profile asks for writes that the configuration does not allow
 */
export function resolveConfig(parsed: ParsedConfig, folder: string, replays: boolean): ResolvedConfig {
  const { target } = parsed;
  // A file that it names has been read.
  const profile: LoadProfile = typeof parsed.profile === 'object' ? parsed.profile : {};
  const at = (path: string) => resolve(folder, path);
  const orNull = (path: string | undefined) => (path === undefined ? null : at(path));
  const sample = target.sample
    ? { defects: target.sample.defects ?? '', version: sampleVersion(target.sample.version ?? parsed.version) }
    : null;
  const baseUrl = target.baseUrl?.replace(/\/+$/, '') ?? null;
  if (parsed.traffic === undefined && sample === null && replays) {
    throw new ShakedownError(
      'CONFIG_INVALID',
      'traffic.recording: missing: a system of your own needs traffic of its own',
      {
        hint: 'Make a recording with `shakedown traffic import`, then `shakedown traffic anonymize`, and name its folder.',
      },
    );
  }
  // The sample system's data is thrown away afterwards; a system of the user's is written to only when asked.
  const writes = parsed.replay?.writes ?? (sample ? 'recorded' : 'safe');
  if (profile.writes === 'recorded' && writes === 'safe') {
    throw new ShakedownError(
      'CONFIG_INVALID',
      'profile.writes: recorded, but the configuration allows safe methods only',
      {
        hint: "Set replay.writes: 'recorded' where the target may be written to.",
      },
    );
  }
  const allowHosts = allowedHosts(baseUrl, target.allowHosts ?? []);
  for (const [from, to] of Object.entries(target.hosts ?? {})) {
    if (to === null || allowHosts.includes(new URL(to).host) || allowHosts.includes(new URL(to).hostname)) continue;
    throw new ShakedownError('CONFIG_INVALID', `target.hosts.${JSON.stringify(from)}: ${to} is not an allowed host`, {
      hint: `Add ${JSON.stringify(new URL(to).host)} to target.allowHosts if it may be sent traffic.`,
    });
  }
  return {
    name: parsed.name ?? (baseUrl === null ? 'Sample shop' : new URL(baseUrl).host),
    version: sample?.version ?? parsed.version ?? 'unknown',
    baselineVersion: parsed.baselineVersion ?? null,
    environment: parsed.environment ?? (sample ? 'sample' : 'staging'),
    ...(parsed.artifacts === undefined ? {} : { artifacts: parsed.artifacts }),
    target: {
      sample,
      baseUrl,
      allowHosts,
      hosts: { ...target.hosts },
      headers: Object.entries(target.headers ?? {}).map(([name, value]): Header => [name.toLowerCase(), value]),
      dropHeaders: (target.dropHeaders ?? []).map((name) => name.toLowerCase()),
      tls: {
        caFile: orNull(target.tls?.caFile),
        certFile: orNull(target.tls?.certFile),
        keyFile: orNull(target.tls?.keyFile),
      },
      http2: target.http2 ?? true,
      tokenHook: target.tokenHook
        ? {
            command: target.tokenHook.command,
            header: target.tokenHook.header?.toLowerCase() ?? 'authorization',
            everyS: target.tokenHook.everyS ?? 300,
          }
        : null,
      scale: target.scale ?? null,
      healthPath: target.healthPath ?? (sample ? '/healthz' : null),
      ...(target.artifactPath === undefined ? {} : { artifactPath: target.artifactPath }),
    },
    traffic: {
      recording: parsed.traffic ? at(parsed.traffic.recording) : sample ? bundledRecording : at(usualRecording),
      declaredOwn: parsed.traffic?.declaredOwn ?? false,
    },
    load: {
      mode: profile.mode ?? 'loop',
      ...(profile.ratePerSecond === undefined ? {} : { ratePerSecond: profile.ratePerSecond }),
      scale: profile.scale ?? 1,
      speed: profile.speed ?? 1,
      shape: rateShape(profile.shape ?? 'flat'),
      seed: profile.seed ?? 1,
      writes: profile.writes ?? writes,
    },
    replay: {
      extraction: parsed.replay?.extraction ?? [],
      data: (parsed.replay?.data ?? []).map((rule) =>
        'from' in rule.value ? { ...rule, value: { ...rule.value, from: at(rule.value.from) } } : rule,
      ),
    },
    engine: {
      prefer: parsed.engine?.prefer ?? 'auto',
      k6Path: orNull(parsed.engine?.k6Path),
      relayMs: parsed.engine?.relayS === undefined ? null : parsed.engine.relayS * 1000,
    },
    windows: { durationMs: parsed.windows?.durationMs ?? null },
    honesty: {
      maxGeneratorLatenessMs: parsed.honesty?.maxGeneratorLatenessMs ?? 50,
      maxVoidShare: parsed.honesty?.maxVoidShare ?? 0.1,
    },
    objectives: objectives(parsed.objectives),
    journeys: journeys(parsed, sample !== null),
    apdexThresholdMs: parsed.apdexThresholdMs ?? 100,
    reports: {
      folder: at(parsed.reports?.folder ?? 'reports/runs'),
      keep: parsed.reports?.keep ?? null,
      keepDays: parsed.reports?.keepDays ?? null,
    },
    metrics: resolveMetrics(parsed.metrics),
    chaos: resolveChaos(parsed.chaos),
    watch: resolveWatch(parsed.watch, at),
    browser: resolveBrowser(parsed.browser),
    uat: resolveUat(parsed.uat, at),
    baselines: {
      folder: at(parsed.baselines?.folder ?? 'reports/baselines'),
      keep: parsed.baselines?.keep ?? 10,
      runs: parsed.baselines?.runs ?? 3,
    },
    timeouts: { requestMs: parsed.timeouts?.requestMs ?? 30_000 },
    ...(parsed.kubernetes === undefined ? {} : { kubernetes: resolveKubernetes(parsed.kubernetes) }),
  };
}

/** What is started is what the report names: no version but those that exist. */
function sampleVersion(wanted: string | undefined): (typeof sampleVersions)[number] {
  const version = sampleVersions.find((one) => one === (wanted ?? 'v2.1.0'));
  if (version !== undefined) return version;
  throw new ShakedownError('CONFIG_INVALID', `version: the sample system has no version ${JSON.stringify(wanted)}`, {
    hint: `It has ${sampleVersions.join(' and ')}.`,
  });
}

/** That of the base URL first, then the user's, in lower case, each once. */
function allowedHosts(baseUrl: string | null, more: readonly string[]): string[] {
  const own = baseUrl === null ? [] : [new URL(baseUrl).host];
  return [...new Set([...own, ...more.map((host) => host.toLowerCase())])];
}

/** The sample system has journeys of its own; those of a user's take their place. */
function journeys(parsed: ParsedConfig, isSample: boolean): JourneySettings {
  const own = parsed.journeys !== undefined || parsed.features !== undefined || !isSample;
  const resolved = own
    ? resolveJourneys(parsed.journeys ?? [], parsed.features ?? {})
    : resolveJourneys(sampleJourneys, sampleFeatures);
  if (typeof resolved !== 'string') return resolved;
  throw new ShakedownError('CONFIG_INVALID', resolved, {
    hint: 'A step names `routes`, or with `feature` one of `features`.',
  });
}

function objectives(given: ParsedConfig['objectives']): ResolvedConfig['objectives'] {
  if (given === undefined) return null;
  if (Array.isArray(given)) return given.map((one) => withoutUndefined(one) as Objective);
  const known = knownObjectives;
  for (const id of Object.keys(given)) {
    if (known.includes(id)) continue;
    const near = closest(id, known);
    const meant = near === undefined ? '' : `; did you mean ${near}?`;
    // A change that changes nothing would let a run pass that was meant to be judged more strictly.
    throw new ShakedownError(
      'CONFIG_INVALID',
      `objectives.${JSON.stringify(id)}: no default objective has this id${meant}`,
      {
        hint: `There are ${known.join(', ')}.`,
      },
    );
  }
  return Object.fromEntries(
    Object.entries(given).map(([id, change]) => [id, withoutUndefined(change) as ObjectiveOverride]),
  );
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined));
}
