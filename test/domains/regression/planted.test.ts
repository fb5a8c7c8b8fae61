import { describe, expect, it } from 'vitest';
import { changes } from './changes.ts';
import { judgedShop } from './small-shop.ts';

const named = (judged: ReturnType<typeof judgedShop>) =>
  judged
    .filter(({ standing }) => standing === 'different')
    .map(({ field: { route, path, aspect } }) => `${route} ${path} ${aspect}`);

describe('planted changes', () => {
  it('are at least thirty', () => expect(changes.length).toBeGreaterThanOrEqual(30));

  it.each(changes)('$name', ({ change, path, sessions = 60 }) => {
    const judged = judgedShop(change, { sessions });
    const found = judged.filter(({ standing }) => standing === 'different').map(({ field }) => field.path);
    expect(
      found.some((one) => path.test(one)),
      `found ${found.join(', ')}`,
    ).toBe(true);
    // Nothing but what was changed is accused.
    expect(found.filter((one) => !path.test(one))).toEqual([]);
  });

  it('are open, and no chance, where two sessions show one in a field that never differed', () => {
    let left = 2;
    const judged = judgedShop(
      (route, { body }) => {
        if (route === 'POST /api/orders' && left-- > 0) Object.assign(body as object, { currency: 'USD' });
      },
      { sessions: 40 },
    );
    expect(judged.find(({ field }) => field.path === '$.currency' && field.aspect === 'value')?.standing).toBe(
      'too few',
    );
  });

  it.each(Array.from({ length: 10 }, (_, i) => i + 1))(
    'nothing is reported of an identical version, run %i',
    (seed) => {
      expect(named(judgedShop(null, { sessions: 100, seed: 1000 + seed }))).toEqual([]);
    },
  );
});
