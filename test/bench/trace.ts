import type { PlannedRequest, PlannedSession } from '../../src/model/plan.ts';
import { request, session } from '../domains/load/shop.ts';
import { gaussian, seeded } from '../random.ts';

/** Requests with the moments at which their source has them, in ms after the start and in that order. */
export interface Trace {
  sessions: PlannedSession[];
  arrivalsMs: Float64Array;
  durationMs: number;
}

export interface BurstyTrace {
  seed: number;
  durationMs: number;
  requestsPerSecond: number;
  /** Spread σ of the logarithm of the intensity from one 10 ms to the next; 0 is a Poisson process. */
  sigma: number;
}

const requestsPerSession = 5;
const thinkMs = 300;
const binMs = 10;

/**
 * A bursty recording: in every 10 ms the rate of session starts is log-normal around its mean, and starts within it are Poisson
 * (a doubly stochastic process, whose dispersion is above 1 as that of real traffic is). Sessions have five requests some
 * 300 ms apart. The path `/r/<n>` tells a target which one it was sent.
 */
export function burstyTrace({ seed, durationMs, requestsPerSecond, sigma }: BurstyTrace): Trace {
  const random = seeded(seed);
  const normal = gaussian(random);
  const sessions: PlannedSession[] = [];
  let number = 0;
  // The last sessions end within the run.
  const lastStartMs = durationMs - requestsPerSession * thinkMs * 1.5;
  for (let bin = 0; bin * binMs < lastStartMs; bin++) {
    const factor = Math.exp(sigma * normal() - (sigma * sigma) / 2);
    const expected = ((requestsPerSecond / requestsPerSession) * binMs * factor) / 1000;
    const starts = Array.from({ length: poisson(expected, random) }, () => (bin + random()) * binMs).sort(
      (a, b) => a - b,
    );
    for (const startMs of starts) {
      let dueMs = 0;
      const requests: PlannedRequest[] = [];
      for (let i = 0; i < requestsPerSession; i++) {
        requests.push(request(dueMs, { path: `/r/${number++}`, route: i, after: i - 1 }));
        dueMs += thinkMs * (0.5 + random());
      }
      sessions.push(session(sessions.length, microseconds(startMs), requests));
    }
  }
  return traceOf(sessions, durationMs);
}

/** One request a session, evenly spaced: an open load whose arrivals nothing delays. */
export function steadyTrace(durationMs: number, requestsPerSecond: number): Trace {
  const count = Math.floor((durationMs * requestsPerSecond) / 1000);
  const sessions = Array.from({ length: count }, (_, i) =>
    session(i, microseconds((i * 1000) / requestsPerSecond), [request(0, { path: `/r/${i}` })]),
  );
  return traceOf(sessions, durationMs);
}

function traceOf(sessions: PlannedSession[], durationMs: number): Trace {
  const arrivals = sessions.flatMap((one) => one.requests.map(({ dueMs }) => one.startMs + dueMs));
  return { sessions, arrivalsMs: Float64Array.from(arrivals).sort(), durationMs };
}

/** When each request `/r/<n>` is due, by its number. */
export function dueByNumber(trace: Trace): Float64Array {
  const due = new Float64Array(trace.arrivalsMs.length);
  for (const one of trace.sessions) {
    for (const { path, dueMs } of one.requests) due[Number(path.slice('/r/'.length))] = one.startMs + dueMs;
  }
  return due;
}

/** Knuth's way, good for the small means of 10 ms. */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let product = random();
  let count = 0;
  for (; product > limit; count++) product *= random();
  return count;
}

const microseconds = (ms: number) => Math.round(ms * 1000) / 1000;
