import { type ChildProcess, spawn } from 'node:child_process';
import { ownProgram } from '../../environment/own-files.ts';
import type { Journal } from '../../evidence/journal.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { Objective } from '../../model/verdict.ts';
import { asSentence } from '../../report-kit/text.ts';

/** First and least pause between two looks; later ones are a fifth of the time so far, so that a day has no more than fifty of them. */
const pauseMs = 5000;
const growth = 0.2;
/** Judging takes no more than this part of the time. */
const busyShare = 0.05;
/** Of a run of half a year. */
export const looksAtMost = 80;

interface Watched {
  config: Pick<ResolvedConfig, 'objectives'>;
  /** Of the run. */
  folder: string;
  journal: Pick<Journal, 'append'>;
  teardown: Teardown;
  /** The run's clock, ms. */
  now(): number;
  warn(text: string): void;
}

export interface AbortWatch {
  /** Fires when the run is to end. */
  readonly signal: AbortSignal;
  /** The load has begun. */
  begin(): void;
  end(): void;
}

/**
 * Judges a run under way as its end will be, in a process of its own, and ends it where an objective with `abortAfterS` fails. So that none of many looks
 * fails by chance, each takes a confidence corrected for their number. A look that breaks is reported once, and ends nothing.
 */
export function abortWatch({ config, folder, journal, teardown, now, warn }: Watched): AbortWatch {
  const after = new Map<string, number>();
  for (const [id, one] of Object.entries(config.objectives ?? {}) as [string, Partial<Objective>][])
    if (one.abortAfterS !== undefined) after.set(one.id ?? id, one.abortAfterS * 1000);
  const ender = new AbortController();
  let judge: ChildProcess | null = null;
  let timer: NodeJS.Timeout | undefined;
  let hasWarned = false;
  const end = () => {
    clearTimeout(timer);
    judge?.kill();
    judge = null;
  };
  const trouble = (why: string) => {
    if (!hasWarned) warn(asSentence(`The run under way could not be judged, so no objective ends it: ${why}`));
    hasWarned = true;
  };
  const look = () => {
    const askedMs = now();
    judge?.once('message', (answer: { id: string; reason: string }[] | string) => {
      if (typeof answer === 'string') trouble(answer);
      const failed = typeof answer === 'string' ? [] : answer;
      const ending = failed.find(({ id }) => askedMs >= (after.get(id) ?? Number.POSITIVE_INFINITY));
      if (ending !== undefined) {
        journal.append('shakedown.run.aborted', { atMs: askedMs, objective: ending.id, reason: ending.reason });
        ender.abort(
          new ShakedownError('OBJECTIVE_FAILED', `the objective ${ending.id} failed, which was to end the run`, {
            hint: 'abortAfterS in the configuration says so.',
            exitCode: exitCodes.notReady,
          }),
        );
        end();
        return;
      }
      const nowMs = now();
      timer = setTimeout(look, Math.max(pauseMs, growth * nowMs, (nowMs - askedMs) / busyShare));
    });
    judge?.send(folder);
  };
  return {
    signal: ender.signal,
    begin() {
      if (after.size === 0 || judge !== null) return;
      judge = spawn(process.execPath, ownProgram('./judge-under-way.ts', import.meta.url), {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      judge.once('error', (error) => trouble(error.message));
      judge.once('exit', (code, name) => {
        if (judge !== null) trouble(`its process ended with ${name ?? code}`);
      });
      teardown.before('end the judging under way', end);
      timer = setTimeout(look, pauseMs);
    },
    end,
  };
}
