import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { standingBack } from '../../environment/stand-back.ts';
import { type K6Command, k6Arguments, k6Scripts } from '../load/public.ts';
import { type BrowserReach, chromiumArguments } from './chromium.ts';

/** What load/k6/browser.js reads. */
export interface VisitScript {
  vus: number;
  longestMs: number;
  seed: number;
  pages: { urls: string[] }[];
  /** Browsers take more memory with time: each is ended after so many visits, and followed by another. */
  visitsPerBrowser: number;
  /** At the most. */
  pagesPerVisit: number;
  think: { fromMs: number; toMs: number };
  pause: { fromMs: number; toMs: number };
  timeoutMs: number;
  /** After an interaction, so that it is painted. */
  settleMs: number;
  allowHosts: readonly string[];
  /** Options of k6's `browser.newContext`. */
  context: Record<string, unknown>;
}

export interface LaunchOptions {
  k6: K6Command;
  /** Path of a Chromium. */
  chromium: string;
  script: VisitScript;
  reach: BrowserReach;
  /** Of the target. */
  origin: string;
}

/** A k6 with browsers at work. */
export interface Visits {
  /** Of all its processes. */
  session: number;
  /** k6's JSON output. */
  points: Readable;
  /** Resolves when all of it is gone, its scratch folder too. */
  ended: Promise<{ code: number | null }>;
  /** The last lines on standard error that report something wrong. */
  said(): string[];
  /** Ends k6 and its browsers; resolves when they are gone. Safe to call twice. */
  stop(): Promise<void>;
}

const keptLines = 20;
/** Browsers stand back for the load generator and the target, as those of scenarios do, so that both can be compared. */
const niceness = 10;
/** k6 closes its browsers first. */
const graceS = 5;

/**
 * Runs k6 and outlives it: whatever ends first (k6, this process, or the harness, whose end closes the pipe), nothing of k6, no browser and none of
 * their folders stays. Browsers are k6's children in its process group.
 */
const keeper = `exec 3<&0
scratch=$1; shift
trap '' TERM
( trap - TERM; exec nice -n ${niceness} "$@" ) </dev/null 3<&- &
k6=$!
( trap - TERM; cat <&3 >/dev/null; kill -TERM $k6; sleep ${graceS}; kill -KILL $k6 ) </dev/null >/dev/null 2>&1 &
wait $k6; code=$?
exec 3<&-
kill -TERM 0
sleep 0.3
rm -rf "$scratch" || { sleep 1; rm -rf "$scratch"; }
exit $code`;

/** Starts k6 with browser users, in a process group and a scratch folder of their own. */
export async function launchVisits({ k6, chromium, script, reach, origin }: LaunchOptions): Promise<Visits> {
  const scratch = await mkdtemp(join(tmpdir(), 'shakedown-browsers-'));
  const program = join(scratch, 'chromium');
  const config = join(scratch, 'visits.json');
  let child: ChildProcess;
  try {
    // k6 takes arguments of browsers between commas, which some of these hold.
    const args = chromiumArguments(reach);
    await writeFile(program, `#!/bin/sh\nexec ${[chromium, ...args].map(quoted).join(' ')} "$@"\n`);
    await chmod(program, 0o700);
    // Headers may hold credentials.
    await writeFile(config, JSON.stringify(script), { mode: 0o600 });
    const isOld = Number.parseInt(k6.version, 10) < 2;
    const [shell = '', ...before] = [...standingBack(origin), '/bin/sh'];
    child = spawn(
      shell,
      [
        ...[...before, '-c', keeper, 'sh', scratch, k6.path, ...k6Arguments],
        ...(isOld ? ['--no-summary', '--address='] : ['--summary-mode=disabled']),
        ...['--out', 'json=-', join(k6Scripts, 'browser.js')],
      ],
      { stdio: ['pipe', 'pipe', 'pipe'], env: environment(scratch, program, config), detached: true },
    );
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
  child.stdin?.on('error', () => {});
  const lines: string[] = [];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lines.push(...text.split('\n').filter((line) => /level=(error|fatal)/.test(line) || /^\S/.test(line) === false));
    lines.splice(0, Math.max(0, lines.length - keptLines));
  });
  const ended = new Promise<{ code: number | null }>((resolve) => {
    child.once('close', (code) => resolve({ code }));
  });
  return {
    session: child.pid ?? -1,
    points: child.stdout as Readable,
    ended,
    said: () => lines.map(plainLine).filter((line) => line !== ''),
    async stop() {
      child.stdin?.end();
      const patience = new AbortController();
      await Promise.race([
        ended,
        sleep((graceS + 5) * 1000, undefined, { signal: patience.signal }).then(
          () => killGroup(child.pid),
          () => {},
        ),
      ]);
      patience.abort();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The message alone of one of k6's log lines. */
function plainLine(line: string): string {
  const message = /msg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? '';
  return message
    .replace(/\\[nt]/g, ' ')
    .replaceAll('\\"', '"')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}

function environment(scratch: string, program: string, config: string): NodeJS.ProcessEnv {
  const kept: NodeJS.ProcessEnv = {};
  // A K6_… variable of the user's shell would change the visits without a trace in the run.
  for (const name of ['PATH', 'HOME', 'LANG', 'GOMAXPROCS', 'GOMEMLIMIT', 'FONTCONFIG_PATH', 'LD_LIBRARY_PATH']) {
    if (process.env[name] !== undefined) kept[name] = process.env[name];
  }
  return {
    ...kept,
    TMPDIR: scratch,
    K6_BROWSER_EXECUTABLE_PATH: program,
    // On a busy machine a browser takes its time to start.
    K6_BROWSER_TIMEOUT: '120s',
    SHAKEDOWN_BROWSER_CONFIG: config,
  };
}
