import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../../../evidence/journal.ts';
import type { Teardown } from '../../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import type { UatAttempt } from '../../../model/uat.ts';
import type { ProgressEvent } from '../../../run/progress.ts';
import { addAttempt, noTally } from '../run/tally.ts';
import { startScenarios } from '../start.ts';
import { watchCost } from './cost.ts';
import { type PreparedScenarios, roundSettings } from './prepare.ts';
import { runRounds } from './rounds.ts';

/** Browsers stand back for the load generator and the target. */
const niceness = 10;
/** Of a whole run. */
const mostEvidenceBytes = 100 * 1024 * 1024;

export interface ScenariosInput {
  prepared: PreparedScenarios;
  config: ResolvedConfig;
  baseUrl: string;
  runFolder: string;
  durationMs: number;
  /** Rounds that an earlier part of the run has begun; 0: none. */
  roundsBefore: number;
  journal: Pick<Journal, 'append'>;
  teardown: Teardown;
  signal: AbortSignal;
  onEvent(event: ProgressEvent): void;
}

/** Scenarios of a run, on its clock. */
export interface Scenarios {
  /** Runs them before there is any load, to compare with. */
  quiet(): Promise<void>;
  /** @param isFaultOn asked with a moment of the run's clock */
  start(now: () => number, isFaultOn: (atMs: number) => boolean): void;
  /** Ends what runs, with its browsers. Safe to call twice. */
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

/** Stands ready to run scenarios again and again while a load is on; what they do is written to `uat/` of the run's folder. */
export async function openScenarios(input: ScenariosInput): Promise<Scenarios> {
  const { prepared, config, runFolder, durationMs, journal, teardown, onEvent } = input;
  const folder = join(runFolder, 'uat');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'waivers.json'), `${JSON.stringify(prepared.waivers, null, 1)}\n`);
  if (input.roundsBefore === 0) {
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
  const signal = AbortSignal.any([input.signal, ending.signal]);
  const tally = noTally();
  let round = input.roundsBefore;
  const told = new Set<string>();

  const runRound = async (kind: 'quiet' | 'load', now: () => number | null): Promise<number> => {
    const number = ++round;
    const startedAt = performance.now();
    const startMs = now();
    const own = noTally();
    const cost = watchCost();
    const title = kind === 'quiet' ? 'before the load' : `round ${number}`;
    let current: string | null = null;
    const show = () =>
      onEvent({ kind: 'uat', round: title, planned: prepared.cells, inRound: own.done, ...tally, current });
    journal.append('shakedown.uat.round.started', { round: number, kind, startMs });
    show();
    const attempted = (attempt: UatAttempt) => {
      const { scenario, browser, size, retry, status, startedAt: at, durationMs: tookMs } = attempt;
      // What a killed part of the run had under way, and what fails while all is being taken down, counts for nothing.
      if (attempt.round !== number || (signal.aborted && status === 'failed')) return;
      const nowMs = now();
      // Told a little after its end: the wall clock says how long ago it began, the run's clock when that was.
      const beganMs = nowMs === null ? null : nowMs - (Date.now() - Date.parse(at));
      const endMs = beganMs === null ? null : beganMs + tookMs;
      const mark = { round: number, scenario: scenario.id, browser, size, retry, status, startMs: beganMs, endMs };
      const again = status === 'failed' && retry < retries ? { again: true as const } : {};
      journal.append('shakedown.uat.attempted', { ...mark, ...again });
      addAttempt(own, attempt, retries);
      addAttempt(tally, attempt, retries);
      current = null;
      show();
    };
    try {
      await startScenarios({
        scenarioFolder: config.uat.folder,
        settings: {
          ...roundSettings(config, folder, input.baseUrl, prepared.launch, prepared.selection),
          round: { number, pictures: number === 1, evidenceBytes: await roomFor(folder) },
        },
        signal,
        niceness,
        onPlanned() {},
        onStart({ scenario, title: name, browser, size }) {
          current = `${scenario} ${name}, ${browser} ${size}`;
          show();
        },
        onAttempt: attempted,
        onProcess: cost.follow,
      });
    } catch (error) {
      const { message } = error as Error;
      if (!told.has(message)) {
        told.add(message);
        journal.append('shakedown.warning', { message });
        onEvent({ kind: 'warning', text: message });
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
  const scenarios: Scenarios = {
    async quiet() {
      if (prepared.launch.length === 0 || input.roundsBefore > 0) return;
      for (let done = 0; done < duringLoad.quietRounds && !signal.aborted; done++) {
        onEvent({ kind: 'phase', text: 'scenarios before the load, to compare with' });
        await runRound('quiet', () => null);
      }
    },
    start(now, isFaultOn) {
      if (running !== undefined || prepared.launch.length === 0) return;
      const { rounds } = duringLoad;
      const run = () => runRound('load', now);
      running = runRounds({ durationMs, rounds, now, isFaultOn, signal, run });
      running.catch(() => {});
    },
    async end() {
      ending.abort(new Error('the load ended'));
      await running?.catch(() => {});
    },
  };
  teardown.before('end the scenarios', () => scenarios.end());
  return scenarios;
}
