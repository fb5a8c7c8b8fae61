import type { Stretch } from '../../../model/stability.ts';

export function lengthMs(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - fromMs), 0);
}

/** What two sets of stretches have in common; each in order and without overlaps of its own. */
export function common(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  return a.flatMap((one) =>
    b.flatMap((other) => {
      const both = { fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) };
      return both.toMs > both.fromMs ? [both] : [];
    }),
  );
}

/** What of `a` is not in `b`. */
export function without(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  let left = a.map(({ fromMs, toMs }) => ({ fromMs, toMs }));
  for (const hole of b) {
    left = left.flatMap(({ fromMs, toMs }) => {
      if (hole.toMs <= fromMs || hole.fromMs >= toMs) return [{ fromMs, toMs }];
      const parts: Stretch[] = [];
      if (hole.fromMs > fromMs) parts.push({ fromMs, toMs: hole.fromMs });
      if (hole.toMs < toMs) parts.push({ fromMs: hole.toMs, toMs });
      return parts;
    });
  }
  return left;
}

/** In order, overlapping ones joined. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (const { fromMs, toMs } of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = found.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else found.push({ fromMs, toMs });
  }
  return found;
}
