import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { LiveMetric } from '../../../src/domains/live.ts';
import { exposition } from '../../../src/run/live/exposition.ts';
import { runMetrics } from '../../../src/run/live/metrics.ts';
import { healthEvent, newState, windowEvent } from './course.ts';

/** What Prometheus' own parser and linter say; null: there is no promtool here. */
function promtool(text: string): { code: number | null; said: string } | null {
  const { error, status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  if (error !== undefined) return null;
  return { code: status, said: stderr };
}
const isMissing = promtool('') === null && !process.env.CI;
const itWithPromtool = (title: string, body: () => void) =>
  it.skipIf(isMissing)(isMissing ? `${title} (skipped: no \`promtool\` on the PATH)` : title, body);

const gauge = (samples: LiveMetric['samples'], help = 'Help.'): LiveMetric => ({
  ...{ name: 'shakedown_some_seconds', help, type: 'gauge', samples },
});

it('writes a family as its help, its type and a line for each sample', () => {
  expect(
    exposition([
      gauge([{ value: 0.25 }, { labels: { quantile: '0.95', place: 'here' }, value: 3 }]),
      { ...gauge([]), name: 'shakedown_unknown' },
    ]),
  ).toBe(
    [
      '# HELP shakedown_some_seconds Help.',
      '# TYPE shakedown_some_seconds gauge',
      'shakedown_some_seconds 0.25',
      'shakedown_some_seconds{quantile="0.95",place="here"} 3\n',
    ].join('\n'),
  );
});

it('keeps what a value says within its quotes and its line', () => {
  const text = exposition([gauge([{ labels: { name: 'a "b" \\ c\nd' }, value: 1 }], 'One \\ two\nthree "four"')]);
  expect(text.split('\n')).toEqual([
    '# HELP shakedown_some_seconds One \\\\ two\\nthree "four"',
    '# TYPE shakedown_some_seconds gauge',
    'shakedown_some_seconds{name="a \\"b\\" \\\\ c\\nd"} 1',
    '',
  ]);
});

it('writes numbers as Go reads them', () => {
  const values = [5e9, 1e-9, 1e21, -0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
  const lines = exposition([gauge(values.map((value, i) => ({ labels: { i: String(i) }, value })))]).split('\n');
  expect(lines.slice(2, -1).map((line) => line.split(' ')[1])).toEqual([
    ...['5000000000', '1e-9', '1e+21', '-0.5', '+Inf', '-Inf', 'NaN'],
  ]);
});

itWithPromtool('is read without an error or a remark by Prometheus’ own parser', () => {
  const state = newState('a "b" \\ c\nd');
  expect(promtool(exposition(runMetrics(state)))).toEqual({ code: 0, said: '' });
  state.follow({ kind: 'disk', freeBytes: 5e9 });
  state.follow(healthEvent(true, 'status 200'));
  for (let index = 0; index < 3; index++) state.follow(windowEvent(index, (request) => (request < 95 ? 40 : 190)));
  expect(promtool(exposition(runMetrics(state)))).toEqual({ code: 0, said: '' });
});

itWithPromtool('would be told of what is wrong', () => {
  expect(promtool('shakedown_a{b="c} 1\n')?.code).not.toBe(0);
  const text = exposition([gauge([{ value: 1 }])]);
  expect(promtool(text + text)?.code).not.toBe(0);
});
