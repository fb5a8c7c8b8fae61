import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UatAttempt } from '../../../model/uat.ts';
import type { OpenRun } from '../../companion.ts';
import { addAttempt, noTally } from '../run/tally.ts';
import { startScenarios } from '../start.ts';
import { watchCost } from './cost.ts';
import { type PreparedScenarios, roundSettings } from './prepare.ts';
import { runRounds } from './rounds.ts';

/** Browsers stand back for the load generator and the target. */
const niceness = 10;
/** Of a whole run. */
const mostEvidenceBytes = 100 * 1024 * 1024;

/** Scenarios of a run, on its clock. */
export interface Scenarios {
  /** Runs them before there is any load, to compare with. */
  quiet(): Promise<void>;
  start(): void;
  /** Ends what runs, with its browsers. */
  end(): Promise<void>;
}

/** What evidence may still take. */
async function roomFor(folder: string): Promise<number> {
  const evidence = join(folder, 'evidence');
  const files = await readdir(evidence, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const file of files) if (file.isFile()) bytes += (await stat(join(evidence, file.name))).size;
  return Math.max(0, mostEvidenceBytes - bytes);
}

/**
 * Stands ready to run scenarios again and again while a load is on; what they do is written to `uat/` of the run's folder.
 * @param roundsBefore rounds that an earlier part of the run has begun; 0: none
 */
export async function openScenarios(
  prepared: PreparedScenarios,
  run: OpenRun,
  roundsBefore: number,
): Promise<Scenarios> {
  const { config, target, runFolder, durationMs, journal, phase, warn, note } = run;
  const folder = join(runFolder, 'uat');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'waivers.json'), `${JSON.stringify(prepared.waivers, null, 1)}\n`);
  if (roundsBefore === 0) {
    journal.append('shakedown.uat.started', {
      browsers: prepared.browsers,
      sizes: prepared.sizes,
      chosen: prepared.chosen,
      scenarioFolder: config.uat.folder,
      budgets: config.uat.budgets,
    });
  }
  const { duringLoad, retries } = config.uat;
  const ending = new AbortController();
  const signal = AbortSignal.any([run.signal, ending.signal]);
  let round = roundsBefore;
  const warned = new Set<string>();

  const runRound = async (kind: 'quiet' | 'load'): Promise<number> => {
    // Before the load there is no clock to go by.
    const now = () => (kind === 'quiet' ? null : run.now());
    const number = ++round;
    const startedAt = performance.now();
    const startMs = now();
    const own = noTally();
    const cost = watchCost();
    journal.append('shakedown.uat.round.started', { round: number, kind, startMs, planned: prepared.cells });
    const attempted = (attempt: UatAttempt) => {
      const { scenario, browser, size, retry, status, startedAt: at, durationMs: tookMs } = attempt;
      // What a killed part of the run had under way, and what fails while all is being taken down, counts for nothing.
      if (attempt.round !== number || (signal.aborted && status === 'failed')) return;
      const nowMs = now();
      // Recorded a little after its end: the wall clock says how long ago it began, the run's clock when that was.
      const beganMs = nowMs === null ? null : nowMs - (Date.now() - Date.parse(at));
      const endMs = beganMs === null ? null : beganMs + tookMs;
      const mark = { round: number, scenario: scenario.id, browser, size, retry, status, startMs: beganMs, endMs };
      const again = status === 'failed' && retry < retries ? { again: true as const } : {};
      journal.append('shakedown.uat.attempted', { ...mark, ...again });
      addAttempt(own, attempt, retries);
      note(null);
    };
    try {
      await startScenarios({
        scenarioFolder: config.uat.folder,
        settings: {
          ...roundSettings(config, folder, target.baseUrl, prepared.launch, prepared.selection),
          round: { number, pictures: number === 1, evidenceBytes: await roomFor(folder) },
        },
        signal,
        besideLoad: { niceness, origin: target.baseUrl },
        onPlanned() {},
        onStart({ scenario, title: name, browser, size }) {
          note(`${scenario} ${name}, ${browser} ${size}`);
        },
        onAttempt: attempted,
        onProcess: cost.follow,
      });
    } catch (error) {
      const { message } = error as Error;
      if (!warned.has(message)) {
        warned.add(message);
        warn(message);
      }
    }
    // What counts was copied out of it.
    await rm(join(folder, 'evidence', 'playwright'), { recursive: true, force: true }).catch(() => {});
    const wallMs = Math.round(performance.now() - startedAt);
    const { done, failed, flaky } = own;
    journal.append('shakedown.uat.round.ended', {
      ...{ round: number, startMs, endMs: now(), wallMs, ...cost.end() },
      ...{ passed: done - failed - flaky, failed, flaky },
      ...(signal.aborted && done < prepared.cells ? { cutShort: true as const } : {}),
    });
    return wallMs;
  };

  let running: Promise<void> | undefined;
  return {
    async quiet() {
      if (prepared.launch.length === 0 || roundsBefore > 0) return;
      for (let done = 0; done < duringLoad.quietRounds && !signal.aborted; done++) {
        phase('scenarios before the load, to compare with');
        await runRound('quiet');
      }
    },
    start() {
      if (prepared.launch.length === 0) return;
      const { rounds } = duringLoad;
      const { now, disturbed } = run;
      const isFaultOn = (atMs: number) => disturbed(atMs, atMs + 1) !== null;
      running = runRounds({ durationMs, rounds, now, isFaultOn, signal, run: () => runRound('load') });
      running.catch(() => {});
    },
    async end() {
      ending.abort(new Error('the load ended'));
      await running?.catch(() => {});
      // What is left here when the run is sealed is its evidence.
      for (const scratch of ['.claims', '.reserve', '.browsers'])
        await rm(join(folder, scratch), { recursive: true, force: true }).catch(() => {});
    },
  };
}
