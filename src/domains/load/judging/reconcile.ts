import { join } from 'node:path';
import { grouped } from '../../../gate/words.ts';
import type { LatencyFigures, WindowResult } from '../../../model/results.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import { inMs } from '../../../stats/rounding.ts';
import type { Reconciliation } from '../section.ts';
import { readWindows } from '../windows/read.ts';
import type { LoadFold } from './fold.ts';

const differencesAtMost = 20;

/**
 * Holds what a run says in several places against each other: windows against the accounting at its end, the histograms beside the journal
 * against the windows, and what fidelity says was sent and what the events of errors count against both. A run that was cut off has no accounting;
 * of one that was resumed, the last part has.
 */
export async function reconcile(
  { folder, windows, parts, loadEnded, fidelity, engine }: RunFacts,
  {
    errors,
    answers,
    groups,
    notOnTheWire,
    groupsNotOnTheWire,
  }: Pick<LoadFold, 'errors' | 'answers' | 'groups' | 'notOnTheWire' | 'groupsNotOnTheWire'>,
): Promise<Reconciliation> {
  const found: Reconciliation = { checked: [], differences: [] };
  const differ = (file: string, text: string) => {
    if (found.differences.length < differencesAtMost) found.differences.push({ file, text });
  };
  const compare = (file: string, what: string, is: number, should: number, of: string) => {
    found.checked.push(`${what}: ${grouped(is)}`);
    if (is !== should) differ(file, `${what} are ${grouped(is)}, ${of} ${grouped(should)}`);
  };
  order(windows, engine?.windowMs ?? null, differ);
  const isWhole = loadEnded !== null && parts.length < 2;
  const failed = sum(windows, 'failed');
  if (loadEnded !== null) {
    const fromMs = parts.at(-1)?.fromMs ?? 0;
    const last = parts.length < 2 ? windows : windows.filter(({ startMs }) => startMs >= fromMs);
    for (const key of ['planned', 'completed', 'failed', 'unsent'] as const)
      compare(
        'journal.ndjson',
        `requests ${key} in its windows`,
        sum(last, key),
        loadEnded.accounting[key],
        'by its own accounting',
      );
  }
  if (errors.total > failed)
    differ(
      'journal.ndjson',
      `its events report ${grouped(errors.total)} failures, its windows count ${grouped(failed)}`,
    );
  const underNoFault = windows.filter(({ excluded }) => excluded === undefined);
  if (isWhole && answers.counted > 0)
    compare(
      'journal.ndjson',
      'answers that were counted',
      answers.counted,
      sum(underNoFault, 'completed') + sum(underNoFault, 'failed'),
      'by its windows',
    );
  const sent = sum(windows, 'completed') + failed - notOnTheWire;
  if (isWhole && fidelity !== null)
    compare('journal.ndjson', 'requests sent by fidelity', fidelity.sentRequests, sent, 'by its windows');
  for (const name of ['response', 'service'] as const) {
    const logged = await readLog(folder, name, windows, engine?.windowMs ?? windows[0]?.durationMs ?? 1000);
    const file = `windows/${name}.hlog`;
    if (logged.damaged > 0) differ(file, `damaged lines: ${grouped(logged.damaged)}`);
    if (logged.twice > 0) differ(file, `windows that are there twice: ${grouped(logged.twice)}`);
    if (isWhole) {
      compare(file, 'answers in it', logged.all, sent, 'by the journal');
      compare(file, 'answers by route', logged.routes, logged.all, 'over all routes');
      const ofGroups = groups.reduce((sum, { all }) => sum + all.completed + all.failed, 0) - groupsNotOnTheWire;
      if (groups.length > 0) compare(file, 'answers by tag', logged.groups, ofGroups, 'by the journal');
    }
    if (logged.other !== null) differ(file, logged.other);
  }
  return found;
}

function sum(windows: readonly WindowResult[], key: 'planned' | 'completed' | 'failed' | 'unsent'): number {
  return windows.reduce((total, window) => total + window[key], 0);
}

/** Windows follow each other, each once, and each adds up. */
function order(
  windows: readonly WindowResult[],
  windowMs: number | null,
  differ: (file: string, text: string) => void,
): void {
  const file = 'journal.ndjson';
  let last: WindowResult | null = null;
  let twice = 0;
  let overlapping = 0;
  let misplaced = 0;
  let wrong = 0;
  for (const window of windows) {
    const { index, startMs, durationMs, planned, completed, failed, unsent } = window;
    if (last !== null && index === last.index) twice++;
    else if (last !== null && startMs < last.startMs + last.durationMs) overlapping++;
    if (windowMs !== null && (Math.abs(startMs - index * windowMs) > 1 || durationMs > windowMs + 1)) misplaced++;
    if (completed + failed + unsent !== planned) wrong++;
    last = window;
  }
  if (twice > 0) differ(file, `windows that are there twice: ${grouped(twice)}`);
  if (overlapping > 0) differ(file, `windows that begin before the one before has ended: ${grouped(overlapping)}`);
  if (misplaced > 0) differ(file, `windows at another time than their number says: ${grouped(misplaced)}`);
  if (wrong > 0) differ(file, `windows with more or fewer answers than were planned: ${grouped(wrong)}`);
}

interface Logged {
  all: number;
  routes: number;
  groups: number;
  damaged: number;
  twice: number;
  /** What its figures say that those of the journal's windows do not; null: they agree. */
  other: string | null;
}

async function readLog(
  folder: string,
  name: 'response' | 'service',
  windows: readonly WindowResult[],
  windowMs: number,
): Promise<Logged> {
  const found: Logged = { all: 0, routes: 0, groups: 0, damaged: 0, twice: 0, other: null };
  const byIndex = new Map(windows.map((window) => [window.index, window]));
  const seen = new Set<string>();
  const whole = new LatencyHistogram();
  const histogram = new LatencyHistogram();
  let apart = 0;
  for await (const { tag, first, last, counts, payload } of readWindows(
    join(folder, 'windows'),
    name,
    windowMs,
    () => found.damaged++,
  )) {
    // What a killed harness logged and never wrote down as a window is passed over, as where it is judged.
    if (!Array.from({ length: last - first + 1 }, (_, i) => first + i).some((index) => byIndex.has(index))) continue;
    const key = `${tag} ${first} ${counts}`;
    if (seen.has(key)) {
      found.twice++;
      continue;
    }
    seen.add(key);
    histogram.reset();
    try {
      decodeHistogramInto(payload, histogram);
    } catch {
      found.damaged++;
      continue;
    }
    if (tag !== 'all') {
      if (tag.startsWith('g')) found.groups += histogram.count;
      else found.routes += histogram.count;
      continue;
    }
    found.all += histogram.count;
    whole.add(histogram);
    const window = first === last ? byIndex.get(first) : undefined;
    if (window !== undefined && !sameFigures(window[name], histogram)) apart++;
  }
  const maxMs = windows.reduce((most, window) => Math.max(most, window[name].max ?? 0), 0);
  if (apart > 0) found.other = `windows whose times are not those of the journal: ${grouped(apart)}`;
  else if (whole.count > 0 && maxMs > 0 && !isNear(inMs(whole.max), maxMs))
    found.other = `its longest time is ${inMs(whole.max)} ms, by the journal ${maxMs} ms`;
  return found;
}

function sameFigures({ p50, p99, max }: LatencyFigures, histogram: LatencyHistogram): boolean {
  return (
    isNear(inMs(histogram.percentile(50)), p50) &&
    isNear(inMs(histogram.percentile(99)), p99) &&
    isNear(inMs(histogram.max), max)
  );
}

/** Equal but for rounding. A figure that earlier versions did not write down is none to compare with. */
function isNear(a: number | null, b: number | null | undefined): boolean {
  if (a === null || b === null || b === undefined) return true;
  return Math.abs(a - b) <= 0.002 + 0.0015 * Math.max(a, b);
}
