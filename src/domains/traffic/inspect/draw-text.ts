/** Unit and marks of a drawing; plain characters where the terminal has no others. */
export interface Pen {
  width: number;
  unicode: boolean;
  bold: (text: string) => string;
  dim: (text: string) => string;
  accent: (text: string) => string;
  warn: (text: string) => string;
  bad: (text: string) => string;
}

export interface DrawOptions {
  /** Columns of the terminal. */
  width: number;
  color: boolean;
  unicode: boolean;
}

export function createPen({ width, color, unicode }: DrawOptions): Pen {
  const style = (code: number, end: number) => (text: string) =>
    color && text !== '' ? `\x1b[${code}m${text}\x1b[${end}m` : text;
  return {
    width: Math.max(60, Math.floor(width)),
    unicode,
    bold: style(1, 22),
    dim: style(2, 22),
    accent: style(36, 39),
    warn: style(33, 39),
    bad: style(31, 39),
  };
}

const eighthsUp = ' ▁▂▃▄▅▆▇█';

/**
 * Columns of a chart from 0 to the largest value, top line first. Values are averaged, or repeated, to fill `columns`.
 * Whatever is not 0 is seen.
 */
export function chart(values: readonly number[], columns: number, rows: number, unicode: boolean): string[] {
  const heights = Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const part = values.slice(from, Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns)));
    return part.reduce((sum, value) => sum + value, 0) / Math.max(1, part.length);
  });
  const top = Math.max(...heights, Number.MIN_VALUE);
  const steps = unicode ? 8 : 1;
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * steps;
    return heights
      .map((height) => {
        const filled = height === 0 ? 0 : Math.max(1, Math.round((height / top) * rows * steps)) - below;
        if (!unicode) return filled > 0 ? '#' : ' ';
        return eighthsUp[Math.max(0, Math.min(8, filled))] ?? ' ';
      })
      .join('')
      .trimEnd();
  });
}

/** A piece of a line: as printed, and its columns without colour. */
export type Piece = readonly [shown: string, columns: number];

export function plain(text: string): Piece {
  return [text, [...text].length];
}

/** Pieces one after another, in as many lines as they need; the first line begins with `label`. */
export function flow(
  label: string,
  labelColumns: number,
  pieces: readonly Piece[],
  separator: string,
  pen: Pen,
): string[] {
  const lines: string[] = [];
  let line = pen.dim(label.padEnd(labelColumns));
  let used = labelColumns;
  for (const [shown, columns] of pieces) {
    const first = used === labelColumns;
    if (!first && used + separator.length + columns > pen.width) {
      lines.push(line);
      line = ' '.repeat(labelColumns) + shown;
      used = labelColumns + columns;
      continue;
    }
    line += first ? shown : separator + shown;
    used += columns + (first ? 0 : separator.length);
  }
  return [...lines, line];
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `share` (0–1) of `columns`, padded to them. */
export function bar(share: number, columns: number, unicode: boolean): string {
  const exact = Math.max(0, Math.min(1, share)) * columns;
  if (!unicode) return '#'.repeat(Math.round(exact)).padEnd(columns);
  const whole = Math.floor(exact);
  return ('█'.repeat(whole) + (eighths[Math.floor((exact - whole) * 8)] ?? '')).padEnd(columns);
}

/** Thousands separated, with at most `decimals` digits after the point. */
export function number(value: number, decimals = 0): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

/** `1 session`, `2,310 sessions`. */
export function counted(count: number, one: string): string {
  return `${number(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** Three figures that matter, whatever the size: `0.42`, `13.1`, `1,240`. */
export function figure(value: number | null, pen: Pen): string {
  if (value === null) return pen.unicode ? '–' : '-';
  return number(value, value < 1 ? 2 : value < 100 ? 1 : 0);
}

export function percent(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %';
  return `${number(share * 100, share < 0.1 ? 1 : 0)} %`;
}

/** `0 ms`, `840 ms`, `12.4 s`, `4 min 12 s`, `3 h 20 min`, `2 d 4 h`. */
export function duration(ms: number | null, pen: Pen): string {
  if (ms === null) return pen.unicode ? '–' : '-';
  if (ms < 1000) return `${figure(ms, pen)} ms`;
  if (ms < 60_000) return `${number(ms / 1000, 1)} s`;
  const parts: [number, string][] = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ];
  let seconds = Math.round(ms / 1000);
  const shown: string[] = [];
  for (const [size, unit] of parts) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) shown.push(`${count} ${unit}`);
    else if (shown.length > 0) break;
    if (shown.length === 2) break;
  }
  return shown.join(' ');
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let scaled = value;
  let unit = 0;
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000;
    unit++;
  }
  return `${number(scaled, scaled < 100 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}

/** Shortens in the middle: both ends of a route say something. */
export function cut(text: string, columns: number, unicode: boolean): string {
  const points = [...text];
  if (points.length <= columns) return text;
  const mark = unicode ? '…' : '~';
  const head = Math.max(1, Math.ceil((columns - 1) * 0.6));
  return points.slice(0, head).join('') + mark + points.slice(points.length - (columns - 1 - head)).join('');
}
