import { stripVTControlCharacters } from 'node:util';
import pc from 'picocolors';
import { afterEach, expect, test } from 'vitest';
import { blockLines } from '../../src/cli/view/block.ts';
import { liveView } from '../../src/cli/view/live.ts';
import { plainView } from '../../src/cli/view/plain.ts';
import { follow, startProgress, waiting } from '../../src/cli/view/progress.ts';
import type { View } from '../../src/cli/view/view.ts';
import type { WindowResult } from '../../src/model/results.ts';
import { sparkline } from '../../src/report-kit/terminal/marks.ts';
import type { Terminal } from '../../src/report-kit/terminal/terminal.ts';
import { columnsOf, cut, wrapped } from '../../src/report-kit/terminal/width.ts';
import type { ProgressEvent } from '../../src/run/progress.ts';

const colors = pc.createColors(true);
const none = pc.createColors(false);
const targetsMs = { strict: 100, standard: 200 };

function windowEvent(index: number, change: Partial<WindowResult> = {}): ProgressEvent {
  const figures = { p50: 12, p90: 40, p95: 99.996, p99: 250, p999: 300, max: 301, mean: 20 };
  const window: WindowResult = {
    index,
    startMs: index * 1000,
    durationMs: 1000,
    planned: 100,
    completed: 95,
    failed: 5,
    unsent: 0,
    bytes: 1,
    response: figures,
    service: figures,
    generatorLatenessP99Ms: 3,
    targetWaitP99Ms: 0,
    starved: 0,
    stallMs: 0,
    generatorCpuCores: 0.2,
    invalid: null,
    ...change,
  };
  const so = index + 1;
  return {
    kind: 'window',
    window,
    elapsedMs: so * 1000,
    totalMs: 60_000,
    planned: so * 100,
    done: so * 100,
    failed: so * 5,
  };
}

function writtenTo(columns: { now: number }): { terminal: Terminal; text: () => string } {
  let text = '';
  const err = (more: string) => {
    text += more;
  };
  const width = () => columns.now;
  return {
    terminal: {
      out: err,
      err,
      outColors: none,
      errColors: none,
      live: true,
      unicode: true,
      outColumns: width,
      errColumns: width,
    },
    text: () => text,
  };
}

let view: View | undefined;
afterEach(() => view?.end());

test.each([20, 40, 80, 200])(
  'no line of the block is wider than %i columns, colours and wide characters and all',
  (columns) => {
    const progress = startProgress(60_000);
    for (let index = 0; index < 90; index++)
      follow(progress, windowEvent(index, { invalid: index === 89 ? '発電機が遅い'.repeat(9) : null }));
    const lines = blockLines(progress, '店'.repeat(70), 400, { columns, colors, unicode: true, targetsMs });
    // All of the run's time is over: the eighth line says what is waited for.
    expect(lines).toHaveLength(8);
    expect(Math.max(...lines.map((line) => columnsOf(stripVTControlCharacters(line))))).toBeLessThanOrEqual(columns);
  },
);

test('the block says rate, percentiles against their targets, errors, lateness and invalid windows', () => {
  const progress = startProgress(60_000);
  follow(progress, windowEvent(0));
  follow(progress, windowEvent(1, { invalid: 'late' }));
  const text = blockLines(progress, 'shop', 0, { columns: 120, colors: none, unicode: false, targetsMs })
    .join('\n')
    .replaceAll('\u00a0', ' ');
  expect(text).toContain('100 /s of 100 /s planned');
  // Below its target, and so not printed as 100.
  expect(text).toContain('p50 12 ms  p95 99.996 ms  p99 250 ms');
  expect(text).toContain('errors     5 %   10 of 200 requests');
  expect(text).toContain('p99 late 3 ms   invalid 1 of 2 windows   late');
  expect(text).toMatch(/^#+-+ 3 % {2}2 s of 1 min$/m);
});

test('a percentile past its target is red, one below it is not', () => {
  const progress = startProgress(60_000);
  follow(progress, windowEvent(0));
  const row = blockLines(progress, 'shop', 0, { columns: 120, colors, unicode: true, targetsMs })[3] ?? '';
  expect(row).toContain(colors.red('250\u00a0ms'));
  expect(row).not.toContain(colors.red('99.996\u00a0ms'));
});

test('the live view hides the cursor and gives it back, and erases what a narrower terminal made of its lines', () => {
  const columns = { now: 80 };
  const { terminal, text } = writtenTo(columns);
  view = liveView(terminal, { title: 'x'.repeat(60), durationMs: 60_000, targetsMs });
  expect(text()).toContain('\u001b[?25l');
  view.say('one');
  columns.now = 40;
  view.say('two');
  // 60 columns of title take two rows on 40, and the empty line below one.
  expect(text()).toContain('\u001b[3A\r\u001b[0Jtwo\n');
  view.end();
  view = undefined;
  expect(text().endsWith('\u001b[?25h')).toBe(true);
});

test.each([60, 80])('at %i columns a warning is broken between words, and off a terminal it is one line', (now) => {
  const warning: ProgressEvent = {
    kind: 'warning',
    text: 'This run cannot come out PASSED, for it cannot show errors. '.repeat(3),
  };
  const live = writtenTo({ now });
  view = liveView(live.terminal, { title: 'Shop', durationMs: 60_000, targetsMs });
  view.onEvent(warning);
  view.end();
  const lines = stripVTControlCharacters(live.text())
    .split('\n')
    .filter((line) => /warning|cannot|errors/.test(line));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.every((line) => columnsOf(line) < now)).toBe(true);
  expect(lines.join(' ').replaceAll(/ +/g, ' ')).toContain('for it cannot show errors. This run cannot come');
  const plain = writtenTo({ now });
  view = plainView(plain.terminal, { title: 'Shop', durationMs: 60_000, targetsMs });
  view.onEvent(warning);
  expect(
    plain
      .text()
      .split('\n')
      .filter((line) => line.includes('cannot')),
  ).toHaveLength(1);
});

test('what data says cannot act on the terminal', () => {
  const { terminal, text } = writtenTo({ now: 80 });
  const plain = plainView(terminal, { title: 'shop', durationMs: 60_000, targetsMs });
  plain.onEvent({ kind: 'warning', text: 'route \u001b]0;title\u0007\r\n/\u202eetis' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
  expect(text().replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});

test('off a terminal there is a line soon, then every half minute, and after five minutes every five', () => {
  const { terminal, text } = writtenTo({ now: 80 });
  const plain = plainView(terminal, { title: 'shop', durationMs: 3_600_000, targetsMs });
  plain.onEvent({ kind: 'disk', freeBytes: 41.2e9 });
  for (let index = 0; index < 3600; index++)
    plain.onEvent({ ...windowEvent(index), totalMs: 3_600_000 } as ProgressEvent);
  const lines = text().split('\n').slice(1, -1);
  const early = [
    '10 s',
    '30 s',
    '1 min',
    '1 min 30 s',
    '2 min',
    '2 min 30 s',
    '3 min',
    '3 min 30 s',
    '4 min',
    '4 min 30 s',
  ];
  const late = Array.from({ length: 11 }, (_, index) => `${5 * (index + 1)} min`);
  expect(lines.map((line) => line.replaceAll('\u00a0', ' ').split(' of ')[0])).toEqual([...early, ...late, '1 h']);
  expect(lines[0]?.replaceAll('\u00a0', ' ')).toBe(
    '10 s of 1 h · 100 /s of 100 /s · p50 12 ms, p95 100 ms, p99 250 ms · errors 5 % · late p99 3 ms · invalid 0 of 10 · disk left 41.2 GB',
  );
});

test('text is cut and wrapped by the columns it takes', () => {
  expect(columnsOf('日本e\u0301')).toBe(5);
  expect(cut('日本語', 4)).toBe('日…');
  expect(wrapped('aa bbb 日本語日本語日本語 c', 10)).toEqual(['aa bbb', '日本語日', '本語日本語', 'c']);
  expect(sparkline([0, 5, null, 10], 10, true)).toBe('▁▅ █');
});

test('a target that answers nothing keeps windows open, and the view says what it waits for', () => {
  const progress = startProgress(60_000);
  const tick = (elapsedMs: number) =>
    follow(progress, { kind: 'tick', elapsedMs, totalMs: 60_000, done: 200, failed: 0 });
  follow(progress, windowEvent(1));
  tick(4000);
  expect(waiting(progress)).toBeNull();
  tick(9000);
  expect(waiting(progress)).toBe('waiting for answers');
  tick(61_000);
  expect(waiting(progress)).toBe('all sent, waiting for the last answers');
});
