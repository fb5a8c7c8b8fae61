import type { Terminal } from './terminal.ts';
import { cut } from './width.ts';

const redrawMs = 200;

/** One line on stderr that replaces itself; nothing off a terminal. */
export function progressLine(terminal: Terminal): { show(text: string): void; end(): void } {
  let shownAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(text) {
      const now = performance.now();
      if (!terminal.live || now - shownAt < redrawMs) return;
      shownAt = now;
      isShown = true;
      terminal.err(`\r\u001b[2K${terminal.errColors.dim(cut(text, terminal.errColumns() - 1))}`);
    },
    end() {
      if (isShown) terminal.err('\r\u001b[2K');
      isShown = false;
    },
  };
}
