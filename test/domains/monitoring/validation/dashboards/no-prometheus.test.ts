import { expect, it } from 'vitest';
import type { Evidence } from '../../../../../src/domains/monitoring/validation/dashboards/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/dashboards/judge.ts';
import { run } from '../../../../../src/domains/monitoring/validation/dashboards/run.ts';
import type { PartContext } from '../../../../../src/domains/monitoring/validation/part.ts';

it('dashboards that nobody could ask for are not taken for none', async () => {
  const seen: Evidence[] = [];
  const context = {
    monitoring: { dashboards: { files: ['/nowhere/a.json'], grafana: null, slowMs: 1, variables: {} } },
    record: (one: Evidence) => void seen.push(one),
    stack: () => Promise.reject(new Error('there is no Prometheus')),
  } as unknown as PartContext<Evidence>;
  await expect(run(context)).rejects.toThrow('there is no Prometheus');
  const { checks } = judge(seen.map((data) => ({ atMs: 0, data })));
  expect(checks.map(({ reason }) => reason).join()).not.toContain('None is configured');
  expect(checks.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
});
