import { expect, it } from 'vitest';
import { Rates, type Reading, ReadingBuilder, unhurried } from '../../../../src/domains/monitoring/watch/source.ts';

it('gives what comes late with the next reading, and asks no second time meanwhile', async () => {
  let asked = 0;
  let answer = (_: Reading) => {};
  const source = unhurried(
    {
      read() {
        asked++;
        return new Promise<Reading>((resolve) => {
          answer = resolve;
        });
      },
    },
    20,
  );
  const nothing = new ReadingBuilder().reading;
  expect(await source.read(0)).toEqual(nothing);
  expect(await source.read(1)).toEqual(nothing);
  answer({ ...nothing, values: { a: 1 } });
  expect((await source.read(2)).values).toEqual({ a: 1 });
  expect(asked).toBe(1);
  await source.read(3);
  expect(asked).toBe(2);
});

it('makes rates of counts, and none of a count that began anew', () => {
  const rates = new Rates();
  expect([rates.of('a', 0, 5), rates.of('a', 2000, 15), rates.of('a', 3000, 1), rates.of('a', 4000, 3)]).toEqual([
    null,
    5,
    null,
    2,
  ]);
});
