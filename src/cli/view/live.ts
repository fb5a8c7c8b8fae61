import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from '../../report-kit/terminal/terminal.ts';
import { columnsOf } from '../../report-kit/terminal/width.ts';
import type { ProgressEvent } from '../../run/progress.ts';
import { blockLines } from './block.ts';
import { message } from './message.ts';
import { follow, startProgress } from './progress.ts';
import type { View, ViewOptions } from './view.ts';

const redrawMs = 250;
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** A block of lines at the bottom of the terminal, drawn again a few times a second; messages scroll past above it. */
export function liveView(terminal: Terminal, options: ViewOptions): View {
  const progress = startProgress(options.durationMs);
  /** Widths of the lines on the screen. */
  let shown: number[] = [];
  let windowAt = performance.now();

  const erased = () => {
    // A terminal made narrower since has broken the lines that are now too long.
    const columns = terminal.errColumns();
    const rows = shown.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    shown = [];
    return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[0J`;
  };
  const draw = (above = '') => {
    // One column is left free: a full line would make some terminals break it.
    const columns = Math.max(10, terminal.errColumns() - 1);
    const lines = blockLines(progress, options.title, performance.now() - windowAt, {
      columns,
      colors: terminal.errColors,
      unicode: terminal.unicode,
      targetsMs: options.targetsMs,
    });
    const before = erased();
    shown = lines.map((line) => columnsOf(stripVTControlCharacters(line)));
    terminal.err(`${before}${above}${lines.map((line) => `${line}\n`).join('')}`);
  };
  terminal.err(hideCursor);
  const restore = () => terminal.err(showCursor);
  process.once('exit', restore);
  const timer = setInterval(draw, redrawMs);

  return {
    onEvent(event: ProgressEvent) {
      follow(progress, event);
      if (event.kind === 'window') windowAt = performance.now();
      else if (event.kind !== 'tick') draw(message(event, terminal.errColors, terminal.errColumns() - 1));
    },
    say(text) {
      draw(`${text}\n`);
    },
    end() {
      clearInterval(timer);
      terminal.err(`${erased()}`);
      process.removeListener('exit', restore);
      restore();
    },
  };
}
