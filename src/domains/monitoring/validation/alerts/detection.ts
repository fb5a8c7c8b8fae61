import type { Kind } from './evidence.ts';
import type { Proof } from './proofs.ts';

/** How long it took until somebody was told, by its terms; seconds. */
export interface Detection {
  /** From the fault until the expression was true for Prometheus: what the windows take, a scrape and an evaluation. */
  readonly crossingS: number;
  /** From then until it fired. */
  readonly holdS: number;
  /** From then until the first integration had it: the group's wait and the way. */
  readonly deliveryS: number;
  readonly totalS: number;
  /** What it may take at the most, given when the expression came true; in the proof, and at the intervals of production. */
  readonly boundS: number;
  readonly productionBoundS: number;
}

/** Polling of states, sending, receiving. */
const slackS = 5;

/** Receivers that were told of an alert later than its group waits, each within a sentence. */
export function lateDeliveries({ alert, firingAt, deliveries, disturbance }: Proof): string[] {
  return deliveries.flatMap(({ receiver, integration, groupWaitS, firing, isBroken }) => {
    const first = Math.min(...firing.map(({ atEpochMs }) => atEpochMs));
    // One that the fault breaks has it when that is over.
    if (firingAt === null || firing.length === 0 || isBroken || disturbance !== null) return [];
    const afterS = (first - firingAt) / 1000;
    if (afterS <= groupWaitS + slackS) return [];
    return [
      `${alert.name} at ${receiver} (${integration}) ${afterS.toFixed(1)} s after it fired, bound ${groupWaitS + slackS} s`,
    ];
  });
}

/** null: it was not received. */
export function detectionOf(proof: Proof, set: Kind<'set'>): Detection | null {
  const { fault, pendingAt, firingAt, alert, movedS, downS, deliveries } = proof;
  const times = deliveries.flatMap(({ firing }) => firing.map(({ atEpochMs }) => atEpochMs));
  if (pendingAt === null || firingAt === null || times.length === 0) return null;
  const first = Math.min(...times);
  const crossingS = (pendingAt - fault.atEpochMs) / 1000 + movedS.crossing;
  const holdS = (firingAt - pendingAt) / 1000 + movedS.hold;
  const deliveryS = Math.max(0, (first - firingAt) / 1000);
  const waitS = Math.min(...deliveries.map(({ groupWaitS }) => groupWaitS));
  const evaluations = (everyS: number) => Math.ceil(alert.forS / everyS) * everyS + everyS;
  const proved = set.provedIntervalS;
  const production = set.evaluationIntervalS;
  return {
    ...{ crossingS, holdS, deliveryS, totalS: crossingS + holdS + deliveryS },
    boundS: crossingS + evaluations(proved) + downS.hold + waitS + slackS,
    productionBoundS: crossingS + set.scrapeIntervalS + production + evaluations(production) + waitS + slackS,
  };
}
