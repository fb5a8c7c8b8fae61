import { describe, expect, it } from 'vitest';
import { sampleFaults } from '../../../../../src/domains/monitoring/validation/alerts/sample-faults.ts';
import { sharedDeed } from '../../../../../src/domains/monitoring/validation/alerts/shared-deed.ts';

describe('faults of the sample system', () => {
  it('raise each alert once, and none of one turn shows in what another one raises', () => {
    const raised = sampleFaults.flatMap(({ raises }) => raises);
    expect(new Set(raised).size).toBe(raised.length);
    for (const one of sampleFaults) {
      const beside = sampleFaults.filter(
        (other) => other !== one && one.turn !== null && other.turn === one.turn && other.system === one.system,
      );
      const shown = beside.flatMap(({ raises, mayRaise }) => [...raises, ...mayRaise]);
      expect(one.raises.filter((alert) => shown.includes(alert))).toEqual([]);
    }
  });
});

describe('what several sessions see', () => {
  function deedOf(members: number) {
    const told: string[] = [];
    const deed = sharedDeed<string>(members, async (at) => {
      told.push(`begun at ${at}`);
      return async () => {
        told.push('undone');
      };
    });
    return { deed, told };
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('begins when all are ready, and is undone once when none needs it', async () => {
    const { deed, told } = deedOf(2);
    const first = deed.begin('a');
    await turn();
    expect(told).toEqual([]);
    const [undoFirst, undoSecond] = await Promise.all([first, deed.begin('b')]);
    expect(told).toEqual(['begun at a']);
    const undone = undoFirst();
    void undoFirst();
    await turn();
    expect(told).toEqual(['begun at a']);
    await Promise.all([undone, undoSecond()]);
    expect(told).toEqual(['begun at a', 'undone']);
  });

  it('is held up by none that failed', async () => {
    const { deed, told } = deedOf(2);
    const first = deed.begin('a');
    deed.leave();
    await (await first)();
    expect(told).toEqual(['begun at a', 'undone']);
  });

  it('fails for all where it cannot be done', async () => {
    const deed = sharedDeed<string>(2, async () => {
      throw new Error('refused');
    });
    const both = await Promise.allSettled([deed.begin('a'), deed.begin('b')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
