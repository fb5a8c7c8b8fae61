import { byteSize, count, duration, milliseconds, percent, perSecond } from '../../report-kit/format.ts';
import type { Terminal } from '../../report-kit/terminal/terminal.ts';
import { message } from './message.ts';
import { follow, type Progress, rates, shownFigures, startProgress, waiting } from './progress.ts';
import type { View, ViewOptions } from './view.ts';

const firstMs = 10_000;
const earlyEveryMs = 30_000;
const everyMs = 5 * 60_000;

/** When the line after one at `elapsedMs` is due: soon at first, to show that it works, later every five minutes. */
function nextAfter(elapsedMs: number): number {
  const stepMs = elapsedMs < everyMs ? earlyEveryMs : everyMs;
  return (Math.floor(elapsedMs / stepMs) + 1) * stepMs;
}

/** One line at a time, for logs: figures of the last window and totals so far. */
export function plainView(terminal: Terminal, options: ViewOptions): View {
  const progress = startProgress(options.durationMs);
  let nextMs = firstMs;
  terminal.err(`${options.title}\n`);
  return {
    onEvent(event) {
      follow(progress, event);
      if (event.kind !== 'window' && event.kind !== 'tick') {
        terminal.err(message(event, terminal.errColors));
        return;
      }
      if (event.elapsedMs < nextMs) return;
      nextMs = nextAfter(event.elapsedMs);
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
    `invalid ${count(progress.invalidWindows)} of ${count(progress.windows)}`,
    ...shownFigures(progress).map(({ name, value }) => `${name.toLowerCase()} ${value}`),
    ...(progress.freeBytes === null ? [] : [`disk left ${byteSize(progress.freeBytes)}`]),
  ];
  return [...parts, ...(note === null ? [] : [note])].join(' · ');
}

function clock({ elapsedMs, totalMs }: Progress): string {
  return `${duration(Math.min(elapsedMs, totalMs))} of ${duration(totalMs)}`;
}
