import { expect, test } from 'vitest';
import { objectiveProblems } from '../../src/config/objective-rules.ts';
import { judgeable } from '../../src/config/schema.ts';
import { defaultObjectives as defaults } from '../../src/domains/load/judging/objectives.ts';
import type { Objective } from '../../src/model/verdict.ts';
import { domains } from '../../src/run/domains.ts';

const units = new Map([
  ['response_time', ['ms']],
  ['availability', ['%']],
]);
const reads = new Map<string, { narrowedBy?: readonly 'route'[]; statistics?: RegExp; side?: 'above' | 'below' }>([
  ['response_time', { narrowedBy: ['route'], statistics: /^p/ }],
  ['apdex', { side: 'above' }],
]);
const apdex: Objective = {
  ...(defaults[0] as Objective),
  id: 'apdex',
  metric: 'apdex',
  statistic: 'value',
  target: 0.9,
};
const none: Objective = { ...apdex, id: 'none', metric: 'restarts', comparison: '=', target: 0 };
const found = (id: string) => defaults.find((one) => one.id === id) as Objective;
const [p95, up] = [found('response-p95'), found('availability')];

test.each<[string, Objective[], RegExp | null]>([
  ['as they come', [p95, up], null],
  ['two of an id', [p95, p95], /"response-p95" is there twice/],
  ['another unit', [{ ...p95, unit: '%' }], /measured in ms, not in %/],
  ['the worse side', [{ ...up, comparison: '<' }], /availability must be above its target/],
  ['the better side of one that no default asks for', [{ ...apdex, comparison: '>' }], null],
  ['the worse side of one', [{ ...apdex, comparison: '<' }], /apdex must be above its target/],
  ['more of a count that must be 0', [{ ...none, comparison: '>=' }], /restarts must be below its target/],
  ['some of it', [{ ...none, comparison: '<=', target: 2 }], null],
  ['what the metric is not measured by', [{ ...p95, method: 'POST' }], /not measured by method/],
  ['a statistic that the metric lacks', [{ ...p95, statistic: 'mean' }], /has no statistic mean/],
  ['a share in ms', [{ ...p95, statistic: 'share above 5 ms' }], /measured in %, not in ms/],
  ['a warning after the failure', [{ ...p95, warn: 200 }], /warn must be stricter/],
  ['nothing that counts', [{ ...p95, key: false, weight: 0 }], /gate performance has no key objective/],
])('%s', (_, objectives, problem) => {
  const lines = objectiveProblems(objectives, {
    defaults: [...defaults, none],
    repeating: new Set(),
    units,
    reads,
  }).join('\n');
  if (problem === null) expect(lines).toBe('');
  else expect(lines).toMatch(problem);
});

test('of every metric but a figure of the user’s own it is known which side of a target is the better one', async () => {
  const known = await judgeable(domains);
  const isAsked = (metric: string, comparison: '<' | '>') => {
    const own = { ...apdex, id: 'own', metric, comparison, unit: (known.units.get(metric)?.[0] ?? 'count') as 'ms' };
    return !objectiveProblems([own], known).some((line) => line.includes('would ask for the opposite'));
  };
  const open = known.metrics.filter((metric) => isAsked(metric, '<') === isAsked(metric, '>'));
  expect(open).toEqual(['figure']);
});
