import { recordRun } from '../evidence/recorded-run.ts';
import { RunClock } from '../evidence/run-clock.ts';
import { areSameArtifacts } from '../model/artifact.ts';
import { exitCodes, ShakedownError } from '../model/error.ts';
import type { LoadedConfig, Services } from './command.ts';
import type { PartDomain } from './part-declaration.ts';
import { doParts } from './part-run.ts';
import { showRun } from './show-run.ts';
import type { RunPurpose, ValidationPart } from './validation.ts';

/** Parts that are done, by domain, in the order in which they are done. */
export type ChosenParts = readonly { domain: PartDomain; parts: readonly ValidationPart[] }[];

export interface ValidationRun {
  readonly loaded: LoadedConfig;
  readonly chosen: ChosenParts;
  readonly services: Services;
  readonly signal: AbortSignal;
  /** What the run is for; absent: to look at the candidate. */
  readonly purpose?: RunPurpose;
  say(text: string): void;
}

/**
 * Does the parts of all chosen domains, one after the other, against one target.
 * @returns the run's folder; it is not judged yet
 * @throws ShakedownError where the target cannot be reached, or started
 */
export function runValidation({ loaded, chosen, services, signal, purpose, say }: ValidationRun): Promise<string> {
  const { config } = loaded;
  return recordRun(config.reports.folder, async ({ id: runId, path, journal, teardown, begin }) => {
    say(config.target.sample === null ? 'checking the target' : 'starting the sample system');
    const target = await services.openTarget(config, teardown, signal);
    begin(await services.begun(config, { runId, durationMs: 0, target, programs: [] }));
    const clock = new RunClock();
    clock.set(Date.now());
    const shared = {
      config,
      projectFolder: loaded.folder,
      runFolder: path,
      signal,
      teardown,
      services,
      say,
      ...(purpose && { purpose }),
    };
    for (const { domain, parts } of chosen) {
      if (signal.aborted) break;
      await doParts(domain, parts, { ...shared, journal, target: async () => target, now: () => clock.nowMs() });
    }
    const reason = signal.aborted ? 'by the user' : await otherBuild(target);
    if (reason !== null) journal.append('shakedown.run.interrupted', { reason });
  });
}

/** What was found is of one candidate only if the target says the same of itself as in the beginning; null: it does, or never said anything. */
export async function otherBuild({
  artifacts,
  probe,
}: Awaited<ReturnType<Services['openTarget']>>): Promise<string | null> {
  if (artifacts.length === 0) return null;
  const now = await probe().catch(() => null);
  if (now === null) return 'at its end the target did not say whether it is still the same build';
  return areSameArtifacts(artifacts, now) ? null : 'the target became another build while it was validated';
}

/** All of them, or those named: `security`, `parity.environment`. @throws ShakedownError VALIDATION_PART for a name that there is not */
export function chosenOf(only: readonly string[] | undefined, domains: readonly PartDomain[]): ChosenParts {
  if (only === undefined) return domains.map((domain) => ({ domain, parts: domain.parts }));
  const all = domains.flatMap(({ id, parts }) => [id, ...parts.map((part) => `${id}.${part.id}`)]);
  const unknown = only.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    const domain = domains.find(({ id }) => unknown.startsWith(`${id}.`));
    const hint =
      domain === undefined
        ? `Domains are: ${domains.map(({ id }) => id).join(', ')}; a part is written as ${all.find((name) => name.includes('.')) ?? ''}.`
        : `Its parts are: ${domain.parts.map(({ id }) => `${domain.id}.${id}`).join(', ')}.`;
    throw new ShakedownError('VALIDATION_PART', `There is no part ${unknown}.`, { hint });
  }
  return domains
    .map((domain) => {
      const { id, parts } = domain;
      return { domain, parts: parts.filter((part) => only.includes(id) || only.includes(`${id}.${part.id}`)) };
    })
    .filter(({ parts }) => parts.length > 0);
}

export interface ValidationFlags {
  only?: string[];
  rejudge?: string;
  json?: boolean;
}

/**
 * A command that does parts of domains and judges what they left: prints the verdict and ends with its exit code.
 * @param domains whose parts it does, in this order
 * @param about `policy`: the one that it is judged by where the configuration names none
 * @returns the run's folder; null: it judged an earlier run again
 */
export async function validate(
  domains: readonly PartDomain[],
  flags: ValidationFlags,
  services: Services,
  { purpose, policy }: { purpose?: RunPurpose; policy?: string } = {},
): Promise<string | null> {
  if (flags.rejudge !== undefined) {
    await showRun(await services.runFolder(flags.rejudge), flags, services);
    return null;
  }
  const say = (line: string) => services.terminal.err(`${line}\n`);
  const signal = services.interruption(() =>
    say('Ending in order: what was started is ended. Ctrl-C again ends at once.'),
  );
  const chosen = chosenOf(flags.only, domains);
  const loaded = await services.configuration(policy === undefined ? {} : { policy });
  const folder = await runValidation({ loaded, chosen, services, signal, say, ...(purpose && { purpose }) });
  await showRun(folder, flags, services);
  if (signal.aborted) services.setExitCode(exitCodes.interrupted);
  return folder;
}

/**
 * The domains whose parts a command does: those of no command of their own, or those of the ids given, in the order of the table.
 * @param ids `final`, `readiness`; absent: all that `validate final` does
 */
export function domainsOf(table: readonly PartDomain[], ids?: readonly string[]): readonly PartDomain[] {
  return table.filter(({ id, isApart }) => (ids === undefined ? isApart !== true : ids.includes(id)));
}
