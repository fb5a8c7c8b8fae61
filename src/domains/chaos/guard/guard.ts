import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { ownProgram } from '../../../environment/own-files.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import { parsedJson } from '../parsed-json.ts';
import type { EndedByGuard, UndoEntry, UndoList, UndoStep } from '../undo.ts';
import {
  isOnList,
  makeListFolder,
  monotonicMs,
  removeEntry,
  removeListFolder,
  type StoredEntry,
  writeEntry,
} from './entries.ts';
import type { Post } from './post.ts';
import { registerList } from './registry.ts';
import { runStep } from './steps.ts';

/** A cold start on a busy machine takes seconds; longer than this it will not come. */
const startTimeoutMs = 30_000;
/** The guard retries what fails for a few seconds before it gives up. */
const endTimeoutMs = 30_000;
const startsInVain = 3;

const overdueLine = z.object({ time: z.string(), id: z.string(), error: z.null(), overdue: z.string() });

export interface GuardOptions {
  /** The run's folder: the list is in `undo-…/`, and what the guard did in `undone.ndjson`. */
  folder: string;
  /** Folder that names all lists of this machine, for `shakedown chaos clean`. */
  registry: string;
  signal: AbortSignal;
  /** Called when the guard was killed and another had to be started, and when an undo affected others than the target of the fault. */
  onWarning?(message: string): void;
}

export interface Guard extends UndoList {
  /** Of the guard's process as it is now. */
  pid(): number;
  /** What is on the list, last first. */
  left(): readonly { id: string; title: string }[];
  /**
   * Ends the guard, which first runs what is still on the list. Safe to call twice.
   * @returns whether everything is undone; what is not stays on disk for `shakedown chaos clean`
   */
  close(): Promise<boolean>;
}

/**
 * Starts the guard: a process of its own, in a session of its own, that runs the undo list when this process is gone.
 * @throws ShakedownError GUARD_FAILED when it cannot be started
 */
export async function createGuard(options: GuardOptions): Promise<Guard> {
  const folder = resolve(options.folder);
  // Of its own, as the guard of a run that was killed and is resumed may still be at work on another.
  const list = join(folder, `undo-${randomBytes(4).toString('hex')}`);
  await makeListFolder(list);
  const pointer = await registerList(resolve(options.registry), list, new Date().toISOString());
  const post: Post = { list, record: join(folder, 'undone.ndjson'), pointer };
  const entries = new Map<string, StoredEntry>();
  let added = 0;
  let closing: Promise<boolean> | undefined;
  let child: ChildProcess | undefined;
  let standing: Promise<void>;

  const stand = () => {
    standing = start(post).then((started) => {
      child = started;
      started.once('exit', (code, name) => {
        if (closing !== undefined) return;
        options.onWarning?.(`The guard process ended (${name ?? `code ${code}`}); another one takes its place.`);
        stand().catch((error: Error) => options.onWarning?.(`${error.message} Faults stay if this process is killed.`));
      });
    });
    // The caller that adds an entry gets the error.
    standing.catch(() => {});
    return standing;
  };

  const abandon = async () => {
    await removeListFolder(list);
    await rm(pointer, { force: true });
  };
  try {
    await stand();
    options.signal.throwIfAborted();
  } catch (error) {
    closing = Promise.resolve(true);
    child?.disconnect();
    await abandon();
    throw error;
  }

  const entryOf = (stored: StoredEntry): UndoEntry => {
    const sinceMs = Date.now();
    let running: Promise<void> | undefined;
    let ended: EndedByGuard | null = null;
    const run = async () => {
      if (stored.untilMs !== undefined && !(await isOnList(list, stored.id))) {
        ended = await undoneByGuard(post.record, stored.id, sinceMs);
        if (ended !== null) {
          entries.delete(stored.id);
          options.onWarning?.(`The guard did this when its time was over, because ${ended.why}: ${stored.title}.`);
          return;
        }
      }
      for (const step of stored.steps) {
        const noticed = await runStep(step);
        if (noticed !== null) options.onWarning?.(noticed);
      }
      await removeEntry(list, stored.id);
      entries.delete(stored.id);
    };
    return {
      id: stored.id,
      async endAfter(ms, busyMs = 0) {
        if (!entries.has(stored.id)) return;
        // The guard may have undone it already, while this process was stopped.
        if (stored.untilMs !== undefined && !(await isOnList(list, stored.id))) return;
        stored.untilMs = monotonicMs() + ms;
        stored.busyUntilMs = stored.untilMs + busyMs;
        await writeEntry(list, stored);
      },
      endedByGuard: () => ended,
      run() {
        if (!entries.has(stored.id)) return Promise.resolve();
        running ??= run().finally(() => {
          running = undefined;
        });
        return running;
      },
      async drop() {
        await running?.catch(() => {});
        if (!entries.delete(stored.id)) return;
        await removeEntry(list, stored.id);
      },
    };
  };

  return {
    pid: () => child?.pid ?? -1,
    left: () => [...entries.values()].reverse().map(({ id, title }) => ({ id, title })),
    async add(title: string, steps: UndoStep[]) {
      if (closing !== undefined) throw failed('it was closed');
      const stored: StoredEntry = { id: String(++added).padStart(6, '0'), title, steps };
      await standing;
      await writeEntry(list, stored);
      entries.set(stored.id, stored);
      return entryOf(stored);
    },
    close() {
      closing ??= (async () => {
        await standing.catch(() => {});
        if (child !== undefined) await ended(child);
        if (entries.size === 0) await abandon();
        return entries.size === 0 || (await isGone(pointer));
      })();
      return closing;
    },
  };
}

/** When the guard undid an entry of this list by itself, by its account; null: it did not. */
async function undoneByGuard(record: string, id: string, sinceMs: number): Promise<EndedByGuard | null> {
  const text = await readFile(record, 'utf8').catch(() => '');
  for (const line of text.split('\n').reverse()) {
    const parsed = overdueLine.safeParse(parsedJson(line));
    if (!parsed.success || parsed.data.id !== id) continue;
    const atMs = Date.parse(parsed.data.time);
    // A guard of an earlier part of the run has entries of the same names.
    return atMs >= sinceMs ? { agoMs: Math.max(0, Date.now() - atMs), why: parsed.data.overdue } : null;
  }
  return null;
}

async function start(post: Post): Promise<ChildProcess> {
  let why = '';
  for (let tries = 0; tries < startsInVain; tries++) {
    const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...environment } = process.env;
    const child = spawn(process.execPath, ownProgram('./guardian.ts', import.meta.url), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      detached: true,
      cwd: '/',
      env: { ...environment, SHAKEDOWN_GUARD: JSON.stringify(post) },
    });
    const ready = new Promise<string>((settle) => {
      child.once('message', () => settle(''));
      child.once('error', (error) => settle(error.message));
      child.once('exit', (code, name) => settle(`it ended with ${name ?? code}`));
    });
    const patience = new AbortController();
    const late = sleep(startTimeoutMs, `no answer in ${startTimeoutMs / 1000} s`, { signal: patience.signal });
    why = await Promise.race([ready, late.catch(() => '')]);
    patience.abort();
    if (why === '') {
      // A harness that ends without a word ends; what it left is undone then.
      child.unref();
      child.channel?.unref();
      return child;
    }
    child.kill('SIGKILL');
  }
  throw failed(why);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (child.connected) child.disconnect();
  const patience = new AbortController();
  await Promise.race([exit, sleep(endTimeoutMs, undefined, { signal: patience.signal }).catch(() => {})]);
  patience.abort();
}

function failed(why: string): ShakedownError {
  return new ShakedownError('GUARD_FAILED', `The process that undoes faults cannot be started: ${why}.`, {
    hint: 'No fault is injected without it.',
    exitCode: exitCodes.internal,
  });
}

async function isGone(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
