import type { Second } from './rehearsal.ts';

const atMost = 300;

/** At most so many points: neighbours are joined, their worst percentiles kept. */
export function joinSeconds(seconds: readonly Second[]): Second[] {
  const each = Math.ceil(seconds.length / atMost);
  if (each <= 1) return [...seconds];
  const joined: Second[] = [];
  for (let from = 0; from < seconds.length; from += each) {
    const [first, ...rest] = seconds.slice(from, from + each);
    if (first !== undefined) joined.push(rest.reduce(join, first));
  }
  return joined;
}

function join(a: Second, b: Second): Second {
  const names = new Set([...Object.keys(a.sides), ...Object.keys(b.sides)]);
  const sides = Object.fromEntries(
    [...names].map((name) => {
      const [one, other] = [a.sides[name], b.sides[name]];
      return [
        name,
        {
          requests: (one?.requests ?? 0) + (other?.requests ?? 0),
          failed: (one?.failed ?? 0) + (other?.failed ?? 0),
          p50Ms: worse(one?.p50Ms, other?.p50Ms),
          p95Ms: worse(one?.p95Ms, other?.p95Ms),
        },
      ];
    }),
  );
  return { startMs: a.startMs, weights: b.weights, sides };
}

function worse(a: number | null | undefined, b: number | null | undefined): number | null {
  if (a == null) return b ?? null;
  return b == null ? a : Math.max(a, b);
}
