import type { Terminal } from '../../report-kit/terminal/terminal.ts';
import { liveView } from './live.ts';
import { plainView } from './plain.ts';
import type { View, ViewOptions } from './view.ts';

/** A live block on a terminal; elsewhere a plain line every few seconds or, in long runs, minutes. */
export function createView(terminal: Terminal, options: ViewOptions): View {
  return terminal.live ? liveView(terminal, options) : plainView(terminal, options);
}
