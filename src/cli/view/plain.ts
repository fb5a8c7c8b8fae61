import { count, duration, milliseconds, percent, perSecond } from '../../report/format.ts';
import type { Terminal } from '../terminal.ts';
import { message } from './message.ts';
import { follow, type Progress, rates, startProgress } from './progress.ts';
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
      if (event.kind !== 'window') {
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
  if (window === null) return progress.phase;
  const { sent, planned } = rates(window);
  const { p50, p95, p99 } = window.response;
  const answered = progress.done + progress.failed;
  const parts = [
    `${duration(progress.elapsedMs)} of ${duration(progress.totalMs)}`,
    `${perSecond(sent)} of ${perSecond(planned)}`,
    `p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}`,
    `errors ${percent(answered === 0 ? null : (progress.failed / answered) * 100)}`,
    `late p99 ${milliseconds(window.generatorLatenessP99Ms)}`,
    `void ${count(progress.voidWindows)} of ${count(progress.windows)}`,
  ];
  return parts.join(' · ');
}
