// The stock of the library, and how many copies of a book are in: the same for every version.
import { setTimeout as wait } from 'node:timers/promises';

const things = [
  'lighthouse',
  'garden',
  'harbour',
  'bridge',
  'winter',
  'river',
  'island',
  'railway',
  'market',
  'forest',
];
const kinds = ['history', 'atlas', 'letters', 'stories', 'guide', 'diary'];

export const books = things.flatMap((thing, at) =>
  kinds.map((kind, index) => ({
    id: String(at * kinds.length + index + 1),
    title: `The ${thing}: ${kind}`,
    about: `What people have written of the ${thing}, as ${kind}, with maps and an index. `.repeat(8),
  })),
);

/** How many copies of these books are in: one question to the stock, which takes 4 ms. */
export async function copiesIn(ids) {
  await wait(4);
  return new Map(ids.map((id) => [id, 1 + (Number(id) % 3)]));
}
