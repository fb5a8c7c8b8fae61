import type { FaultRecord, HypothesisCheck } from '../../../model/chaos.ts';
import { endOfFault } from '../felt.ts';

/** A probe that a fault holds up is under way longer than it takes without: by this much, and by this factor, which no busy machine explains. */
const heldUpMs = 250;
const heldUpFactor = 2;

/**
 * How often the hypothesis was asked while a fault was on: how often that of its probes was that was asked least. One that ends by itself,
 * such as a kill, is followed by what it causes.
 */
export function timesUnder(checks: readonly HypothesisCheck[], faults: readonly FaultRecord[]): number {
  const counts = new Map(checks.flatMap(probesOf).map(({ name }) => [name, 0]));
  const under = faults.map((fault) => isUnder(checks, fault));
  for (const probe of askedAfterwards(checks)) {
    if (under.some((fellInto) => fellInto(probe))) counts.set(probe.name, (counts.get(probe.name) ?? 0) + 1);
  }
  return counts.size === 0 ? 0 : Math.min(...counts.values());
}

/** The probe that was not asked while the fault was on, though another was; null: none was, or all were. */
export function lateProbe(checks: readonly HypothesisCheck[], fault: FaultRecord): string | null {
  const under = new Set(
    askedAfterwards(checks)
      .filter(isUnder(checks, fault))
      .map(({ name }) => name),
  );
  if (under.size === 0) return null;
  return checks.flatMap(probesOf).find(({ name }) => !under.has(name))?.name ?? null;
}

/** The probe that was under way when the fault came or went, and that never was wholly under it; null: there is none. */
export function partlyUnder(checks: readonly HypothesisCheck[], fault: FaultRecord): string | null {
  const asked = askedAfterwards(checks);
  const under = new Set(asked.filter(isUnder(checks, fault)).map(({ name }) => name));
  return asked.find((probe) => !under.has(probe.name) && overlapMs(probe, fault) > 0)?.name ?? null;
}

/** How often the hypothesis was asked from a moment on, by the probe that was asked least. */
export function timesSince(checks: readonly HypothesisCheck[], sinceMs: number): number {
  const counts = new Map<string, number>();
  for (const check of checks) {
    for (const { name, fromMs } of probesOf(check)) {
      const counted = isAfterwards(check) && fromMs >= sinceMs ? 1 : 0;
      counts.set(name, (counts.get(name) ?? 0) + counted);
    }
  }
  return counts.size === 0 ? 0 : Math.min(...counts.values());
}

type Asked = NonNullable<HypothesisCheck['probes']>[number];

/** Of earlier runs only the whole check is known. */
function probesOf({ probes, fromMs, atMs }: HypothesisCheck): readonly Asked[] {
  return probes ?? [{ name: '', fromMs: fromMs ?? atMs, atMs }];
}

function isAfterwards({ phase }: HypothesisCheck): boolean {
  return phase === 'during' || phase === 'after';
}

function askedAfterwards(checks: readonly HypothesisCheck[]): readonly Asked[] {
  return checks.filter(isAfterwards).flatMap(probesOf);
}

/**
 * Whether a probe met the fault. What was asked or answered partly without it may have met the target as it is on any day; so it counts where it lies
 * wholly within, or where the fault held it up.
 */
function isUnder(checks: readonly HypothesisCheck[], fault: FaultRecord): (probe: Asked) => boolean {
  const { injectedMs, revertedBy } = fault;
  if (injectedMs === null) return () => false;
  const endMs = knownUntilMs(fault);
  if (endMs === null || revertedBy === 'itself') return ({ fromMs }) => fromMs >= injectedMs;
  const usualMs = new Map<string, number>();
  for (const { name, fromMs, atMs } of checks.flatMap(probesOf)) {
    const isWithout = atMs <= fault.announcedMs || (fault.revertedMs !== null && fromMs >= fault.revertedMs);
    if (isWithout) usualMs.set(name, Math.max(usualMs.get(name) ?? 0, atMs - fromMs));
  }
  return (probe) => {
    if (probe.fromMs >= injectedMs && probe.atMs <= endMs) return true;
    const usual = usualMs.get(probe.name);
    return usual !== undefined && overlapMs(probe, fault) > Math.max(usual + heldUpMs, usual * heldUpFactor);
  };
}

/** How long a probe was under way while the fault was known to be on, ms. */
function overlapMs({ fromMs, atMs }: Asked, fault: FaultRecord): number {
  const endMs = knownUntilMs(fault) ?? Number.POSITIVE_INFINITY;
  return Math.min(atMs, endMs) - Math.max(fromMs, fault.injectedMs ?? Number.POSITIVE_INFINITY);
}

/** To take a fault away takes a while, in which it may be gone already: it was there when it was last looked at. null: not known to be gone. */
function knownUntilMs(fault: FaultRecord): number | null {
  const endMs = endOfFault(fault);
  return endMs === null ? null : Math.min(endMs, fault.watched?.seenUntilMs ?? endMs);
}
