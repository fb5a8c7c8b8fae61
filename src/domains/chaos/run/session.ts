import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExperimentResult } from '../../../model/chaos.ts';
import type { OpenRun } from '../../companion.ts';
import type { Experiment } from '../experiment/format.ts';
import { allowing } from '../experiment/hosts.ts';
import { requireFaults } from '../experiment/require.ts';
import { runExperiment } from '../experiment/run.ts';
import { faults } from '../faults/index.ts';
import { createInjector, type InjectorEvent } from '../injector.ts';
import { unfinished } from '../unfinished.ts';
import { configuredComponents, sampleComponents } from './components.ts';
import { faultDuring } from './fault-during.ts';
import { openGuarded } from './guarded.ts';
import { allowedHosts } from './hosts.ts';
import { requireHttpLinks } from './http-links.ts';
import { journalNameIn } from './journal-name.ts';
import type { PreparedChaos } from './prepare.ts';
import { runInTurn } from './schedule.ts';
import { StopWatch } from './stop.ts';

/** Checks of the steady state while a method runs. */
const checkEverySeconds = 2;
/** How long the steady state may take to come back. */
const recoveryMs = 30_000;

/** Faults of a run, on its clock. */
export interface Chaos {
  start(): void;
  /** A few times a second: what was answered so far. */
  tick(atMs: number, done: number, failed: number): void;
  disturbance(fromMs: number, toMs: number): string | null;
  /** Ends what runs, takes every fault away, and resolves when it is gone. */
  end(): Promise<void>;
}

/**
 * Opens the guard and stands ready to run experiments while a load is on.
 * @param begun titles of experiments that an earlier part of the run has begun: they are not begun again
 * @throws ShakedownError CHAOS_HOST, GUARD_FAILED, FAULT_COMPONENT
 */
export async function openChaos(prepared: PreparedChaos, open: OpenRun, begun: ReadonlySet<string>): Promise<Chaos> {
  const { config, target, journal, teardown, runFolder, durationMs, phase, warn, now } = open;
  const { sample, baseUrl } = target;
  const { stop, noop } = config.chaos;
  const hosts = allowedHosts(open);
  const components = [
    ...(sample === null ? [] : sampleComponents(sample)),
    ...configuredComponents(config.chaos, hosts, prepared.startedUrl ?? undefined),
  ];
  const evidence = join(runFolder, 'evidence', 'chaos');
  await mkdir(evidence, { recursive: true });
  const ending = new AbortController();
  const signal = AbortSignal.any([open.signal, ending.signal]);
  const undo = await openGuarded({ folder: evidence, signal: open.signal, teardown, warn });
  const on = (event: InjectorEvent) => journal.append(event.type, event.data as never);
  const injector = createInjector({ faults, components, undo, now, on, noop });
  requireFaults(
    prepared.experiments.map(({ experiment }) => experiment),
    components,
  );
  await requireHttpLinks(
    prepared.experiments.map(({ experiment }) => experiment),
    components,
    warn,
  );
  const watch = new StopWatch({ ...stop, file: join(runFolder, 'stop-chaos') });

  const run = async ({ experiment, file }: PreparedChaos['experiments'][number]): Promise<void> => {
    const journalFile = `evidence/chaos/${await journalNameIn(evidence, file)}`;
    const { title, description, tags } = experiment;
    journal.append('shakedown.experiment.started', { atMs: now(), title, file, description, tags });
    phase(`replaying; experiment: ${title}`);
    try {
      const { journal: kept, result } = await runExperiment(experiment, {
        injector,
        undo,
        variables: { configuration: { base_url: baseUrl }, secrets: {}, environment: {} },
        strategy: { frequencySeconds: checkEverySeconds },
        besideLoad: true,
        withoutControls: config.chaos.withoutControls,
        signal,
        now,
        on: {
          hypothesis: (check) => journal.append('shakedown.hypothesis.checked', { experiment: title, check }),
          warning: warn,
        },
        allows: allowing(hosts, false),
        stopWhen: () => watch.reason(),
        recoveryMs,
        file,
        journalFile,
      });
      await writeFile(join(runFolder, journalFile), `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 });
      recordEnd(journal, result);
    } catch (error) {
      await injector.revertAll('harness').catch(() => {});
      recordEnd(journal, notRun(experiment, file, now(), (error as Error).message));
    }
    if (!signal.aborted) phase('replaying');
  };

  const leftOut = ({ experiment, file, optional }: PreparedChaos['experiments'][number]) => {
    const { title, description, tags } = experiment;
    warn(`There was no time for the experiment ${JSON.stringify(title)}.`);
    journal.append('shakedown.experiment.started', { atMs: now(), title, file, description, tags });
    const skipped = optional ? 'optional' : 'required';
    recordEnd(journal, notRun(experiment, file, now(), 'there was no time left for it', skipped));
  };

  let running: Promise<void> | undefined;
  return {
    start() {
      running = runInTurn({
        items: prepared.experiments
          .filter(({ experiment }) => !begun.has(experiment.title))
          .map((item) => ({ item, notBeforeMs: item.notBeforeMs })),
        durationMs,
        startMs: prepared.startMs,
        pauseMs: prepared.pauseMs,
        now,
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
    disturbance: (fromMs, toMs) => faultDuring(injector.records, fromMs, toMs),
    async end() {
      ending.abort(new Error('the load ended'));
      await running?.catch(() => {});
      await injector.revertAll('harness').catch((error: Error) => warn(error.message));
    },
  };
}

function recordEnd(journal: OpenRun['journal'], { faults: _, ...experiment }: ExperimentResult): void {
  journal.append('shakedown.experiment.ended', { experiment });
}

function notRun(
  { title, description, tags, hypothesis }: Experiment,
  file: string,
  atMs: number,
  why: string,
  skipped?: ExperimentResult['skipped'],
): ExperimentResult {
  const reason = `It was not run: ${why.replace(/\.$/, '')}.`;
  return unfinished({ title, description, file, tags, atMs, hypothesis: hypothesis?.title }, why, reason, skipped);
}
