import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Row } from './measure.ts';
import { measures } from './measures.ts';
import { table } from './table.ts';

/** Figures of one measure, as they were found last. */
export interface Kept {
  /** ISO 8601. */
  at: string;
  /** What it was measured on. */
  machine: string;
  minutes: number;
  rows: Row[];
}

/** By name of the measure. */
export type KeptFigures = Record<string, Kept>;

const file = fileURLToPath(new URL('./figures.json', import.meta.url));

export async function readKept(): Promise<KeptFigures> {
  return JSON.parse(await readFile(file, 'utf8')) as KeptFigures;
}

export async function writeKept(kept: KeptFigures): Promise<void> {
  await writeFile(file, `${JSON.stringify(kept, null, 2)}\n`);
}

/** All figures that are kept, as Markdown; those of another day or machine than the latest say so. */
export function keptText(kept: KeptFigures): string {
  const found = measures.flatMap(({ name }) => {
    const one = kept[name];
    return one === undefined ? [] : [{ name, ...one }];
  });
  const latest = found.reduce((last, one) => (one.at > last.at ? one : last), found[0] ?? nothing);
  const rows = found.flatMap(({ at, machine, rows }) => {
    const on = [
      ...(day(at) === day(latest.at) ? [] : [`measured ${day(at)}`]),
      ...(machine === latest.machine ? [] : [`on ${machine}`]),
    ];
    return rows.map((row) => (on.length === 0 ? row : { ...row, how: [row.how, ...on].filter(Boolean).join('; ') }));
  });
  // Figures from before it was told have none.
  const timed = found.filter((one) => one.minutes > 0);
  const minutes = timed.map((one) => `${one.name} ${one.minutes.toFixed(1)}`).join(', ');
  return `Measured ${day(latest.at)}, ${latest.machine}. Minutes that it took: ${minutes}.\n\n${table(rows)}`;
}

const nothing: Kept & { name: string } = { name: '', at: '', machine: '', minutes: 0, rows: [] };
const day = (at: string) => at.slice(0, 10);
