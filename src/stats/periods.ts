import type { Period } from '../model/stability.ts';

/** Lengths of periods, summed. */
export function lengthMs(periods: readonly Period[]): number {
  return periods.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - fromMs), 0);
}

/** What two lists of periods have in common; each in order and without overlaps of its own. */
export function common(a: readonly Period[], b: readonly Period[]): Period[] {
  return a.flatMap((one) =>
    b.flatMap((other) => {
      const both = { fromMs: Math.max(one.fromMs, other.fromMs), toMs: Math.min(one.toMs, other.toMs) };
      return both.toMs > both.fromMs ? [both] : [];
    }),
  );
}

/** What of `a` is not in `b`. */
export function without(a: readonly Period[], b: readonly Period[]): Period[] {
  let left = a.map(({ fromMs, toMs }) => ({ fromMs, toMs }));
  for (const hole of b) {
    left = left.flatMap(({ fromMs, toMs }) => {
      if (hole.toMs <= fromMs || hole.fromMs >= toMs) return [{ fromMs, toMs }];
      const parts: Period[] = [];
      if (hole.fromMs > fromMs) parts.push({ fromMs, toMs: hole.fromMs });
      if (hole.toMs < toMs) parts.push({ fromMs: hole.toMs, toMs });
      return parts;
    });
  }
  return left;
}

/** In order, overlapping ones joined. */
export function joined(periods: readonly Period[]): Period[] {
  const found: Period[] = [];
  for (const { fromMs, toMs } of [...periods].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = found.at(-1);
    if (last !== undefined && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else found.push({ fromMs, toMs });
  }
  return found;
}

/**
 * What of a planned time no part covers, but for gaps of at most `leastMs`; gaps that touch are one.
 * @param parts in order of their start
 */
export function unmeasured(parts: readonly Period[], plannedMs: number, leastMs: number): Period[] {
  const gaps: Period[] = [];
  let endMs = 0;
  for (const part of [...parts, { fromMs: plannedMs, toMs: plannedMs }]) {
    // A run may be resumed so late that its first request was due past the end.
    const goesOnMs = Math.min(part.fromMs, plannedMs);
    if (goesOnMs - endMs > leastMs) gaps.push({ fromMs: endMs, toMs: goesOnMs });
    endMs = Math.max(endMs, part.toMs);
  }
  return joined(gaps);
}
