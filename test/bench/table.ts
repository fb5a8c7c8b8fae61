import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { K6Program } from '../../src/environment/programs.ts';
import type { Row } from './measure.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const markers = { begin: '<!-- bench:begin -->', end: '<!-- bench:end -->' };

/** What it is measured on. */
export function machineText(k6: K6Program | null): string {
  const cores = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const generator =
    k6 === null ? 'no k6' : `k6 ${k6.version} (${k6.build === 'stock' ? 'stock' : 'with the replay module'})`;
  const parts = [
    `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown processor'}`,
    memory,
    `${process.platform} ${process.arch}`,
    `Node ${process.version}`,
    generator,
  ];
  return parts.join(', ');
}

/** The Markdown table. */
export function table(rows: readonly Row[]): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const lines = rows.map(({ measure, goal, reached, met, how }) => {
    const word = met === null ? '–' : met ? 'yes' : '**no**';
    return `| ${[measure, goal, reached, word, how].map(cell).join(' | ')} |`;
  });
  return ['| measure | goal | reached | met? | how, and peers |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}

/** Writes the raw figures beside the runs. @returns the file's path from the repository's root */
export async function writeFigures(figures: { begunAt: Date } & Record<string, unknown>): Promise<string> {
  const folder = join(root, 'reports', 'runs');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `bench-${figures.begunAt.toISOString().replace(/[:.]/g, '-')}.json`);
  await writeFile(file, `${JSON.stringify(figures, null, 1)}\n`);
  return relative(root, file);
}

/** Puts the text between the markers of a page of the project; without markers nothing is written. @returns what was done */
export async function writePage(text: string, between = markers, name = 'docs/measured.md'): Promise<string> {
  const file = join(root, name);
  let page: string;
  try {
    page = await readFile(file, 'utf8');
  } catch {
    return `${name} was not written: there is none.`;
  }
  const from = page.indexOf(between.begin);
  const to = page.indexOf(between.end);
  if (from < 0 || to < from) return `${name} was not written: it has no ${between.begin} … ${between.end}.`;
  await writeFile(file, `${page.slice(0, from + between.begin.length)}\n${text}\n${page.slice(to)}`);
  return `${name} was written.`;
}
