import type { FieldTree } from './field.ts';

const mostFields = 5_000;

/** What was done to the values of one field. */
export interface FieldCount {
  /** Method and route, and the selector that rules use: `GET /products/:id`, `path.2`. */
  route: string;
  field: string;
  type: string;
  method: string;
  values: number;
}

/** The same before routes are named as the result names them; for another thread. */
export interface TreeCount extends FieldCount {
  /** Method of the route. */
  verb: string;
}

/** Counts of all fields of some routes. */
export function treeCounts(trees: Iterable<FieldTree>): TreeCount[] {
  const counts: TreeCount[] = [];
  for (const tree of trees) {
    for (const field of tree.all()) {
      for (const [method, kinds] of field.counts) {
        for (const [type, values] of kinds)
          counts.push({ verb: tree.method, route: tree.route, field: field.selector, type, method, values });
      }
    }
  }
  return counts;
}

/** Counts of all fields, the most frequent first. @param nameOf a route, by method and template */
export function sumCounts(counts: readonly TreeCount[], nameOf: (verb: string, route: string) => string): FieldCount[] {
  const merged = new Map<string, FieldCount>();
  for (const { verb, route, field, type, method, values } of counts) {
    const name = nameOf(verb, route);
    const key = JSON.stringify([name, field, type, method]);
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { route: name, field, type, method, values });
    else known.values += values;
  }
  return [...merged]
    .sort(([keyA, a], [keyB, b]) => b.values - a.values || (keyA < keyB ? -1 : 1))
    .map(([, count]) => count);
}

export function splitCounts(counts: readonly FieldCount[]) {
  const kept = counts.filter((count) => count.type === 'vocabulary');
  return {
    fields: counts.slice(0, mostFields),
    fieldsNotListed: Math.max(0, counts.length - mostFields),
    kept: kept.slice(0, mostFields).map(({ route, field, values }) => ({ route, field, values })),
    replaced: counts.reduce((sum, { method, values }) => (method.startsWith('pseudonym') ? sum + values : sum), 0),
  };
}
