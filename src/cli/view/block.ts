import { count, duration, milliseconds, percent, perSecond, plural } from '../../report-kit/format.ts';
import { progressBar, sparkline } from '../../report-kit/terminal/marks.ts';
import type { Colors } from '../../report-kit/terminal/terminal.ts';
import { columnsOf, cut } from '../../report-kit/terminal/width.ts';
import { readable } from '../../report-kit/text.ts';
import { type Progress, rates, shownFigures, waiting } from './progress.ts';

export interface BlockStyle {
  columns: number;
  colors: Colors;
  unicode: boolean;
  /** Response times above these are shown as too slow: strict for p95, standard for p99. */
  targetsMs: { strict: number; standard: number };
}

type Span = [text: string, style?: (text: string) => string];

/**
 * The lines of the live view, none wider than the terminal.
 * @param sinceWindowMs time since the last window closed, for the clock to go on between windows
 */
export function blockLines(progress: Progress, title: string, sinceWindowMs: number, style: BlockStyle): string[] {
  const { dim, bold, red, yellow } = style.colors;
  const rows: Span[][] = [[[readable(title), bold]]];
  const { window } = progress;
  if (window === null) {
    rows.push([[readable(waiting(progress) ?? progress.phase), dim]], ...panelRows(progress, style));
    return rows.map((row) => joined(row, style.columns));
  }
  rows.push(clockRow(progress, sinceWindowMs, style));
  const note = waiting(progress);
  if (note !== null) rows.push([label('', dim), span(note, yellow)]);

  const { sent, planned } = rates(window);
  const behind = planned > 0 && sent < planned * 0.9 ? yellow : undefined;
  rows.push([label('rate', dim), span(perSecond(sent), behind), [` of ${perSecond(planned)} planned`, dim]]);

  const { strict, standard } = style.targetsMs;
  const over = (value: number | null, limit: number) => (value !== null && value >= limit ? red : undefined);
  const { p50, p95, p99 } = window.response;
  rows.push([
    // Where there is little room, the figures come first.
    ...(style.columns < 60 ? [] : [label('response', dim)]),
    ['p50 ', dim],
    [milliseconds(p50)],
    ['  p95 ', dim],
    span(milliseconds(p95, strict), over(p95, strict)),
    ['  p99 ', dim],
    span(milliseconds(p99, standard), over(p99, standard)),
    [`   targets ${count(strict)} and ${count(standard)} ms`, dim],
  ]);
  const answered = progress.done;
  const share = answered === 0 ? null : (progress.failed / answered) * 100;
  rows.push([
    label('errors', dim),
    span(percent(share, 0.1), share !== null && share >= 0.1 ? red : undefined),
    [`   ${count(progress.failed)} of ${plural(answered, 'request')}`, dim],
  ]);
  const late = window.generatorLatenessP99Ms;
  rows.push([
    label('generator', dim),
    ['p99 late ', dim],
    [milliseconds(late)],
    ['   invalid ', dim],
    span(
      `${count(progress.invalidWindows)} of ${plural(progress.windows, 'window')}`,
      progress.invalidWindows > 0 ? yellow : undefined,
    ),
    ...(window.invalid === null ? [] : [span(`   ${readable(window.invalid)}`, yellow)]),
  ]);
  rows.push(...panelRows(progress, style));
  const room = Math.max(0, Math.min(60, style.columns - labelColumns));
  rows.push([label('p95', dim), [sparkline(progress.p95, room, style.unicode)]]);
  return rows.map((row) => joined(row, style.columns));
}

function panelRows(progress: Progress, { colors: { dim, red, yellow } }: BlockStyle): Span[][] {
  return shownFigures(progress).map(({ name, value, state }) => {
    const style = state === 'fail' ? red : state === 'inconclusive' ? yellow : undefined;
    return [label(name.toLowerCase(), dim), span(readable(value), style)];
  });
}

const labelColumns = 11;

function label(text: string, style: (text: string) => string): Span {
  return [text.padEnd(labelColumns), style];
}

function span(text: string, style: ((text: string) => string) | undefined): Span {
  return style === undefined ? [text] : [text, style];
}

function clockRow(progress: Progress, sinceWindowMs: number, style: BlockStyle): Span[] {
  const elapsedMs = Math.min(progress.totalMs, progress.elapsedMs + sinceWindowMs);
  const share = progress.totalMs > 0 ? elapsedMs / progress.totalMs : 0;
  const whole = (ms: number) => duration(Math.floor(ms / 1000) * 1000).replace(/^0\u00a0ms$/, '0\u00a0s');
  const words = ` ${Math.floor(share * 100)} %  ${whole(elapsedMs)} of ${whole(progress.totalMs)}`;
  const bar = Math.max(4, Math.min(40, style.columns - columnsOf(words) - 1));
  return [[progressBar(share, bar, style.unicode), style.colors.cyan], [words]];
}

/** Puts styled pieces in a row, cut to the width before any colour is added. */
function joined(spans: readonly Span[], columns: number): string {
  let room = columns;
  let line = '';
  for (const [text, style] of spans) {
    if (room <= 0) break;
    const fitting = cut(text, room);
    room -= columnsOf(fitting);
    line += style === undefined ? fitting : style(fitting);
    if (fitting !== text) break;
  }
  return line;
}
