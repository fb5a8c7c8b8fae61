import { createHash } from 'node:crypto';
import { ArrivalCounts } from './dispersion.ts';
import type { SessionTemplate } from './template.ts';

export interface Tally {
  sessions: number;
  requests: number;
  afterEnd: number;
  averageRatePerSecond: number;
  peakRatePerSecond: number;
  peakSessions: number;
  lastDueMs: number;
  longestSessionMs: number;
  scheduleSha256: string;
  /** Of arrivals in 10 ms; null for too few. */
  dispersion: number | null;
  /** Requests after a write of their session that is left out, by route. */
  afterLeftOut: ReadonlyMap<number, number>;
}

/**
 * Counts what is planned, session by session, in memory that grows with the length of the run (4 bytes a second) and with the
 * sessions under way. The digest covers every template once, whole, and for each session its start, its template's place in the
 * recording and its number of requests: as specific as a digest over each request, at a fraction of the work.
 */
export function createTally(templatesSha256: string, context: string, runMs: number) {
  const digest = createHash('sha256').update(`${context}\n${templatesSha256}\n`);
  const buffer = Buffer.allocUnsafe(16 * 4096);
  let filled = 0;
  let perSecond = new Uint32Array(1024);
  const ends = new EndTimes();
  const arrivals = new ArrivalCounts();
  const tally = { sessions: 0, requests: 0, afterEnd: 0, peakSessions: 0, lastDueMs: 0, longestSessionMs: 0 };
  const afterLeftOut = new Map<number, number>();
  let inRun = 0;
  return {
    add(startMs: number, template: SessionTemplate, number: number, planned: number): void {
      const { requests } = template;
      tally.afterEnd += requests.length - planned;
      if (planned === 0) return;
      tally.sessions++;
      tally.requests += planned;
      for (let i = 0; i < planned; i++) {
        const dueMs = startMs + (requests[i]?.dueMs ?? 0);
        if (dueMs < runMs) inRun++;
        arrivals.add(dueMs);
        const second = Math.floor(dueMs / 1000);
        if (second >= perSecond.length) {
          const larger = new Uint32Array(Math.max(second + 1, perSecond.length * 2));
          larger.set(perSecond);
          perSecond = larger;
        }
        perSecond[second] = (perSecond[second] ?? 0) + 1;
      }
      for (const { route } of requests.slice(template.afterLeftOut ?? planned, planned))
        afterLeftOut.set(route, (afterLeftOut.get(route) ?? 0) + 1);
      tally.lastDueMs = Math.max(tally.lastDueMs, startMs + (requests[planned - 1]?.dueMs ?? 0));
      const lengthMs =
        planned === requests.length
          ? template.lengthMs
          : template.lengthMs - (requests[requests.length - 1]?.dueMs ?? 0) + (requests[planned - 1]?.dueMs ?? 0);
      tally.longestSessionMs = Math.max(tally.longestSessionMs, lengthMs);
      tally.peakSessions = Math.max(tally.peakSessions, ends.underWay(startMs, startMs + lengthMs));
      filled = buffer.writeDoubleLE(startMs, filled);
      filled = buffer.writeUInt32LE(number, filled);
      filled = buffer.writeUInt32LE(planned, filled);
      if (filled === buffer.length) {
        digest.update(buffer);
        filled = 0;
      }
    },
    done(): Tally {
      let peak = 0;
      for (const count of perSecond) peak = Math.max(peak, count);
      return {
        ...tally,
        averageRatePerSecond: runMs > 0 ? (inRun / runMs) * 1000 : 0,
        peakRatePerSecond: peak,
        dispersion: arrivals.dispersion(),
        afterLeftOut,
        scheduleSha256: digest.update(buffer.subarray(0, filled)).digest('hex'),
      };
    },
  };
}

/** Binary heap of the ends of sessions under way. */
class EndTimes {
  #heap: number[] = [];

  /** Sessions under way at `startMs`, a new one that ends at `endMs` included. Starts must rise. */
  underWay(startMs: number, endMs: number): number {
    const heap = this.#heap;
    while (heap.length > 0 && (heap[0] ?? 0) <= startMs) {
      const last = heap.pop() ?? 0;
      if (heap.length === 0) break;
      let place = 0;
      for (;;) {
        let child = 2 * place + 1;
        if (child >= heap.length) break;
        if (child + 1 < heap.length && (heap[child + 1] ?? 0) < (heap[child] ?? 0)) child++;
        if ((heap[child] ?? 0) >= last) break;
        heap[place] = heap[child] ?? 0;
        place = child;
      }
      heap[place] = last;
    }
    let place = heap.push(endMs) - 1;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if ((heap[parent] ?? 0) <= endMs) break;
      heap[place] = heap[parent] ?? 0;
      place = parent;
    }
    heap[place] = endMs;
    return heap.length;
  }
}
