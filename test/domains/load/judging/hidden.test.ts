import { expect, test } from 'vitest';
import { hidden } from '../../../../src/domains/load/judging/hidden.ts';
import type { LoadRun } from '../../../../src/domains/load/judging/reading.ts';
import type { Objective } from '../../../../src/model/verdict.ts';

/** What routes that answered and failed so often measure, against a target in per cent. */
function routeErrors(target: number, ...routes: [completed: number, failed: number][]) {
  const metric = hidden.find(({ id }) => id === 'route_errors');
  const facts = {
    routes: routes.map(([completed, failed]) => ({ judged: { completed, failed } })),
    plan: { plan: { routes: routes.map((_, index) => ({ method: 'GET', route: `/r${index}` })) } },
    windows: [],
    judged: { windows: [], counts: { completed: 0, failed: 0, unsent: 0, bytes: 0 } },
  };
  const state = { ownTargets: { times: new Set(), failures: new Set() } };
  return metric?.read({ facts, state } as unknown as LoadRun, { target } as Objective);
}

test('routes without a failure hold any target, even that none may fail', () => {
  expect(routeErrors(0, [100, 0], [50, 0])).toEqual({ value: 0, samples: 150 });
});

test('a route that certainly fails more is named with its figures, and how many others do so too', () => {
  expect(routeErrors(1, [1000, 0], [80, 20])?.reason).toBe(
    'GET /r1 failed 20 of 100 requests; of no route may more than 1 % fail.',
  );
  expect(routeErrors(1, [1000, 0], [80, 20], [60, 40])?.reason).toMatch(/^GET \/r2 failed 40 of 100 .* more/);
});

test('few requests are no figure of a route; what could be chance among many routes is open', () => {
  expect(routeErrors(1, [0, 9], [100, 0])).toEqual({ value: 0, samples: 100 });
  expect(routeErrors(1, [0, 10], [100, 0])?.reason).toContain('GET /r0 failed 10 of 10');
  const many = Array.from({ length: 200 }, (): [number, number] => [100, 0]);
  expect(routeErrors(1, [95, 5], ...many)).toMatchObject({
    open: 'GET /r0 failed 5 of 100 requests; among 201 routes that could be chance.',
  });
});

test('where no route, no minute has enough requests, nothing was measured, and why', () => {
  expect(routeErrors(1, [0, 9], [3, 0])).toEqual({ value: null, samples: 0, absent: expect.any(String) });
  const facts = { windows: [], judged: { windows: [] } };
  const minute = hidden.find(({ id }) => id === 'worst_minute_errors');
  expect(minute?.read({ facts } as unknown as LoadRun, { target: 1 } as Objective)).toEqual({
    ...{ value: null, samples: 0, absent: expect.any(String) },
  });
});
