import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../environment/free-port.ts';
import { runProgram } from '../../../environment/run-program.ts';
import { identify, lives } from '../../../evidence/process.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { LocalRelease, LocalSystem } from '../../../model/local-system.ts';
import { endStanding, startStanding } from '../standing.ts';
import type { DeployDriver } from './driver.ts';
import type { Side, StagingState } from './state.ts';

const prepareTimeoutMs = 300_000;
const sharedTimeoutMs = 60_000;
/** Longer than an instance takes to finish what it has begun. */
const endGraceMs = 10_000;
const lookEveryMs = 50;

export interface LocalOptions {
  system: LocalSystem;
  instances: number;
  scratch: string;
  shared: StagingState['shared'];
}

/** Versions as processes of this machine, which outlive the command. */
export function localDriver({ system, instances, scratch, shared }: LocalOptions): DeployDriver {
  const environment = shared?.environment ?? {};
  return {
    id: 'local',
    healthPath: system.healthPath,
    artifactPath: system.artifactPath,
    warmUpPaths: system.warmUpPaths,
    async up(version, name, started, signal, more = {}) {
      const release = system.release(version);
      await prepare(release, environment, signal);
      const { artifacts, migration } = release;
      const side: Side = { name, version, artifacts: [...artifacts], migration, instances: [] };
      for (let number = 1; number <= instances; number++) {
        const instance = `${name}-${number}`;
        const [port, log] = [await freePort(), join(scratch, `${instance}.requests.ndjson`)];
        const process = await startStanding(
          release.instance,
          { ...environment, ...more, INSTANCE: instance, PORT: String(port), VERSION: version, REQUEST_LOG: log },
          join(scratch, `${instance}.log`),
        );
        side.instances.push({ name: instance, url: `http://127.0.0.1:${port}`, process, log });
        started(side);
      }
      return side;
    },
    async down({ instances: running }) {
      await Promise.all(
        running.map(({ process }) => (process === null ? undefined : endStanding(process, endGraceMs))),
      );
    },
  };
}

async function prepare(release: LocalRelease, environment: Record<string, string>, signal: AbortSignal): Promise<void> {
  if (release.prepare === null) return;
  const { argv, environment: own, folder } = release.prepare;
  const [program = '', ...args] = argv;
  const env = { ...process.env, ...own, ...environment, VERSION: release.version };
  const outcome = await runProgram(program, args, {
    ...{ timeoutMs: prepareTimeoutMs, env, signal },
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  signal.throwIfAborted();
  if (outcome.kind === 'ended' && outcome.code === 0) return;
  const why =
    outcome.kind === 'failed' ? outcome.reason : `code ${outcome.code}, ${lastLine(outcome.stderr || outcome.stdout)}`;
  throw new ShakedownError('DEPLOYMENT_FAILED', `What prepares ${release.version} failed: ${why}.`, {
    hint: 'Run it by hand; nothing was given traffic.',
  });
}

/** Starts what all versions share. @param started called as soon as its process is there @throws ShakedownError DEPLOYMENT_FAILED */
export async function startShared(
  system: LocalSystem,
  scratch: string,
  started: (shared: NonNullable<StagingState['shared']>) => void,
  signal: AbortSignal,
): Promise<StagingState['shared']> {
  if (system.shared === null) return null;
  const [stateFile, output] = [join(scratch, 'shared.json'), join(scratch, 'shared.log')];
  const process = await startStanding(system.shared, { STATE_FILE: stateFile }, output);
  started({ process, pids: [], environment: {} });
  const until = performance.now() + sharedTimeoutMs;
  while (!existsSync(stateFile)) {
    if (!lives(process) || performance.now() > until || signal.aborted) {
      await endStanding(process, endGraceMs);
      signal.throwIfAborted();
      throw new ShakedownError(
        'DEPLOYMENT_FAILED',
        `What all versions share did not start: ${lastLine(textOf(output))}.`,
        {
          hint: '`shakedown doctor` shows what is missing.',
        },
      );
    }
    await sleep(lookEveryMs);
  }
  const { environment, pids = [] } = JSON.parse(readFileSync(stateFile, 'utf8')) as {
    environment: Record<string, string>;
    pids?: number[];
  };
  const known = pids.flatMap((pid) => {
    const found = identify(pid);
    return found === null ? [] : [{ pid, startTicks: found.startTicks }];
  });
  return { process, pids: known, environment };
}

/** Ends what all versions shared, and what a killed process of it left. */
export async function endShared(shared: StagingState['shared']): Promise<void> {
  if (shared === null) return;
  await endStanding(shared.process, endGraceMs);
  for (const each of shared.pids) await endStanding(each, endGraceMs);
}

function textOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.slice(0, 300) || 'it wrote nothing';
}
