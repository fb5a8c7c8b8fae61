import { spawn } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { cpuSecondsOf } from '../cpu.ts';

/** Folder of the scripts that k6 runs. */
export const scripts = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..', 'load', 'k6');
const keptStderrLines = 20;

/** What every k6 of ours is run with. */
export const runArguments = ['run', '--quiet', '--no-color', '--no-usage-report', '--no-thresholds'];

export interface K6Command {
  path: string;
  version: string;
  build: 'shakedown' | 'stock';
}

/** A moment on the clock that all processes of this machine share (CLOCK_MONOTONIC), and the same as a date for where there is none. */
export interface Moment {
  monotonicNs: bigint;
  unixMs: number;
}

/** A k6 at work, here or elsewhere. */
export interface K6Process {
  /** On this machine; null elsewhere. */
  pid: number | null;
  /** Where it runs and how well its clock is known, in words; null here. */
  place: string | null;
  /** Takes sessions; null for a stock k6, which asks for them. */
  feed: Writable | null;
  /** Binary records of ours, lines of a stock one. */
  samples: Readable;
  /** The first line of the feed: when its clock is to read zero. */
  startLine(at: Moment): string;
  /** CPU time used so far; null where it is not known. */
  cpuSeconds(): number | null;
  /** Resolves when it ended and its pipes are drained. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The last lines it said on standard error. */
  said(): string[];
  /** Asks it to stop, and after `graceMs` ends it. */
  stop(graceMs: number): Promise<void>;
}

export interface K6Start {
  k6: K6Command;
  configFile: string;
  /** Address of the feed, for a stock k6; null for ours, which is fed on descriptor 3. */
  feedUrl: string | null;
  /** PEM file of a CA of the user's own. */
  caFile: string | null;
  http2: boolean;
}

/**
 * Starts k6 with the replay script. Ours reads sessions on descriptor 3 and writes samples on 4; a stock one writes them to standard output.
 * Either ends by itself when the harness is gone: a write to a pipe nobody reads is its end.
 * @throws ShakedownError ENGINE_START
 */
export async function startK6(start: K6Start): Promise<K6Process> {
  const ours = start.k6.build === 'shakedown';
  const args = [
    ...runArguments,
    // A k6 1.x serves its REST API on a port unless told not to, and knows no summary mode `disabled`.
    ...(Number.parseInt(start.k6.version, 10) >= 2 ? ['--summary-mode=disabled'] : ['--no-summary', '--address=']),
    ...(ours ? [] : ['--log-output=stdout', '--log-format=raw']),
    join(scripts, ours ? 'replay-shakedown.js' : 'replay-stock.js'),
  ];
  const child = favoured(() =>
    spawn(start.k6.path, args, {
      stdio: ours ? ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe'],
      env: environment(start, ours),
      // Ctrl-C reaches a whole group of processes: k6 is to end when we say so, after what it measured has come home.
      detached: true,
    }),
  );
  const lines: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => line !== ''));
    lines.splice(0, Math.max(0, lines.length - keptStderrLines));
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(
        new ShakedownError('ENGINE_START', `k6 at ${start.k6.path} cannot be started.`, {
          hint: 'Run `shakedown doctor` to see which k6 is used; SHAKEDOWN_K6 names another.',
          exitCode: exitCodes.missingProgram,
          cause,
        }),
      ),
    );
  });
  const { pid } = child;
  return {
    pid: pid ?? null,
    place: null,
    feed: ours ? (child.stdio[3] as Writable) : null,
    samples: (ours ? child.stdio[4] : child.stdout) as Readable,
    startLine,
    cpuSeconds: () => (pid === undefined ? null : cpuSecondsOf(pid)),
    ended,
    said: () => [...lines],
    async stop(graceMs) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGINT');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * Starts a process ahead of others where this user may: on a machine shared with the target, a request sent late because the target had
 * the processor would be measured as the target's. A child takes the priority that its parent has when it is made.
 */
export function favoured<T>(start: () => T): T {
  const before = getPriority();
  try {
    setPriority(before - 10);
  } catch {
    return start();
  }
  try {
    return start();
  } finally {
    setPriority(before);
  }
}

function startLine(at: Moment): string {
  return process.platform === 'linux' ? `monotonic ${at.monotonicNs}\n` : `unix ${at.unixMs}\n`;
}

function environment(start: K6Start, ours: boolean): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  // Only what a program needs to run: a K6_… variable of the user's shell would change the load without a trace in the run.
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GOMAXPROCS', 'GOMEMLIMIT']) {
    if (process.env[name] !== undefined) kept[name] = process.env[name];
  }
  return {
    ...kept,
    // Fewer collections: their pauses are lateness, and memory is there for it.
    GOGC: '400',
    ...(start.http2 ? {} : { GODEBUG: 'http2client=0' }),
    SHAKEDOWN_ENGINE_CONFIG: start.configFile,
    ...(start.feedUrl === null ? {} : { SHAKEDOWN_FEED: start.feedUrl }),
    ...(start.caFile === null ? {} : { SSL_CERT_FILE: start.caFile }),
    ...(ours ? { SHAKEDOWN_FEED_FD: '3', SHAKEDOWN_SAMPLES_FD: '4' } : {}),
  };
}

/** A moment from now. */
export function moment(inMs: number): Moment {
  return { monotonicNs: process.hrtime.bigint() + BigInt(Math.round(inMs * 1e6)), unixMs: Date.now() + inMs };
}
