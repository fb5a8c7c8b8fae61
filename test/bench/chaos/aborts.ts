import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { exitCodes } from '../../../src/model/error.ts';
import { type Abort, abortMany, abortOrders } from '../../domains/chaos/residue/lane.ts';

/** Of one that is stopped beyond the seconds that its faults last, here a fifth of one at the most. */
const goalMs = { SIGKILL: 2000, SIGTERM: 1000, SIGSTOP: 2200 };
const lanes = 2;
const seed = 11;

export interface AbortRun {
  /** For what the harnesses write. */
  folder: string;
  count: number;
  /** One line an abort; what is in it already is not done again. */
  record: string;
  /** No further one is begun after so long. */
  withinMs: number;
}

/**
 * Ends a harness at so many random moments and says what was left. Ctrl-C ends it after those that are under way.
 * @returns exit code: 0 where all were done, nothing was left, and faults were gone in time; 3 where it was cut short
 */
export async function runAborts({ folder, count, record, withinMs }: AbortRun): Promise<number> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), withinMs);
  process.once('SIGINT', () => ending.abort());
  const orders = abortOrders(count, seed);
  const all = readRecord(record).filter(({ n, afterMs }) => orders[n]?.afterMs === afterMs);
  if (all.length > 0) console.log(`${all.length} of ${count} are on record already`);
  const known = new Set(all.map(({ n }) => n));
  const begunMs = performance.now();
  const onAbort = (abort: Abort) => {
    all.push(abort);
    appendFileSync(record, `${JSON.stringify(abort)}\n`);
    if (abort.left.length > 0) console.log(`left behind by abort ${abort.n}: ${abort.left.join(', ')}`);
    if (all.length % 50 === 0) console.log(`${all.length} of ${count}, ${minutesSince(begunMs)} min`);
  };
  const todo = orders.filter(({ n }) => !known.has(n));
  await abortMany(folder, todo, lanes, onAbort, ending.signal);
  clearTimeout(timer);

  const untidy = all.filter(({ left }) => left.length > 0).length;
  const cut = all.length < count ? ` of ${count}, cut short,` : '';
  console.log(
    `${all.length}${cut} aborts at random moments in ${minutesSince(begunMs)} min: ${untidy} left something behind`,
  );
  const inTime = (['SIGKILL', 'SIGTERM', 'SIGSTOP'] as const).map((by) => {
    const such = all.filter((one) => one.by === by);
    const goneMs = such.flatMap(({ faultGoneMs }) => faultGoneMs ?? []);
    const figure = by === 'SIGTERM' ? quantile(goneMs, 0.99) : Math.max(0, ...goneMs);
    const held = figure <= goalMs[by];
    const how = `${goneMs.length} of ${such.length} had a fault on`;
    console.log(
      `${by} of the harness → fault gone: ${spread(goneMs)}; ${how}; goal ${by === 'SIGTERM' ? 'p99' : 'always'} ≤ ${goalMs[by]} ms: ${held ? 'met' : 'missed'}`,
    );
    return held;
  });
  if (untidy > 0 || inTime.includes(false)) return exitCodes.notReady;
  return all.length < count ? exitCodes.inconclusive : exitCodes.ready;
}

export function spread(values: readonly number[], digits = 0): string {
  const at = (share: number) => quantile(values, share).toFixed(digits);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function readRecord(file: string): Abort[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Abort);
}

function minutesSince(ms: number): string {
  return ((performance.now() - ms) / 60_000).toFixed(1);
}
