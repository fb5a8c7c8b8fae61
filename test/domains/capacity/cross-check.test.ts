import { expect, it } from 'vitest';
import { busiestGet } from '../../../src/domains/capacity/cross-check.ts';
import type { PlannedRequest, PlannedSession, PlanSummary } from '../../../src/model/plan.ts';

const planOf = (...requests: Pick<PlannedRequest, 'path' | 'expectedStatus'>[]) => ({
  summary: { nonce: 'n' } as PlanSummary,
  async *sessions() {
    for (const request of requests)
      yield {
        headers: [],
        requests: [{ method: 'GET', route: 0, target: 0, dueMs: 0, after: -1, ...request }],
      } as unknown as PlannedSession;
  },
});

it('holds a rate against a path that is answered, not against the first of its route, which was not found', async () => {
  const plan = planOf({ path: '/products/99999', expectedStatus: 404 }, { path: '/products/4', expectedStatus: 200 });
  expect((await busiestGet(plan))?.request.path).toBe('/products/4');
});

it('holds it against nothing where every answer was a refusal, and takes one whose status is not known', async () => {
  expect(await busiestGet(planOf({ path: '/products/99999', expectedStatus: 404 }))).toBeNull();
  expect((await busiestGet(planOf({ path: '/unknown', expectedStatus: 0 })))?.request.path).toBe('/unknown');
});
