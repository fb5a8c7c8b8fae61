import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { recordedProject } from '../e2e/project.ts';

/** One request at a time, 5 ms each: 200 a second and not one more. */
const serviceMs = 5;
export const limitPerSecond = 1000 / serviceMs;
/** Evenly sent requests do not wait below the limit, and above it ever longer: what is found is the search's doing, not that of bursts. */
const lateMs = 40;
const stepSeconds = 4;
/** A quarter of a step settles; 95 of 100 requests of the rest are sent until then. */
const p95AtSeconds = stepSeconds * (1 / 4 + 0.95 * (3 / 4));
/** The highest rate at which a step's p95 stays below that: so much above its limit the server is late by no more when the step ends. */
export const truePerSecond = limitPerSecond * (1 + lateMs / 1000 / p95AtSeconds);
const recordedSeconds = 60;

export interface RealSearch {
  /** Found ÷ true; NaN where nothing was found. */
  share: number;
  confirmed: boolean;
  steps: number;
  seconds: number;
  interval: { low: number; high: number } | null;
  sentence: string;
  endedEarly: boolean;
}

/** What `shakedown simulate --find-capacity` finds of a real server with a known limit. What it found by `atMostMs` is what it found. */
export async function searchRealServer(seed: number, k6: string, atMostMs: number): Promise<RealSearch> {
  let freeAtMs = 0;
  const server = createServer((request, response) => {
    if (request.url === '/') return void response.end();
    freeAtMs = Math.max(freeAtMs, performance.now()) + serviceMs;
    setTimeout(() => response.setHeader('content-length', 2).end('ok'), freeAtMs - performance.now());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const objectives = `objectives:
  response-p95: { target: ${lateMs} }
  capacity: { target: 100 }`;
  const own = await recordedProject(['/work'], origin, recordedSeconds, limitPerSecond, objectives);
  try {
    const from = performance.now();
    const step = ['--step', `${stepSeconds}s`, '--rate', String(0.65 * limitPerSecond), '--seed', String(seed)];
    const { child, ended } = own.start(['simulate', '--find-capacity', ...step], { SHAKEDOWN_K6: k6 });
    let endedEarly = false;
    const timer = setTimeout(() => {
      endedEarly = true;
      child.kill('SIGINT');
    }, atMostMs);
    const { stderr } = await ended;
    clearTimeout(timer);
    const { capacity: found } = own.results().sections;
    if (found == null) throw new Error(`No search: ${stderr.trim().split('\n').at(-1)}`);
    return {
      share: (found.sustainablePerSecond ?? Number.NaN) / truePerSecond,
      confirmed: found.confirmed,
      steps: found.steps.length,
      seconds: (performance.now() - from) / 1000,
      interval: found.interval,
      sentence: found.sentence,
      endedEarly,
    };
  } finally {
    own.remove();
    server.closeAllConnections();
    server.close();
  }
}
