import type { WindowLog } from '../../../../src/domains/load/windows/log.ts';
import type { MergeLengths } from '../../../../src/domains/load/windows/merging.ts';
import { readWindows } from '../../../../src/domains/load/windows/read.ts';
import { closeWindow } from '../../../../src/domains/load/windows/result.ts';
import { Window } from '../../../../src/domains/load/windows/window.ts';
import { LatencyHistogram } from '../../../../src/stats/histogram.ts';
import { decodeHistogramInto } from '../../../../src/stats/payload.ts';
import { gaussian, seeded } from '../../../random.ts';

export const windowMs = 1000;
export const startedAt = new Date('2026-11-21T08:00:00.000Z');
export const lengths: MergeLengths = {
  response: { all: 1000, routes: 4000 },
  service: { all: 4000, routes: 12_000 },
};
const routes = 4;
const isInvalid = (index: number) => index % 7 === 2;
const isAside = (index: number) => index % 11 === 5;
const isJudged = (index: number) => !isInvalid(index) && !isAside(index);

/** A window whose times follow from its index; the last route is rare. */
function windowOf(index: number): Window {
  const normal = gaussian(seeded(index + 1));
  const window = new Window(index);
  for (let route = 0; route < routes; route++) {
    if (route === routes - 1 && index % 3 !== 0) continue;
    const tally = window.route(route);
    for (let i = 0; i < 40 / (route + 1); i++) {
      const us = 20_000 * Math.exp(0.8 * normal());
      tally.planned++;
      tally.completed++;
      tally.response.record(us * 1.1);
      tally.service.record(us);
      window.planned++;
      window.answered++;
    }
  }
  if (isInvalid(index)) window.generatorLateness.record(500_000);
  return window;
}

/** Closes and appends the window of this index. */
export function appendWindow(log: WindowLog, index: number): void {
  const window = windowOf(index);
  const closed = closeWindow(window, windowMs, null, { maxGeneratorLatenessMs: 100 });
  if (isAside(index)) closed.result.excluded = 'a fault was on';
  log.append(window, closed);
}

/** Counts by bucket, by tag and whether they count, of these windows as they are closed. */
export function truthOf(name: 'response' | 'service', indices: Iterable<number>): Record<string, number[]> {
  const found = new Map<string, LatencyHistogram>();
  for (const index of indices) {
    windowOf(index).routes.forEach((tally, route) => {
      if (tally === undefined) return;
      for (const tag of ['all', `r${route}`]) histogramAt(found, tag, isJudged(index)).add(tally[name]);
    });
  }
  return countsOf(found);
}

/** The same of what a log holds; a window as it was closed counts only when it is one of `indices`. */
export async function loggedIn(
  folder: string,
  name: 'response' | 'service',
  indices: ReadonlySet<number>,
): Promise<Record<string, number[]>> {
  const found = new Map<string, LatencyHistogram>();
  let damaged = 0;
  for await (const logged of readWindows(folder, name, windowMs, () => damaged++)) {
    if (logged.counts === null && !indices.has(logged.first)) continue;
    decodeHistogramInto(logged.payload, histogramAt(found, logged.tag, logged.counts ?? isJudged(logged.first)));
  }
  if (damaged > 0) throw new Error(`${damaged} lines of ${name} are damaged.`);
  return countsOf(found);
}

function histogramAt(found: Map<string, LatencyHistogram>, tag: string, counts: boolean): LatencyHistogram {
  const key = `${tag} ${counts ? 'counts' : 'apart'}`;
  let histogram = found.get(key);
  if (histogram === undefined) {
    histogram = new LatencyHistogram();
    found.set(key, histogram);
  }
  return histogram;
}

function countsOf(found: Map<string, LatencyHistogram>): Record<string, number[]> {
  const keys = [...found.keys()].sort();
  return Object.fromEntries(
    keys.map((key) => {
      const histogram = found.get(key) ?? new LatencyHistogram();
      return [key, Array.from({ length: histogram.lastIndex + 1 }, (_, i) => histogram.countAt(i))];
    }),
  );
}
