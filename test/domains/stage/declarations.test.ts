import { describe, expect, it } from 'vitest';
import { eventOf, type Phase, stageEvents, stageKeys, stageRoles } from '../../../src/domains/phase.ts';
import { flowChart } from '../../../src/domains/stage/flow.ts';
import { before, contradictions, type DomainPhase, inOrder } from '../../../src/domains/stage/order.ts';
import { domains } from '../../../src/run/domains.ts';

const phases: DomainPhase[] = (
  await Promise.all(
    domains.map(async ({ id, phases: own }) => ((await own?.()) ?? []).map((each) => ({ ...each, domain: id }))),
  )
).flat();

const changed = (id: string, change: Partial<Phase>) =>
  phases.map((phase) => (phase.id === id ? { ...phase, ...change } : phase));

describe('what the domains declare of the stage', () => {
  it('has no contradiction, and every role acts', () => {
    expect(contradictions(phases)).toEqual([]);
    expect([...new Set(phases.map(({ role }) => role))].sort()).toEqual(Object.keys(stageRoles).sort());
  });
  it('has a phase for everything that the scenario names', () => {
    expect(phases.flatMap(({ writes }) => writes).toSorted()).toEqual(stageKeys.toSorted());
    const events = new Set(phases.flatMap(({ listens, emits }) => [...listens, ...emits.map(eventOf)]));
    expect([...events].sort()).toEqual([...stageEvents].sort());
  });
  it('comes into an order in which everything is written before it is read', () => {
    const ordered = inOrder(phases);
    for (const [index, phase] of ordered.entries()) {
      const done = ordered.slice(0, index).map(({ id }) => id);
      expect(before(phase, phases).filter((id) => !done.includes(id))).toEqual([]);
    }
  });
  it('judges gates that there are', () => {
    const gates = domains.flatMap((domain) => (domain.gates ?? []).map(({ id }) => id));
    // Those of domains that are still to come.
    const known = [...gates, 'readiness', 'approval'];
    const named = phases.flatMap((phase) => [...phase.gates, ...(phase.partOf === undefined ? [] : [phase.partOf])]);
    expect(named.filter((gate) => !known.includes(gate))).toEqual([]);
  });
});

describe('a contradiction', () => {
  it.each([
    ['two writers of a key', changed('capacity', { writes: ['health_status'] }), /health_status is written by/],
    ['two phases of one name', [...phases, ...phases.slice(0, 1)], /Two phases are called/],
    ['an event that nobody announces', changed('provision', { emits: [] }), /which nobody announces/],
    [
      'a key that nobody writes',
      changed('environment', { writes: [] }),
      /reads environment_status, which nobody writes/,
    ],
    ['a phase that there is not', changed('capacity', { after: ['warm-up'] }), /comes after warm-up/],
  ])('is seen: %s', (_, declared, words) => {
    expect(contradictions(declared).join(' ')).toMatch(words);
  });
  it('phases that wait for one another have no order', () => {
    expect(() => inOrder(changed('simulation', { after: ['final'] }))).toThrow(/wait for one another/);
  });
});

it('the picture of the flow has every phase, event and key that is handed on', () => {
  const chart = flowChart(phases);
  for (const { title } of phases) expect(chart).toContain(`["${title}"]`);
  for (const event of stageEvents) expect(chart).toContain(`(["${event}"])`);
  expect(chart).toContain('n_deploy -.->|deployment_status| n_integration');
  // Mermaid ends a subgraph with this word, so nothing may be called so.
  expect(chart.split('\n').filter((line) => /^\s*end\b/.test(line)).length).toBe(Object.keys(stageRoles).length);
});
