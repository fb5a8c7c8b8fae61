import { expect, test } from 'vitest';
import { failureOf } from '../../../../src/domains/load/judging/headline.ts';
import type { LoadSection } from '../../../../src/domains/load/section.ts';
import type { ObjectiveResult } from '../../../../src/model/verdict.ts';
import { classic } from '../../../gate/classic.ts';

const route = (name: string, p95: number, completed = 500) => ({
  ...{ method: 'GET', route: name, completed },
  response: { p95 },
});

function told(id: string, routes: object[], value = 240): string | undefined {
  const objective = classic.find((one) => one.id === id);
  const section = { requests: { completed: 10_000, failed: 0 }, mainError: 'status 500 of GET /search', routes };
  const main = { objective, subject: id, value, reason: 'It is slow.' } as ObjectiveResult;
  return failureOf(section as unknown as LoadSection, main)?.text;
}

test('slowness names the slowest route, and whether the others are like it', () => {
  const routes = [route('/', 80), route('/search', 900), route('/seldom', 4000, 20)];
  expect(told('response-p95', routes)).toBe('It is slow. The slowest route is GET /search, p95 900 ms.');
  expect(told('response-p95', [route('/', 230), route('/search', 250)])).toBe(
    'It is slow. The slowest route is GET /search, p95 250 ms, not far above the others.',
  );
  expect(told('response-p95', [route('/', 900)])).toBeUndefined();
});

test('errors name the most frequent of them', () => {
  expect(told('error-rate', [], 2)).toBe('Error-rate is 2 % against 0.1 %: status 500 of GET /search.');
});
