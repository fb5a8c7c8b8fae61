import { setTimeout as sleep } from 'node:timers/promises';
import { bootId, lives } from '../../evidence/process.ts';
import { continueRun } from '../../evidence/recorded-run.ts';
import { ShakedownError } from '../../model/error.ts';
import { hasSignOffs } from '../../signing/acceptance.ts';
import type { LoadedConfig, Overrides } from '../command.ts';
import type { StageFold } from './fold.ts';
import { goOn, type StageRoom } from './go-on.ts';
import { lockEnvironment } from './lock/take.ts';
import { StageMemory } from './memory.ts';
import type { DomainPhase } from './order.ts';
import { refuseUnknown } from './plan.ts';
import { readStageRecord, type StageRecord } from './record.ts';

const endWithinMs = 60_000;

/**
 * Goes on with a stage that was paused or cut off. A phase that was under way then is inconclusive, and is done again as another attempt.
 * @param from does this phase again, and all after it
 * @returns the run's folder
 */
export async function resumeStage(
  run: string,
  from: string | undefined,
  phases: readonly DomainPhase[],
  room: StageRoom,
): Promise<string> {
  const { services, say } = room;
  const folder = await services.runFolder(run);
  if (hasSignOffs(folder))
    throw new ShakedownError('RESUME_SIGNED', `The run ${folder} was signed as it is, so it cannot go on.`, {
      hint: 'Begin a new stage.',
    });
  const { started, fold } = await readStageRecord(folder);
  const { invocation } = started;
  const loaded = await services.configuration(
    invocation === undefined
      ? {}
      : { begun: { configFile: invocation.configFile, overrides: invocation.overrides as Overrides } },
  );
  refuseOther(folder, started, loaded);
  refusePhases(folder, fold, phases, from);
  const lock = await lockEnvironment(loaded.config, loaded.folder);
  try {
    await continueRun(folder, async ({ journal }) => {
      const memory = new StageMemory(journal, fold);
      await endCutOff(memory, say);
      memory.record('shakedown.stage.resumed', { from: from ?? null, lock: lock.detail });
      say(`the stage ${started.runId} goes on${from === undefined ? '' : ` from ${from}`}`);
      // It may have been cut off before it said so.
      if (!fold.events.some(({ event }) => event === 'swarm/started'))
        memory.record('shakedown.stage.event', { event: 'swarm/started', by: null, why: 'the stage begins' });
      await goOn({ memory, phases, loaded, folder, journal, lock, ...room });
    });
  } finally {
    await lock.release();
  }
  return folder;
}

/** One stage is of one candidate in one environment. */
function refuseOther(
  folder: string,
  { candidate, environment }: StageRecord['started'],
  { config }: LoadedConfig,
): void {
  const declared = (list: readonly { name: string; digest: string }[]) =>
    list
      .map(({ name, digest }) => `${name} ${digest}`)
      .sort()
      .join(', ') || 'none';
  const pairs = [
    ['name', candidate.name, config.name],
    ['version', candidate.version, config.version],
    ['environment', environment.name, config.environment],
    [
      'artifacts',
      declared((candidate.artifacts ?? []).filter(({ source }) => source === 'declared')),
      declared(config.artifacts ?? []),
    ],
  ] as const;
  const other = pairs.find(([, was, is]) => was !== is);
  if (other === undefined) return;
  const [what, was, is] = other;
  throw new ShakedownError('RESUME_CONFIG', `The stage ${folder} was begun for ${what} ${was}, and now it is ${is}.`, {
    hint: 'Resume it with the configuration and options it began with, or begin a new stage.',
  });
}

function refusePhases(folder: string, fold: StageFold, phases: readonly DomainPhase[], from: string | undefined): void {
  const planned = (fold.planned?.phases ?? []).filter(({ leftOut }) => leftOut === null);
  const gone = planned.find(({ id }) => !phases.some((each) => each.id === id));
  if (gone !== undefined)
    throw new ShakedownError(
      'STAGE_RESUME',
      `The stage ${folder} has a phase ${gone.id}, which there is not any more.`,
      {
        hint: 'It was begun by another version of Shakedown: begin a new stage.',
      },
    );
  if (from !== undefined) {
    refuseUnknown(
      from,
      planned.map(({ id }) => id),
    );
    return;
  }
  const failed = planned.find(({ id }) => fold.isSettled(id) && fold.verdictOf(id) === 'fail');
  if (failed !== undefined && fold.planned?.keepsGoing !== true)
    throw new ShakedownError('STAGE_RESUME', `In the stage ${folder} the phase ${failed.id} failed.`, {
      hint: `To do it again, which is another attempt: --from ${failed.id}. A candidate that was mended needs a new stage.`,
    });
  if (planned.every(({ id }) => fold.isSettled(id)))
    throw new ShakedownError('STAGE_RESUME', `Every phase of the stage ${folder} has ended.`, {
      hint: 'Name one with --from to do it and all after it again.',
    });
}

/** Ends what a phase that was under way left running, and writes that it did not end by itself. */
async function endCutOff(memory: StageMemory, say: (line: string) => void): Promise<void> {
  for (const [phase, attempts] of memory.fold.attempts) {
    const last = attempts.at(-1);
    if (last === undefined || last.endedAtMs !== null || last.isWaiting) continue;
    const { process: left } = last;
    if (left !== null && left.bootId === bootId() && left.startTicks !== null)
      await endProcess({ pid: left.pid, startTicks: left.startTicks }, () =>
        say(`${phase}: what is left of it is ended`),
      );
    memory.record('shakedown.stage.ended', {
      ...{ phase, attempt: last.attempt, verdict: 'inconclusive', isCut: true, gates: [], artifacts: [] },
      ...{ runId: last.runId, sha256: null, file: null, exitCode: null, version: null, state: {}, announces: [] },
      sentence: 'The stage was cut off while it was under way.',
    });
  }
}

async function endProcess(left: { pid: number; startTicks: number }, onFound: () => void): Promise<void> {
  if (!lives(left)) return;
  onFound();
  signalled(left.pid, 'SIGINT');
  for (const until = performance.now() + endWithinMs; lives(left) && performance.now() < until; ) await sleep(200);
  if (lives(left)) signalled(-left.pid, 'SIGKILL');
}

function signalled(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}
