import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Journal } from '../../../evidence/journal.ts';
import type { Teardown } from '../../../evidence/teardown.ts';
import type { ExperimentResult } from '../../../model/chaos.ts';
import type { ProgressEvent } from '../../../run/progress.ts';
import type { Experiment } from '../experiment/format.ts';
import { allowing } from '../experiment/hosts.ts';
import { runExperiment } from '../experiment/run.ts';
import type { Component } from '../fault.ts';
import { faults } from '../faults/index.ts';
import { createInjector, type InjectorEvent } from '../injector.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { unfinished } from '../unfinished.ts';
import { asideOf } from './aside.ts';
import { openGuarded } from './guarded.ts';
import { journalNameIn } from './journal-name.ts';
import type { PreparedChaos } from './prepare.ts';
import { runInTurn } from './schedule.ts';
import { StopWatch } from './stop.ts';

/** Checks of the steady state while a method runs. */
const checkEverySeconds = 2;
/** How long the steady state may take to come back. */
const recoveryMs = 30_000;

export interface ChaosInput {
  prepared: PreparedChaos;
  /** All that may be touched. */
  components: readonly Component[];
  baseUrl: string;
  /** Hosts that may be contacted. */
  hosts: readonly string[];
  runFolder: string;
  durationMs: number;
  /** Titles of experiments that an earlier part of the run has begun: they are not begun again. */
  begun: ReadonlySet<string>;
  stop: { errorPercent: number; forMs: number };
  /** Opens a ledger of acknowledged writes; null: none is kept. */
  openLedger: ((now: () => number) => Promise<Ledger>) | null;
  /** Restarts what keeps the data, its caches gone; null: the configuration's own way, or none. */
  restart: (() => Promise<void>) | null;
  /** Negative control: everything but the faults themselves is done. */
  noop: boolean;
  journal: Journal;
  teardown: Teardown;
  signal: AbortSignal;
  onEvent(event: ProgressEvent): void;
}

/** Faults of a run, on its clock. */
export interface Chaos {
  /** @param now the run's clock, ms */
  start(now: () => number): void;
  /** A few times a second: what was answered so far. */
  tick(atMs: number, done: number, failed: number): void;
  aside(fromMs: number, toMs: number): string | null;
  /** Ends what runs, takes every fault away, and resolves when it is gone. Safe to call twice. */
  end(): Promise<void>;
}

/**
 * Opens the guard and stands ready to run experiments while a load is on.
 * @throws ShakedownError GUARD_FAILED
 */
export async function openChaos(input: ChaosInput): Promise<Chaos> {
  const { prepared, journal, teardown, runFolder, durationMs, onEvent, begun } = input;
  const evidence = join(runFolder, 'evidence', 'chaos');
  await mkdir(evidence, { recursive: true });
  const warn = (message: string) => {
    journal.append('shakedown.warning', { message });
    onEvent({ kind: 'warning', text: message });
  };
  const ending = new AbortController();
  const signal = AbortSignal.any([input.signal, ending.signal]);
  let now = () => 0;
  const undo = await openGuarded({ folder: evidence, signal: input.signal, teardown, warn });
  const injector = createInjector({
    faults,
    components: input.components,
    undo,
    now: () => now(),
    on: (event) => tell(journal, event),
    noop: input.noop,
  });
  const watch = new StopWatch({ ...input.stop, file: join(runFolder, 'stop-chaos') });

  const run = async ({ experiment, file }: PreparedChaos['experiments'][number]): Promise<void> => {
    const journalFile = `evidence/chaos/${await journalNameIn(evidence, file)}`;
    const { title, description, tags } = experiment;
    journal.append('shakedown.experiment.started', { atMs: now(), title, file, description, tags });
    onEvent({ kind: 'phase', text: `replaying; experiment: ${title}` });
    try {
      const { journal: kept, result } = await runExperiment(experiment, {
        injector,
        undo,
        variables: { configuration: { base_url: input.baseUrl }, secrets: {}, environment: {} },
        strategy: { frequencySeconds: checkEverySeconds },
        signal,
        now: () => now(),
        on: {
          hypothesis: (check) => journal.append('shakedown.hypothesis.checked', { experiment: title, check }),
          warning: warn,
        },
        allows: allowing(input.hosts, false),
        stopWhen: () => watch.reason(),
        recoveryMs,
        file,
        journalFile,
      });
      await writeFile(join(runFolder, journalFile), `${JSON.stringify(kept, null, 2)}\n`);
      tellEnd(journal, result);
    } catch (error) {
      await injector.revertAll('harness').catch(() => {});
      tellEnd(journal, notRun(experiment, file, now(), (error as Error).message));
    }
    if (!signal.aborted) onEvent({ kind: 'phase', text: 'replaying' });
  };

  const leftOut = ({ experiment, file }: PreparedChaos['experiments'][number]) => {
    const { title, description, tags } = experiment;
    if (prepared.whatFits) {
      warn(`There was no time for the experiment ${JSON.stringify(title)}.`);
      return;
    }
    journal.append('shakedown.experiment.started', { atMs: now(), title, file, description, tags });
    tellEnd(journal, notRun(experiment, file, now(), 'there was no time left for it'));
  };

  let ledger: Promise<Ledger | null> = Promise.resolve(null);
  const openLedger = async (clock: () => number): Promise<Ledger | null> => {
    try {
      return (await input.openLedger?.(clock)) ?? null;
    } catch (error) {
      warn(`Acknowledged writes are not followed: ${(error as Error).message}`);
      return null;
    }
  };
  const checkLedger = async () => {
    const open = await ledger;
    if (open === null) return;
    onEvent({ kind: 'phase', text: 'reading acknowledged writes back' });
    try {
      const checked = await open.check({ restart: input.restart ?? undefined, signal: input.signal });
      journal.append('shakedown.ledger.checked', { ledger: checked });
    } catch (error) {
      warn(`Acknowledged writes were not read back: ${(error as Error).message}`);
    }
  };
  let running: Promise<void> | undefined;
  let ended: Promise<void> | undefined;
  const chaos: Chaos = {
    start(clock) {
      if (running !== undefined) return;
      now = clock;
      ledger = openLedger(clock);
      running = runInTurn({
        items: prepared.experiments
          .filter(({ experiment }) => !begun.has(experiment.title))
          .map((item) => ({ item, notBeforeMs: item.notBeforeMs })),
        durationMs,
        startMs: prepared.startMs,
        pauseMs: prepared.pauseMs,
        now: () => now(),
        until: async (atMs, stopped) => {
          await sleep(Math.max(0, atMs - now()), undefined, { signal: stopped });
        },
        signal,
        run,
        leftOut,
      });
      running.catch((error: Error) => warn(`Experiments ended: ${error.message}`));
    },
    tick: (atMs, done, failed) => watch.tick(atMs, done, failed),
    aside: (fromMs, toMs) => asideOf(injector.records, fromMs, toMs),
    end() {
      ended ??= (async () => {
        ending.abort(new Error('the load ended'));
        await running?.catch(() => {});
        await injector.revertAll('harness').catch((error: Error) => warn(error.message));
        await checkLedger();
      })();
      return ended;
    },
  };
  // Where the load cannot be begun, or ends in an error.
  teardown.before('end the experiments', () => chaos.end());
  return chaos;
}

function tell(journal: Journal, event: InjectorEvent): void {
  journal.append(event.type, event.data as never);
}

function tellEnd(journal: Journal, { faults: _, ...experiment }: ExperimentResult): void {
  journal.append('shakedown.experiment.ended', { experiment });
}

function notRun({ title, description, tags }: Experiment, file: string, atMs: number, why: string): ExperimentResult {
  const reason = `It was not run: ${why.replace(/\.$/, '')}.`;
  return unfinished({ title, description, file, tags, atMs }, why, reason);
}
