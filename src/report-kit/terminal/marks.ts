import type { Verdict } from '../../model/verdict.ts';
import type { Colors } from './terminal.ts';

type Standing = Verdict | 'not run';

/** A verdict is shown by shape as well as by colour. */
export function mark(verdict: Standing, unicode: boolean): string {
  const shapes: Record<Standing, [string, string]> = {
    pass: ['✔', '+'],
    fail: ['✖', 'x'],
    inconclusive: ['◆', '?'],
    'not run': ['·', '-'],
  };
  return shapes[verdict][unicode ? 0 : 1];
}

export function colorOf(verdict: Standing, colors: Colors): (text: string) => string {
  const { green, red, yellow, dim } = colors;
  return { pass: green, fail: red, inconclusive: yellow, 'not run': dim }[verdict];
}

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const asciiBars = ['_', '.', '-', '=', '+', '*', '#', '@'];

/** A row of bars, the last `columns` values from 0 to the highest; a space where nothing was measured. */
export function sparkline(values: readonly (number | null)[], columns: number, unicode: boolean): string {
  const shown = values.slice(-columns);
  const top = Math.max(...shown.map((value) => value ?? 0));
  const set = unicode ? bars : asciiBars;
  return shown
    .map((value) => (value === null ? ' ' : (set[top > 0 ? Math.min(7, Math.floor((value / top) * 8)) : 0] ?? ' ')))
    .join('');
}

/** `████████────────`, `share` of it filled. */
export function progressBar(share: number, columns: number, unicode: boolean): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * columns);
  const [full, empty] = unicode ? ['━', '─'] : ['#', '-'];
  return full.repeat(filled) + empty.repeat(columns - filled);
}
