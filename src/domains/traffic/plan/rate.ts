import { ShakedownError } from '../../../model/error.ts';
import type { Arrivals } from './arrivals.ts';
import type { SessionTable } from './templates.ts';

const bins = 65_536;

/**
 * The factor at which `wantedRequests` fall due within the run, found by counting and not by an expected value: layers are added until
 * there are enough, and the last one is thinned. The ramp-in of a run that begins without open sessions is part of the count, so
 * the average over the whole run is met. Exact to one session, unless templates are too large for memory: then requests of
 * sessions that go past the end of the run are taken to be spread evenly over their session.
 * @throws ShakedownError PLAN_RATE when no session falls into the run
 */
export function factorFor(
  wantedRequests: number,
  table: SessionTable,
  arrivals: Arrivals,
  runMs: number,
  shaped: ((evenMs: number) => number) | undefined,
): number {
  const { requests, lengthMs, count, templates, sample } = table;
  let longestMs = 0;
  for (let i = 0; i < count; i++) longestMs = Math.max(longestMs, lengthMs[i] ?? 0);

  const within = (startUs: number, number: number): number => {
    const inLoop = number < count ? number : number % count;
    const all = requests[inLoop] ?? 0;
    // A shaped start is looked up only where it can matter.
    const startMs = shaped === undefined ? startUs / 1000 : shaped(startUs / 1000);
    const leftMs = runMs - startMs;
    if (leftMs > longestMs || leftMs > (lengthMs[inLoop] ?? 0)) return all;
    const template = templates?.[inLoop] ?? sample?.templates[sample.numbers[inLoop] ?? 0];
    if (template === undefined) return Math.ceil((all * leftMs) / Math.max(lengthMs[inLoop] ?? 0, 1));
    let due = 0;
    for (const request of template.requests) {
      if (request.dueMs >= leftMs) break;
      due++;
    }
    return due;
  };

  let total = 0;
  for (let layer = 0, empty = 0; ; layer++) {
    let inLayer = 0;
    arrivals.layer(layer, (startUs, number) => {
      inLayer += within(startUs, number);
    });
    if (total + inLayer >= wantedRequests) return layer + share(layer, wantedRequests - total);
    total += inLayer;
    empty = inLayer === 0 ? empty + 1 : 0;
    if (empty > 10_000) {
      throw new ShakedownError(
        'PLAN_RATE',
        `The rate cannot be reached: no session of the recording falls into a run of ${runMs} ms.`,
        { hint: 'Use a longer run, or mode bootstrap.' },
      );
    }
  }

  /** Share of a layer's sessions that brings `wanted` requests. */
  function share(layer: number, wanted: number): number {
    const histogram = new Float64Array(bins);
    arrivals.layer(layer, (startUs, number, keepHash) => {
      const bin = Math.floor((keepHash / 2 ** 32) * bins);
      histogram[bin] = (histogram[bin] ?? 0) + within(startUs, number);
    });
    let below = 0;
    let bin = 0;
    while (bin < bins && below + (histogram[bin] ?? 0) <= wanted) below += histogram[bin++] ?? 0;
    // The bin that crosses the line is taken where that comes nearer.
    const over = bin < bins && below + (histogram[bin] ?? 0) - wanted < wanted - below ? 1 : 0;
    return (bin + over) / bins;
  }
}
