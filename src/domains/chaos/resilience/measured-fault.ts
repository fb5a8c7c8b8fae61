import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type FaultRecord, type LoadShare, momentaryMs } from '../../../model/chaos.ts';
import type { WindowResult } from '../../../model/results.ts';
import type { RunFacts } from '../../../model/run-facts.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { readPackedLog } from '../../../stats/hlog.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import { inMs } from '../../../stats/rounding.ts';
import { endOfFault } from '../felt.ts';

const beforeMs = 60_000;
const afterMs = 60_000;

/** Windows, and their response times merged. */
export interface Measured {
  windows: WindowResult[];
  response: LatencyHistogram;
}

/** A fault that was injected, and what was measured before it, under it and after it. */
export interface MeasuredFault {
  fault: FaultRecord;
  fromMs: number;
  endMs: number;
  windowMs: number;
  before: Measured;
  during: Measured;
  after: Measured;
}

/** Measures the load around every fault that was injected. @param faults all of the run */
export async function measureFaults(faults: readonly FaultRecord[], facts: RunFacts): Promise<MeasuredFault[]> {
  const windowMs = facts.engine?.windowMs ?? facts.windows[0]?.durationMs ?? 1000;
  const found = faults.filter(({ injectedMs, error }) => injectedMs !== null && error === null);
  const parts = found.map((fault) => windowsOf(fault, found, facts));
  const lists = parts.flatMap(({ before, during, after }) => [before, during, after]);
  const measured = await measureLists(facts.folder, windowMs, lists);
  const at = (place: number): Measured => measured[place] ?? { windows: [], response: new LatencyHistogram() };
  return parts.map(({ fault, fromMs, endMs }, i) => {
    const [before, during, after] = [at(3 * i), at(3 * i + 1), at(3 * i + 2)];
    return { fault, fromMs, endMs, windowMs, before, during, after };
  });
}

interface FaultWindows {
  fault: FaultRecord;
  fromMs: number;
  endMs: number;
  before: WindowResult[];
  during: WindowResult[];
  after: WindowResult[];
}

function windowsOf(fault: FaultRecord, all: readonly FaultRecord[], { windows, judged }: RunFacts): FaultWindows {
  const ends = (window: WindowResult) => window.startMs + window.durationMs;
  const last = windows.at(-1);
  const fromMs = fault.injectedMs ?? 0;
  const endMs = endOfFault(fault) ?? (last === undefined ? 0 : ends(last));
  const isEarly = endMs < (fault.revertedMs ?? endMs);
  const seenUntilMs = !isEarly && endMs - fromMs < 1000 ? fromMs + momentaryMs : endMs;
  // Of a window in which it was gone before its time, nobody knows how much of it was under the fault.
  const isUnder = (window: WindowResult) => !isEarly || ends(window) <= endMs;
  const nextMs = all.reduce(
    (least, { injectedMs }) => (injectedMs !== null && injectedMs > endMs ? Math.min(least, injectedMs) : least),
    Number.POSITIVE_INFINITY,
  );
  const valid = windows.filter((window) => window.invalid === null);
  return {
    fault,
    fromMs,
    endMs,
    before: judged.windows.filter((window) => ends(window) <= fromMs && window.startMs >= fromMs - beforeMs),
    during: valid.filter(
      (window) => isUnder(window) && ends(window) > fromMs && window.startMs < Math.min(seenUntilMs, nextMs),
    ),
    after: valid.filter((window) => window.startMs >= endMs && ends(window) <= Math.min(endMs + afterMs, nextMs)),
  };
}

/**
 * Response times of several lists of windows, merged exactly, in one pass over the log.
 * @param lists windows may be in more than one
 */
async function measureLists(runFolder: string, windowMs: number, lists: WindowResult[][]): Promise<Measured[]> {
  const measured = lists.map((windows) => ({ windows, response: new LatencyHistogram() }));
  const wanted = new Map<number, LatencyHistogram[]>();
  for (const { windows, response } of measured) {
    for (const { index } of windows) wanted.set(index, [...(wanted.get(index) ?? []), response]);
  }
  const log = join(runFolder, 'windows', 'response.hlog');
  if (wanted.size === 0 || !existsSync(log)) return measured;
  for await (const { tag, startSec, payload } of readPackedLog(log, () => {})) {
    if (tag !== 'all') continue;
    const into = wanted.get(Math.round((startSec * 1000) / windowMs));
    if (into === undefined) continue;
    try {
      decodeHistogramInto(payload, ...into);
    } catch {
      // The pass that judges the run counts damaged lines and says so.
    }
  }
  return measured;
}

/** @param slowMs requests above it count as slowed */
export function shareOf({ windows, response }: Measured, slowMs: number): LoadShare {
  let requests = 0;
  let failed = 0;
  for (const window of windows) {
    requests += window.planned;
    // What went with a load generator is no doing of the fault.
    failed += window.failed + window.unsent - (window.lost ?? 0);
  }
  return {
    requests,
    failed,
    slowed: Math.round(response.countAbove(slowMs * 1000)),
    p95Ms: inMs(response.percentile(95)),
    p99Ms: inMs(response.percentile(99)),
  };
}
