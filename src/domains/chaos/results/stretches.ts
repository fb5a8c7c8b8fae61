import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadShare } from '../../../model/chaos.ts';
import type { WindowResult } from '../../../model/results.ts';
import { LatencyHistogram } from '../../../stats/histogram.ts';
import { readPackedLog } from '../../../stats/hlog.ts';
import { decodeHistogramInto } from '../../../stats/payload.ts';
import { inMs } from '../../load/judging/latencies.ts';

/** Windows of a stretch, and their response times merged. */
export interface Measured {
  windows: WindowResult[];
  response: LatencyHistogram;
}

/**
 * Response times of several lists of windows, merged exactly, in one pass over the log.
 * @param lists windows may be in more than one
 */
export async function measureLists(runFolder: string, windowMs: number, lists: WindowResult[][]): Promise<Measured[]> {
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
    failed += window.failed + window.unsent;
  }
  return {
    requests,
    failed,
    slowed: Math.round(response.countAbove(slowMs * 1000)),
    p95Ms: inMs(response.percentile(95)),
    p99Ms: inMs(response.percentile(99)),
  };
}
