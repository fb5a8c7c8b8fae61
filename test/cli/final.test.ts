import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { expect, test } from 'vitest';
import { finalScreen } from '../../src/cli/view/final.ts';
import type { Results } from '../../src/model/results.ts';
import { firstScreen } from '../../src/report/first-screen.ts';
import { columnsOf } from '../../src/report-kit/terminal/width.ts';
import { domains } from '../../src/run/domains.ts';
import { cases, fallback, hostile, notReady, ready } from '../report/fixture.ts';

const index = '/project/reports/runs/2026-11-20T0900-7f3a/index.html';
const screenOf = async (results: Results, style: Parameters<typeof finalScreen>[2]) =>
  finalScreen(await firstScreen(results, domains), index, style);
const plain = (columns: number, unicode = true) => ({ columns, colors: pc.createColors(false), unicode });

test.each(Object.keys(cases))('%s fits terminals wide and narrow, the path of the report excepted', async (name) => {
  const results = cases[name]?.() ?? ready();
  for (const columns of [30, 40, 80, 200]) {
    const screen = await screenOf(results, { columns, colors: pc.createColors(true), unicode: true });
    const lines = stripVTControlCharacters(screen).split('\n');
    const wide = lines.filter((line) => columnsOf(line) > columns && !line.endsWith(index));
    expect(wide).toEqual([]);
  }
});

test('says the verdict by shape and word, why, worst objectives first, and where the report is', async () => {
  const results = notReady();
  const screen = await screenOf(results, plain(100));
  expect(screen).toMatch(/^\n✖ NOT READY /);
  expect(screen.replaceAll(/\s+/g, ' ')).toContain(results.sentence.replaceAll(/\s+/g, ' '));
  const marks = screen.split('\n').flatMap((line) => /^([✖◆✔]) (?!NOT READY)/.exec(line)?.[1] ?? []);
  expect(marks.length).toBe(results.objectives.length);
  expect(marks.join('')).toMatch(/^✖+◆*✔*$/);
  expect(screen.trimEnd().endsWith(`report  ${index}`)).toBe(true);
});

test('shapes differ without Unicode too', async () => {
  expect(await screenOf(ready(), plain(100, false))).toMatch(/^\n\+ READY/);
  expect(await screenOf(notReady(), plain(100, false))).toMatch(/^\nx NOT READY/);
});

test('the fallback engine is reported in the first and in the last line', async () => {
  const lines = (await screenOf(fallback(), plain(200))).trimEnd().split('\n');
  expect(lines[0]).toMatch(/fallback engine: cannot certify anything/);
  expect(lines.at(-1)).toMatch(/fallback engine: cannot certify anything/);
});

test('texts of the data cannot act on the terminal', async () => {
  const screen = await screenOf(hostile(), plain(100));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
  expect(screen.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
});
