import { count, duration, milliseconds, percent, perSecond } from '../../report/format.ts';
import type { Terminal } from '../terminal.ts';
import { message } from './message.ts';
import { follow, type Progress, rates, startProgress, waiting } from './progress.ts';
import type { View, ViewOptions } from './view.ts';

const shortRunMs = 5 * 60_000;
const shortEveryMs = 5_000;
const longEveryMs = 5 * 60_000;

/** One line at a time, for logs: figures of the last window and totals so far. */
export function plainView(terminal: Terminal, options: ViewOptions): View {
  const progress = startProgress(options.durationMs);
  const everyMs = options.durationMs < shortRunMs ? shortEveryMs : longEveryMs;
  let nextMs = everyMs;
  terminal.err(`${options.title}\n`);
  return {
    onEvent(event) {
      follow(progress, event);
      if (event.kind !== 'window' && event.kind !== 'tick') {
        terminal.err(message(event, terminal.errColors));
        return;
      }
      if (event.elapsedMs < nextMs) return;
      nextMs = (Math.floor(event.elapsedMs / everyMs) + 1) * everyMs;
      terminal.err(`${statusLine(progress)}\n`);
    },
    say(text) {
      terminal.err(`${text}\n`);
    },
    end() {},
  };
}

function statusLine(progress: Progress): string {
  const { window } = progress;
  const note = waiting(progress);
  if (window === null) return note === null ? progress.phase : `${clock(progress)} · ${note}`;
  const { sent, planned } = rates(window);
  const { p50, p95, p99 } = window.response;
  const parts = [
    clock(progress),
    `${perSecond(sent)} of ${perSecond(planned)}`,
    `p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}`,
    `errors ${percent(progress.done === 0 ? null : (progress.failed / progress.done) * 100)}`,
    `late p99 ${milliseconds(window.generatorLatenessP99Ms)}`,
    `void ${count(progress.voidWindows)} of ${count(progress.windows)}`,
  ];
  return [...parts, ...(note === null ? [] : [note])].join(' · ');
}

function clock({ elapsedMs, totalMs }: Progress): string {
  return `${duration(Math.min(elapsedMs, totalMs))} of ${duration(totalMs)}`;
}
