import { expect, test } from 'vitest';
import { readJepsen } from '../../../../src/domains/chaos/ledger/jepsen.ts';
import { checkLinearizable } from '../../../../src/domains/chaos/ledger/linearizable/check.ts';
import { type Defect, defects, recordHistory } from './recorded.ts';

/** Histories as the published ones are, of real clients and a real store, whose verdicts are known by how the store was built. */
const cases: [form: 'register' | 'kv', seed: number, defect: Defect | null][] = [
  ...[1, 2, 3].map((seed): (typeof cases)[number] => ['register', seed, null]),
  ...[4, 5, 6].map((seed): (typeof cases)[number] => ['kv', seed, null]),
  ...defects.map((defect, i): (typeof cases)[number] => ['register', 10 + i, defect]),
  ...(['stale read', 'lost write', 'appended twice'] as const).map((defect, i): (typeof cases)[number] => [
    'kv',
    20 + i,
    defect,
  ]),
];

test.each(cases)(
  'a recorded history of a %s, seed %i, defect: %s',
  async (form, seed, defect) => {
    const text = await recordHistory(form, seed, defect);
    const { calls, model } = readJepsen(text, 'recorded.log');
    const all = [...calls.values()].flat();
    const { linearizable, violations } = checkLinearizable(calls, model === 'kv' ? '' : null);
    expect({ linearizable, violations: violations.length > 0 }).toEqual({
      linearizable: defect === null,
      violations: defect !== null,
    });
    // It would show nothing of clients that took turns, or were always answered.
    expect(all.length).toBeGreaterThan(100);
    expect(all.some(({ returned }) => returned === null)).toBe(true);
    expect(
      all.some((one) => all.some((other) => one.invoked < other.invoked && other.invoked < (one.returned ?? 0))),
    ).toBe(true);
  },
  60_000,
);
