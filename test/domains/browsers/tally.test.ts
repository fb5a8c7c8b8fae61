import { expect, it } from 'vitest';
import { lineSplitter, visitPoint } from '../../../src/domains/browsers/points.ts';
import { VisitTally } from '../../../src/domains/browsers/tally.ts';

const at = (second: number) => new Date(1_000_000 + second * 1000).toISOString();
const point = (metric: string, second: number, value: number, tags: Record<string, string>) =>
  JSON.stringify({ metric, type: 'Point', data: { time: at(second), value, tags } });

function view(visitor: string, page: number, from: number, to: number, lcp: number, outcome = 'loaded'): string[] {
  const tags = { visitor, page: String(page) };
  return [
    point('shakedown_view_began', from, 1, tags),
    point('browser_web_vital_lcp', to, lcp, { ...tags, rating: 'good' }),
    point('shakedown_view_ended', to, 1, { ...tags, outcome, why: '' }),
  ];
}

function tallied(lines: string[], condition: (from: number, to: number) => 'quiet' | 'load' | null) {
  const tally = new VisitTally((from, to) => condition((from - 1_000_000) / 1000, (to - 1_000_000) / 1000));
  const push = lineSplitter((line) => {
    const read = visitPoint(line);
    if (read !== null) tally.add(read);
  });
  // In pieces that end anywhere.
  const text = `${lines.join('\n')}\n`;
  for (let from = 0; from < text.length; from += 37) push(text.slice(from, from + 37));
  return tally;
}

it('adds views up by page and by what was going on, keeping values to three digits', () => {
  const lines = [
    ...view('1', 0, 0, 2, 812.345),
    ...view('1', 0, 3, 4, 812.4),
    ...view('2', 1, 10, 12, 1500),
    ...view('2', 1, 13, 14, 9, 'http 503'),
    // Begun in one, ended in the other: it counts to neither.
    ...view('1', 0, 4, 11, 7),
  ];
  const tally = tallied(lines, (from, to) => (to < 5 ? 'quiet' : from > 5 ? 'load' : null));
  expect(tally.take().views).toEqual([
    { condition: 'quiet', page: 0, loaded: 2, failed: [], vitals: [['LCP', [[812, 2]]]] },
    { condition: 'load', page: 1, loaded: 1, failed: [['http 503', 1]], vitals: [['LCP', [[1500, 1]]]] },
  ]);
  expect(tally.take().views).toEqual([]);
});

it('takes what two visitors tell at once apart, and of a page that went on by itself the last it told', () => {
  const [beganA = '', vitalA = '', endedA = ''] = view('1', 0, 0, 2, 100);
  const [beganB = '', vitalB = '', endedB = ''] = view('2', 1, 0, 2, 200);
  const again = point('browser_web_vital_lcp', 2, 300, { visitor: '1', page: '0' });
  const tally = tallied([beganA, beganB, vitalA, vitalB, again, endedB, endedA], () => 'load');
  expect(tally.take().views.map(({ page, vitals }) => [page, vitals])).toEqual([
    [1, [['LCP', [[200, 1]]]]],
    [0, [['LCP', [[300, 1]]]]],
  ]);
});

it('counts what is sent and what is held back, and passes over what is none of its own', () => {
  const lines = [
    point('browser_http_req_duration', 1, 12, { status: '200', visitor: '1' }),
    point('browser_http_req_duration', 1, 12, { status: '502', visitor: '1' }),
    point('browser_data_received', 1, 2048, { visitor: '1' }),
    ...Array.from({ length: 30 }, (_, index) => point('shakedown_blocked', 1, 1, { host: `h${index}.example` })),
    point('vus', 1, 1, {}),
    'no JSON at all',
    '{"type":"Metric","metric":"shakedown_blocked","data":{"name":"shakedown_blocked"}}',
  ];
  const { traffic, blocked, views } = tallied(lines, () => 'load').take();
  expect(traffic).toEqual({ requests: 2, serverErrors: 1, receivedBytes: 2048 });
  // A page that invents host names does not fill the memory.
  expect(blocked).toHaveLength(21);
  expect(blocked.at(-1)).toEqual(['other hosts', 10]);
  expect(views).toEqual([]);
});
