import { afterEach, beforeEach, expect, it } from 'vitest';
import { podKill } from '../../../../src/domains/chaos/faults/pod-kill.ts';
import { podPartition } from '../../../../src/domains/chaos/faults/pod-partition.ts';
import { type StandIn, standInCluster } from './stand-in.ts';
import { look } from './still.ts';
import { listInMemory, take } from './undo-steps.ts';

let cluster: StandIn;
beforeEach(() => {
  cluster = standInCluster();
});
afterEach(() => cluster.remove());
const context = (undo = listInMemory()) => ({ undo, signal: AbortSignal.timeout(15_000), noop: false });

it('kills as many pods as asked, and knows them by their ids', async () => {
  const args = podKill.schema.parse({ count: 1 });
  expect(await podKill.unavailable(cluster.workload, args)).toBeNull();
  const active = await podKill.inject(args, cluster.workload, context());
  expect(await active.prove()).toMatchObject({
    seen: true,
    checks: [{ what: 'pods web-0', measured: '0 of 1 go on' }],
  });
  expect(cluster.state().pods).toEqual(['a+', 'b']);
  expect(active.momentary).toBe(true);
});

it('kills none where fewer are ready', async () => {
  await expect(podKill.inject(podKill.schema.parse({ count: 3 }), cluster.workload, context())).rejects.toMatchObject({
    code: 'FAULT_PODS',
    message: expect.stringContaining('2 pods with app=web are ready'),
  });
  expect(cluster.state().pods).toEqual(['a', 'b']);
});

it('cuts pods off by a policy of its own, and removes it', async () => {
  const undo = listInMemory();
  const active = await podPartition.inject({ direction: 'in' }, cluster.workload, context(undo));
  expect(cluster.state().policies).toMatchObject([
    { spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] } },
  ]);
  expect(await active.prove()).toMatchObject({ seen: true });
  await active.revert();
  await active.revert();
  expect(cluster.state().policies).toEqual([]);
  for (const { steps } of undo.added) for (const step of steps) await take(step);
});

it('sees that somebody else removed its policy, and knows nothing where the cluster does not say', async () => {
  const undo = listInMemory();
  const active = await podPartition.inject({ direction: 'in' }, cluster.workload, context(undo));
  expect(await look(active)).toMatchObject({ what: 'policy', held: true });
  for (const { steps } of undo.added) for (const step of steps) await take(step);
  expect(await look(active)).toMatchObject({ measured: 'none', held: false });
  process.env.SHAKEDOWN_KUBECTL = '/nowhere/kubectl';
  await expect(look(active)).rejects.toThrow();
});

it('sees that a network does not obey policies', async () => {
  cluster.set({ enforces: false });
  const active = await podPartition.inject({ direction: 'both' }, cluster.workload, context());
  expect(await active.prove()).toMatchObject({
    seen: false,
    checks: [{ held: true }, { measured: 'answered before, answered now' }],
  });
  await active.revert();
}, 20_000);

it('says what it may not, and which selectors no policy takes', async () => {
  cluster.set({ denied: true });
  expect(await podKill.unavailable(cluster.workload)).toContain('may not delete pods in namespace shop');
  const odd = { ...cluster.workload, selector: 'app in (a,b)' };
  expect(await podPartition.unavailable(odd)).toContain('a=b,c=d');
});
