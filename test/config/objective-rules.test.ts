import { expect, test } from 'vitest';
import { objectiveProblems } from '../../src/config/objective-rules.ts';
import { defaultObjectives as defaults } from '../../src/domains/load/judging/objectives.ts';
import type { Objective } from '../../src/model/verdict.ts';

const units = new Map([
  ['response_time', ['ms']],
  ['availability', ['%']],
]);
const found = (id: string) => defaults.find((one) => one.id === id) as Objective;
const [p95, up] = [found('response-p95'), found('availability')];

test.each<[string, Objective[], RegExp | null]>([
  ['as they come', [p95, up], null],
  ['two of an id', [p95, p95], /"response-p95" is there twice/],
  ['another unit', [{ ...p95, unit: '%' }], /measured in ms, not in %/],
  ['the worse side', [{ ...up, comparison: '<' }], /availability must be above its target/],
  ['nothing that counts', [{ ...p95, key: false, weight: 0 }], /gate performance has no key objective/],
])('%s', (_, objectives, problem) => {
  const lines = objectiveProblems(objectives, { defaults, units }).join('\n');
  if (problem === null) expect(lines).toBe('');
  else expect(lines).toMatch(problem);
});
