import { recordRun } from '../../evidence/recorded-run.ts';
import { withTeardown } from '../../evidence/teardown.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import { hanging } from '../../report-kit/terminal/width.ts';
import type { LoadedConfig, Services } from '../command.ts';
import { showRun } from '../show-run.ts';
import { planLines } from './dry-run.ts';
import { goOn, type StageRoom } from './go-on.ts';
import { type InitialState, readInitialState } from './initial-state.ts';
import { lockEnvironment } from './lock/take.ts';
import { StageMemory } from './memory.ts';
import { contradictions, type DomainPhase, inOrder } from './order.ts';
import { planStage } from './plan.ts';
import { resumeStage } from './resume.ts';

interface StageFlags {
  /** ms */
  duration?: number;
  only?: string[];
  from?: string;
  skip?: string[];
  keepGoing?: boolean;
  resume?: string;
  dryRun?: boolean;
  json?: boolean;
}

const sideBySide =
  'No phases ran side by side: how late the load becomes with another phase beside it was not measured here. Faults and scenarios share the load of the simulation.';

/** `shakedown run`: the whole stage, one phase after the other; prints the verdict and ends with its exit code. */
export async function runStage(_: unknown[], flags: StageFlags, services: Services): Promise<void> {
  const { terminal } = services;
  // In a log a line is a line; a terminal would break it within a word.
  const columns = () => (terminal.live ? terminal.errColumns() - 1 : Number.POSITIVE_INFINITY);
  const say = (line: string) =>
    terminal.err(`${hanging(`${new Date().toTimeString().slice(0, 8)}  `, line, columns()).join('\n')}\n`);
  const declared = await services.phases();
  const [wrong] = contradictions(declared);
  if (wrong !== undefined) throw new RangeError(wrong);
  const phases = inOrder(declared);
  const signal = flags.dryRun
    ? new AbortController().signal
    : services.interruption(() =>
        say(
          'Ending in order: the phase under way is ended, and can be done again with --resume. Ctrl-C again ends at once.',
        ),
      );
  const folder =
    flags.resume === undefined
      ? await begin(flags, phases, { services, signal, say })
      : await resumeStage(flags.resume, flags.from, phases, { services, signal, say });
  if (folder === null) return;
  const { sections } = await showRun(folder, flags, services);
  const next = sections.stage?.next ?? [];
  if (next.length > 0) terminal.err(`\n${next.flatMap((line) => hanging('', line, columns())).join('\n')}\n`);
  if (signal.aborted) services.setExitCode(exitCodes.interrupted);
}

/** @returns the run's folder; null: it was only shown */
async function begin(flags: StageFlags, phases: readonly DomainPhase[], room: StageRoom): Promise<string | null> {
  const { services, say } = room;
  const loaded = await services.configuration();
  const { config, folder } = loaded;
  const durationMs = flags.duration ?? config.stage.durationS * 1000;
  const planned = planStage({
    phases,
    choice: { only: flags.only, from: flags.from, skip: skipsOf(flags.skip ?? []) },
    context: { config, folder, durationMs, state: {} },
    hasCommand: (words) => services.hasCommand(words),
  });
  const initialState = initialOf(config.stage.initialState);
  if (flags.dryRun) {
    services.terminal.out(
      planLines(planned, {
        ...{ durationMs, lock: config.stage.lock.kind, policy: config.policy?.title ?? null },
        columns: services.terminal.outColumns(),
      }),
    );
    return null;
  }
  const lock = await lockEnvironment(config, folder);
  try {
    return await recordRun(config.reports.folder, async ({ id, path, journal, begin: started }) => {
      const target = await firstLook(loaded, planned.some(isDeploying), room);
      const { file, overrides } = loaded;
      started({
        ...(await services.begun(config, { runId: id, durationMs: 0, target, programs: [] })),
        invocation: { configFile: file, overrides },
      });
      const memory = new StageMemory(journal);
      memory.record('shakedown.stage.planned', {
        ...{ phases: planned, durationMs, keepsGoing: flags.keepGoing === true, initialState: { ...initialState } },
        ...{ lock: { kind: lock.kind, detail: lock.detail }, sideBySide },
      });
      memory.record('shakedown.stage.event', { event: 'swarm/started', by: null, why: 'the stage begins' });
      say(
        `the stage ${id} begins: ${planned.filter(({ leftOut }) => leftOut === null).length} of ${planned.length} phases`,
      );
      await goOn({ memory, phases, loaded, folder: path, journal, lock, ...room });
    });
  } finally {
    await lock.release();
  }
}

function isDeploying({ leaves, leftOut }: { leaves: string; leftOut: object | null }): boolean {
  return leaves === 'file' && leftOut === null;
}

/** What is tested, as far as it answers before anything is deployed. @throws ShakedownError where it has to answer by now, and does not */
async function firstLook({ config }: LoadedConfig, isDeployed: boolean, { services, signal, say }: StageRoom) {
  try {
    return await withTeardown(async (teardown) => {
      const { label, artifacts } = await services.openTarget(config, teardown, signal);
      return { label: config.target.sample === null ? label : 'the bundled sample system', artifacts };
    });
  } catch (cause) {
    const isDown = cause instanceof ShakedownError && cause.code === 'TARGET_DOWN';
    if (!isDown || !isDeployed) throw cause;
    say('the target does not answer yet: it is asked again when it is deployed');
    return { label: new URL(config.target.baseUrl ?? '').origin, artifacts: [] };
  }
}

/** `capacity=measured last week` @throws ShakedownError USAGE where the reason is missing */
function skipsOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((each) => {
      const at = each.indexOf('=');
      const [phase, reason] = [each.slice(0, at).trim(), each.slice(at + 1).trim()];
      if (at < 1 || reason === '')
        throw new ShakedownError('USAGE', `--skip ${each}: a phase and the reason are needed.`, {
          hint: 'Write it as --skip capacity="measured last week".',
        });
      return [phase, reason];
    }),
  );
}

function initialOf(given: string | InitialState | null): InitialState {
  return typeof given === 'string' ? readInitialState(given) : (given ?? {});
}
