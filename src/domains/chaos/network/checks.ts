import type { ProofCheck } from '../../../model/chaos.ts';
import type { Prober } from './prober.ts';

const patientMs = 3000;
const samples = 15;

export interface RoundTrips {
  existingMs: number;
  freshMs: number;
}

/** Medians, ms; infinite where most went unanswered. */
export async function roundTrips(prober: Prober, timeoutMs = patientMs): Promise<RoundTrips> {
  const existing = await prober.existing({ rounds: samples, timeoutMs });
  const fresh = await prober.fresh({ count: samples, atOnce: 1, timeoutMs });
  return { existingMs: median(existing), freshMs: median(fresh) };
}

/** What was added to round trips, within ±5 % or ±1 ms, whichever is more. */
export function delayChecks(delayMs: number, before: RoundTrips, now: RoundTrips, noiseMs = 0): ProofCheck[] {
  const tolerance = Math.max(1, delayMs * 0.05, noiseMs);
  const expected = `${delayMs} ms ± ${Number(tolerance.toFixed(1))} ms`;
  const check = (what: string, ms: number): ProofCheck => ({
    what,
    expected,
    measured: Number.isFinite(ms) ? `${ms.toFixed(2)} ms` : 'no answer',
    held: Math.abs(ms - delayMs) <= tolerance,
  });
  return [
    check('delay on an existing connection', now.existingMs - before.existingMs),
    check('delay on a new connection', now.freshMs - before.freshMs),
  ];
}

/** Before the first repetition by TCP (200 ms for data, 1 s for a new connection), so that what is later was lost once. */
const lostAfterMs = 150;

/** Enough to see some 30 losses. */
function lossSamples(share: number): number {
  return Math.min(1500, Math.max(60, Math.ceil(30 / share)));
}

/** Shares of lost packets on existing and on new connections, against what was asked for, ± 3.3 standard errors. */
export async function lossChecks(prober: Prober, share: number, keptConnections: number): Promise<ProofCheck[]> {
  const count = lossSamples(share);
  const existing = await prober.existing({ rounds: Math.ceil(count / keptConnections), timeoutMs: lostAfterMs });
  const fresh = await prober.fresh({ count, atOnce: 30, timeoutMs: lostAfterMs });
  const check = (what: string, times: (number | null)[]): ProofCheck => {
    const lost = times.filter((ms) => ms === null).length;
    const tolerance = 3.3 * Math.sqrt((share * (1 - share)) / Math.max(1, times.length));
    const seen = times.length === 0 ? 0 : lost / times.length;
    return {
      what,
      expected: `${percent(share)} ± ${percent(tolerance)}`,
      measured: `${percent(seen)} (${lost} of ${times.length})`,
      held: lost > 0 && Math.abs(seen - share) <= tolerance,
    };
  };
  return [check('lost on existing connections', existing), check('lost on new connections', fresh)];
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

function median(times: (number | null)[]): number {
  const sorted = times.map((ms) => ms ?? Number.POSITIVE_INFINITY).sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}
