import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { type Teardown, withTeardown } from '../../../evidence/teardown.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { LoadedConfig, Services } from '../../command.ts';
import type { DeploymentRecord } from '../events.ts';
import { weightWords } from '../switch/traffic-switch.ts';
import { addToHistory, readHistory } from '../system/history.ts';
import { holdStaging, repairedStaging } from '../system/hold.ts';
import { stagingFiles, stagingSettings } from '../system/settings-of.ts';
import { smoked } from '../system/smoke.ts';
import { Staging } from '../system/staging.ts';

interface DeployFlags {
  version?: string;
  down?: boolean;
  history?: boolean;
  json?: boolean;
}

/** `shakedown deploy` */
export async function deploy(_: unknown[], flags: DeployFlags, services: Services): Promise<void> {
  const { terminal } = services;
  const loaded = await services.configuration();
  const files = stagingFiles(loaded.folder);
  const say = (text: string) => terminal.err(`${text}\n`);
  if (flags.history) {
    const history = readHistory(files.history);
    terminal.out(flags.json ? `${JSON.stringify(history, null, 1)}\n` : historyLines(history));
    return;
  }
  const settings = stagingSettings(loaded, services);
  const signal = services.interruption(() => say('Ending in order. Ctrl-C again ends at once.'));
  await withTeardown(async (teardown) => {
    await holdStaging(files, teardown);
    if (flags.down) {
      const found = await Staging.find(settings);
      await found?.end();
      say(found === null ? 'No staging system runs.' : 'The staging system has ended.');
      return;
    }
    const version = flags.version ?? loaded.config.version;
    const staging = (await repairedStaging(settings, say)) ?? (await Staging.start(settings, signal));
    const record = await deployVersion({ staging, version, loaded, historyFile: files.history, signal, teardown, say });
    if (flags.json) terminal.out(`${JSON.stringify({ ...record, url: staging.switch.baseUrl }, null, 1)}\n`);
    else terminal.out(`${version} serves at ${staging.switch.baseUrl} (deployment ${record.number})\n`);
  });
}

export interface DeployRun {
  staging: Staging;
  version: string;
  loaded: LoadedConfig;
  historyFile: string;
  signal: AbortSignal;
  teardown: Teardown;
  say(text: string): void;
}

/**
 * Brings a version up beside the one that serves, moves the traffic to it, ends the earlier one when it has nothing under way any more, and records
 * it, also where that failed. A version that fails its smoke tests at its own address is ended again and gets no traffic.
 * @throws ShakedownError DEPLOYMENT_…, SWITCH_…; the traffic is then where it was
 */
export async function deployVersion({
  staging,
  version,
  loaded,
  historyFile,
  signal,
  teardown,
  say,
}: DeployRun): Promise<DeploymentRecord> {
  const startedAt = new Date();
  const before = staging.current;
  const name = before?.name === 'blue' ? 'green' : 'blue';
  const configuration = createHash('sha256').update(JSON.stringify(loaded.config.deployment)).digest('hex');
  const record = (status: DeploymentRecord['status'], reason: string) => {
    const { artifacts, migration } = staging.side(name) ?? { artifacts: [], migration: null };
    return addToHistory(historyFile, {
      ...{ version, startedAt: startedAt.toISOString(), durationMs: Date.now() - startedAt.getTime(), status, reason },
      ...{ driver: staging.driver, artifacts, migration, configuration, by: userInfo().username },
    });
  };
  try {
    say(`bringing up ${version} on ${name}`);
    await staging.up(name, version, signal);
    await requireSmoke(staging, name, { loaded, historyFile, signal, teardown, say });
    const was = staging.weights;
    try {
      await staging.move({ [name]: 100 });
    } catch (error) {
      if (Object.keys(was).length > 0) await staging.move(was).catch(() => {});
      throw error;
    }
    say(`the traffic goes to ${weightWords(staging.weights)}`);
    if (before !== null) {
      const { left } = await staging.drained(before.name, signal);
      if (left !== null && left > 0)
        say(`${left} requests are still under way on ${before.version}; it is ended all the same.`);
      await staging.down(before.name);
    }
    return record('success', '');
  } catch (error) {
    record('failed', (error as Error).message);
    if (staging.current === null) await staging.end();
    throw error;
  }
}

/** @throws ShakedownError DEPLOYMENT_SMOKE where a smoke test failed; the side has then ended */
async function requireSmoke(
  staging: Staging,
  name: string,
  { loaded, historyFile, signal, teardown, say }: Omit<DeployRun, 'staging' | 'version'>,
): Promise<void> {
  const side = staging.side(name);
  if (side === null) return;
  const trouble: string[] = [];
  const mayGoOn = await smoked(
    {
      ...{ config: loaded.config, folder: join(dirname(historyFile), 'deployment'), signal, teardown },
      ...{ phase: say, record: () => {} },
      mark({ text, kind }) {
        say(text);
        if (kind === 'trouble') trouble.push(text);
      },
    },
    side,
  );
  if (mayGoOn) return;
  await staging.down(name);
  throw new ShakedownError('DEPLOYMENT_SMOKE', `${side.version} fails its smoke tests: ${trouble.join('; ')}`, {
    hint: 'It got no traffic. rehearsal.smokeTests: false deploys without them.',
  });
}

function historyLines(history: readonly DeploymentRecord[]): string {
  if (history.length === 0) return 'No deployment so far.\n';
  return history
    .map(({ number, version, startedAt, durationMs, status, reason }) => {
      const why = reason === '' ? '' : `  ${reason}`;
      return `${String(number).padStart(4)}  ${startedAt}  ${version.padEnd(16)} ${status.padEnd(12)} ${(durationMs / 1000).toFixed(1)} s${why}\n`;
    })
    .join('');
}
