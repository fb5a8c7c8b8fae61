import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Check, type Judged, partWork } from '../../src/domains/part.ts';
import { PartsFold, partResults } from '../../src/domains/part-fold.ts';
import { partMetric } from '../../src/domains/part-objectives.ts';
import type { RunFacts } from '../../src/model/run-facts.ts';
import type { Objective } from '../../src/model/verdict.ts';

const check = (verdict: Check['verdict'], reason = ''): Check => ({ id: verdict, title: verdict, verdict, reason });

/** A part that passes where its evidence says so. */
const part = {
  id: 'doors',
  title: 'Doors',
  load: async () =>
    partWork<object, { kind: 'door'; shut: boolean }>({
      evidence: z.object({ kind: z.literal('door'), shut: z.boolean() }),
      run: async () => {},
      judge: (evidence): Judged => ({
        checks: evidence.map(({ data }) => check(data.shut ? 'pass' : 'fail', 'A door is open.')),
        figures: [],
      }),
    }),
};

async function resultOf(pieces: readonly unknown[], end: { error: string | null } | null) {
  const fold = new PartsFold();
  fold.begun({ part: 'doors', atMs: 0 });
  for (const data of pieces) fold.evidence({ part: 'doors', atMs: 1, data });
  if (end !== null) fold.ended({ part: 'doors', atMs: 2, error: end.error });
  return partResults([part], fold.parts);
}

const shut = { kind: 'door', shut: true };

describe('a part that is judged by its evidence', () => {
  it('passes by what it shows', async () => {
    expect(await resultOf([shut], { error: null })).toMatchObject([{ id: 'doors', verdict: 'pass', endMs: 2 }]);
  });

  it.each([
    ['that shows nothing', [], { error: null }, 'inconclusive', undefined],
    ['that was cut off', [shut], null, 'inconclusive', 'It was cut off before its end.'],
    ['that could not go on', [shut], { error: 'No handle.' }, 'inconclusive', 'No handle.'],
    ['with evidence that cannot be read', [shut, { kind: 'wall' }], { error: null }, 'inconclusive', /^1 pieces? of/],
    ['that fails and was cut off', [{ ...shut, shut: false }], null, 'fail', 'A door is open.'],
  ])('does not pass: one %s', async (_, pieces, end, verdict, reason) => {
    const [result] = await resultOf(pieces, end);
    expect(result?.verdict).toBe(verdict);
    const worst = result?.checks.find((each) => each.verdict === verdict)?.reason;
    if (reason instanceof RegExp) expect(worst).toMatch(reason);
    else expect(worst).toBe(reason);
  });

  it('is open where it did not begin, or where a check is', async () => {
    const metric = partMetric<null, readonly { id: string; checks: Check[]; verdict: Check['verdict'] }[]>(
      { prefix: 'house', words: 'the validation of' },
      part,
      (results) => ({ results, notBegun: [] }),
    );
    const read = (section: Parameters<typeof metric.read>[0]['section']) =>
      metric.read({ state: null, section, facts: {} as RunFacts }, {} as Objective);
    expect(metric.id).toBe('house_doors');
    expect(read(null)).toMatchObject({ value: null, absent: 'it was not asked for' });
    expect(read([{ id: 'doors', checks: [check('inconclusive', 'Dark.')], verdict: 'inconclusive' }])).toMatchObject({
      value: 0,
      open: 'Dark.',
    });
    expect(read([{ id: 'doors', checks: [check('fail', 'Open.'), check('pass')], verdict: 'fail' }])).toMatchObject({
      value: 1,
      reason: 'Open.',
    });
  });
});
