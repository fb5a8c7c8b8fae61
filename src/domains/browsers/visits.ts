import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserMeasured } from '../../model/browser-visits.ts';
import type { UatCondition } from '../../model/uat.ts';
import { SessionCpu } from './cpu.ts';
import { type LaunchOptions, launchVisits, type Visits } from './launch.ts';
import { lineSplitter, visitPoint } from './points.ts';
import { VisitTally } from './tally.ts';

export interface BrowserVisitsOptions extends LaunchOptions {
  /** The run's clock, ms; negative before the load began, and -∞ while that is not known. */
  now(): number;
  /** The condition over a period of the run's clock; null: it changed within it. */
  condition(fromMs: number, toMs: number): UatCondition | null;
  /** What came since the last time: every ten seconds at first, later once a minute, and at the end. */
  measured(measured: BrowserMeasured): void;
  /** A browser ended by itself; another takes its place. */
  crashed(why: string): void;
  /** k6 ended by itself, and is not started again. */
  ended(why: string): void;
}

/** Often at first, when little is there to be lost; then once a minute, so that the journal stays small. */
const reportEveryMs = 10_000;
const oftenForMs = 600_000;
const seldomEveryMs = 60_000;
const cpuEveryMs = 5000;
/** A k6 that ends sooner than that has not got to work. */
const worksAfterMs = 60_000;
const failuresAtMost = 3;

/** Browser users, active until they are stopped. */
export interface BrowserVisits {
  stop(): Promise<void>;
}

/**
 * Starts k6 with browsers, in a process apart from those that replay: what a browser takes of k6 is nothing that a replayed request waits for. A k6
 * that ends by itself is started again, until it has failed to get to work three times.
 */
export function startVisits(options: BrowserVisitsOptions): BrowserVisits {
  const { now } = options;
  // Their clock is the wall's, and both are read on this machine: what counts is how long ago.
  const onRunClock = (unixMs: number) => now() - (Date.now() - unixMs);
  const tally = new VisitTally((from, to) => options.condition(onRunClock(from), onRunClock(to)));
  const onLine = (line: string) => {
    const point = visitPoint(line);
    if (point === null) return;
    tally.add(point);
    if (point.kind === 'crashed') options.crashed(point.why);
  };
  let visits: Visits | null = null;
  let cpu: SessionCpu | null = null;
  let isStopping = false;
  const begunAt = performance.now();
  let reportedAt = begunAt;
  let cpuSeconds: number | null = null;
  let lastCpu = { atMs: performance.now(), seconds: 0 };
  let peakCores: number | null = null;

  const readCpu = () => {
    const seconds = cpu?.read() ?? null;
    if (seconds === null) return;
    const atMs = performance.now();
    const used = Math.max(0, seconds - lastCpu.seconds);
    cpuSeconds = (cpuSeconds ?? 0) + used;
    if (atMs - lastCpu.atMs >= cpuEveryMs / 2) {
      peakCores = Math.max(peakCores ?? 0, (used * 1000) / (atMs - lastCpu.atMs));
    }
    lastCpu = { atMs, seconds };
  };
  const report = () => {
    readCpu();
    const at = performance.now();
    // Before the load, when its clock is not known yet, it is said to end at zero.
    const toMs = Math.round(Number.isFinite(now()) ? now() : 0);
    const fromMs = Math.round(toMs - (at - reportedAt));
    const { views, traffic, blocked } = tally.take();
    options.measured({ fromMs, toMs, views, traffic, blocked, cpuSeconds, peakCores });
    reportedAt = at;
    cpuSeconds = null;
    peakCores = null;
  };

  const run = async () => {
    let why = '';
    for (let failures = 0; failures < failuresAtMost && !isStopping; ) {
      if (why !== '') await sleep(1000);
      const startedAt = performance.now();
      visits = await launchVisits(options);
      cpu = new SessionCpu(visits.session);
      lastCpu = { atMs: startedAt, seconds: 0 };
      visits.points.setEncoding('utf8').on('data', lineSplitter(onLine));
      // It was asked to stop before anything was started.
      if (isStopping) await visits.stop();
      const { code } = await visits.ended;
      await visits.stop();
      why = visits.said().at(-1) ?? `k6 ended with ${code ?? 'a signal'}`;
      failures = performance.now() - startedAt < worksAfterMs ? failures + 1 : 1;
    }
    if (!isStopping) options.ended(why);
  };
  const running = run().catch((error: Error) => {
    if (!isStopping) options.ended(error.message);
  });
  const reportInTime = () => {
    const at = performance.now();
    if (at - begunAt <= oftenForMs || at - reportedAt >= seldomEveryMs - reportEveryMs / 2) report();
  };
  const timers = [setInterval(reportInTime, reportEveryMs), setInterval(readCpu, cpuEveryMs)];
  let stopped: Promise<void> | null = null;
  return {
    stop() {
      stopped ??= (async () => {
        isStopping = true;
        for (const timer of timers) clearInterval(timer);
        readCpu();
        await visits?.stop();
        await running;
        report();
      })();
      return stopped;
    },
  };
}
