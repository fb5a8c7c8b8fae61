import { duration } from '../../gate/words.ts';
import type { RunFacts } from '../../model/run-facts.ts';
import type { GateResult } from '../../model/verdict.ts';

const hourMs = 3_600_000;
/** Clocks of two machines differ by so much without anyone setting them. */
const clockSlackHours = 0.1;

/** How long ago the run ended, or the last that is known of it. */
export function ageHours({ endedAt, lastEventAt, started }: RunFacts, nowMs: number): number {
  return (nowMs - Date.parse(endedAt ?? lastEventAt ?? started.time)) / hourMs;
}

/**
 * Evidence that is older than the policy allows shows nothing of the release as it would go out now, and how old it is cannot be said of a run whose
 * end lies ahead; what failed has failed.
 */
export function inTime(gates: GateResult[], atMost: Readonly<Record<string, number>>, hours: number): GateResult[] {
  return gates.map((gate) => {
    const limit = Object.hasOwn(atMost, gate.id) ? atMost[gate.id] : undefined;
    if (limit === undefined || gate.verdict === 'fail' || (hours <= limit && hours >= -clockSlackHours)) return gate;
    const summary =
      hours > limit
        ? `evidence is too old: ${duration(hours * hourMs)}, at most ${duration(limit * hourMs)}`
        : hours < 0
          ? `how old the evidence is cannot be said: it ends ${duration(-hours * hourMs)} from now`
          : 'how old the evidence is cannot be said';
    return { id: gate.id, title: gate.title, verdict: 'inconclusive', summary, score: null };
  });
}
