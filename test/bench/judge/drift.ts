import { responseRule } from '../../../src/domains/monitoring/stability/rule.ts';
import { afterWarmUp } from '../../../src/domains/monitoring/stability/series.ts';
import { judgeTrend } from '../../../src/domains/monitoring/stability/trend.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { gaussian, seeded } from '../../random.ts';

const hourMs = 3_600_000;
const points = 240;
const [deviation, correlation] = [0.03, 0.5];
const lengths = [1, 3, 6, 12, 24];

/** A series about 1. @param hour from the run's start @param phase 0 … 1, another one each time */
type Course = (hour: number, phase: number) => number;

function verdicts(hours: number, course: Course, trials: number, seed: number): Record<Verdict, number> {
  const random = seeded(seed);
  const normal = gaussian(random);
  const found = { pass: 0, inconclusive: 0, fail: 0 };
  const period = afterWarmUp(hours * hourMs);
  const series = { id: 'response.p95', title: 'p95', unit: 'ms', subject: 'target', limit: null } as const;
  for (let trial = 0; trial < trials; trial++) {
    const phase = random();
    let state = normal();
    const all = Array.from({ length: points }, (_, i) => {
      const x = (hours * (i + 0.5)) / points;
      const y = 100 * (course(x, phase) + deviation * state);
      state = correlation * state + Math.sqrt(1 - correlation ** 2) * normal();
      return { x, y };
    });
    const judged = all.filter(({ x }) => x * hourMs >= period.fromMs);
    const context = { period, loadGrew: false, requiredHours: hours };
    found[judgeTrend({ ...series, growth: responseRule, points: judged }, context).verdict]++;
  }
  return found;
}

const swing = (periodHours: number): Course => {
  return (hour, phase) => 1 + 0.3 * Math.sin(2 * Math.PI * (hour / periodHours + phase));
};

/** How trends of response times are judged that nothing, a season or growth brings about, in Markdown. @param trials of each cell */
export function driftText(trials: number, say: (line: string) => void): string {
  const row = (what: string, course: Course, seed: number) => {
    const cells = lengths.map((hours) => {
      const { pass, inconclusive, fail } = verdicts(hours, course, trials, seed);
      return [pass, inconclusive, fail].map((count) => Math.round((100 * count) / trials)).join(' / ');
    });
    say(`${what}: ${cells.join(', ')}`);
    return `| ${what} | ${cells.join(' | ')} |`;
  };
  const grown = (perHour: number): Course => {
    return (hour) => 1 + perHour * hour;
  };
  const both = (perHour: number): Course => {
    return (hour, phase) => swing(24)(hour, phase) + perHour * hour;
  };
  const rows = [
    row('nothing', () => 1, 1),
    ...[1, 3, 6, 12, 24].map((hours) => row(`season of ${hours} h, ±30 %`, swing(hours), 10 + hours)),
    ...[1, 3, 6, 10, 20, 50].map((percent) =>
      row(`growth by ${percent} % an hour`, grown(percent / 100), 50 + percent),
    ),
    ...[1, 3, 6].map((percent) =>
      row(`growth by ${percent} % an hour, and a season of 24 h`, both(percent / 100), 150 + percent),
    ),
  ];
  return [
    '## Drift: passed / inconclusive / failed, %',
    '',
    `${trials} simulated series of a response time a cell, with noise of 3 % (φ 0.5), by length of the run. A season is a swing that is no load, begun at any moment of it; such rows must not fail, but for seasons of less than 6 hours in even shorter runs, which nothing tells from growth.`,
    '',
    `| | ${lengths.map((hours) => `${hours} h`).join(' | ')} |`,
    `| --- | ${lengths.map(() => '---').join(' | ')} |`,
    ...rows,
  ].join('\n');
}
