import type { CapacityResult, CapacityStep, RateAt } from '../../model/capacity.ts';
import type { Interval } from '../../model/verdict.ts';
import { byChance, firstTries, isSettled, settledByChance } from './confirmation.ts';
import { gainInWords, isFlat } from './gain.ts';
import { kneeOf } from './knee.ts';
import { lawInWords } from './law-words.ts';
import { fitScalability } from './usl.ts';
import { scalabilityIntervals } from './usl-intervals.ts';

/** Rates closer than this are the same rate tried again. */
const sameRate = 1.005;

interface Tried {
  rate: number;
  held: number;
  missed: number;
  generator: number;
  /** Of the confirmation alone: the search chose its rates by what it saw, so its own steps prove less. */
  heldAgain: number;
  missedAgain: number;
  reason: string | null;
}

/**
 * What the steps of a search for capacity show. Of a run that was cut off, what it showed until then.
 *
 * The interval reaches from the highest rate that was confirmed (`isSettled`) to the lowest above it that missed more often than not. With
 * the capacity meant as the rate that holds in half of all steps, each end is wrong with the chance that its rule leaves, or, where the rule
 * settled nothing, with that of as many fair coins; the confidence is what both leave.
 */
export function evaluateCapacity(
  steps: readonly CapacityStep[],
  closedLoop: CapacityResult['closedLoop'],
): CapacityResult {
  const tried = byRate(steps.filter(({ phase }) => phase === 'ramp' || phase === 'search' || phase === 'confirm'));
  const held = sustainable(tried);
  const missed = tried.find((one) => one.missed > one.held && one.rate > (held?.rate ?? 0)) ?? null;
  const blocked = tried.find((one) => one.generator > 0 && one.held === 0 && one.rate > (held?.rate ?? 0)) ?? null;
  const lowerBoundOnly = held !== null && missed === null;
  const sustainablePerSecond = held === null ? null : tidy(held.rate);
  const { scalability, why, words, byInstances } = scaling(steps);
  const limitedBy =
    missed?.reason ?? (blocked === null ? 'nothing found' : `the generator: ${blocked.reason ?? 'late'}`);
  const result: Omit<CapacityResult, 'sentence'> = {
    sustainablePerSecond,
    interval: intervalOf(held, missed),
    confirmations: held?.heldAgain ?? 0,
    triedAgain: held === null ? 0 : held.heldAgain + held.missedAgain,
    confirmed: held !== null && isSettled(held.heldAgain, held.missedAgain),
    atLeastPerSecond: shownAtLeast(steps, held),
    kneePerSecond: knee(steps),
    limitedBy,
    lowerBoundOnly,
    steps: [...steps],
    scalability,
    whyNoScalability: why,
    ...(byInstances.length === 0 ? {} : { byInstances }),
    closedLoop,
  };
  return { ...result, sentence: [sentenceOf(result), ...words].join(' ') };
}

/** Highest rate that was confirmed; where none was, the highest that held below all that missed. */
function sustainable(tried: readonly Tried[]): Tried | null {
  const holding = tried.filter((one) => one.held > one.missed);
  const firm = holding.filter((one) => isSettled(one.heldAgain, one.missedAgain));
  const lowestMiss = tried.find((one) => one.missed > one.held)?.rate ?? Number.POSITIVE_INFINITY;
  return firm.at(-1) ?? holding.filter((one) => one.rate < lowestMiss).at(-1) ?? holding.at(-1) ?? null;
}

/**
 * The highest rate that is shown to hold in more than half of all steps: the one that was confirmed, or else the lowest of the last four steps of the
 * ramp that held one after the other from its beginning. Whoever holds the higher rates holds the lower, and those were tried in an order that no
 * outcome had chosen; four of four by chance are less likely than a confirmation is. null: nothing is.
 */
function shownAtLeast(steps: readonly CapacityStep[], held: Tried | null): number | null {
  if (held !== null && isSettled(held.heldAgain, held.missedAgain)) return tidy(held.rate);
  const ramp = steps.filter(({ phase }) => phase === 'ramp');
  const miss = ramp.findIndex(({ outcome }) => outcome !== 'held');
  const rising = ramp
    .slice(0, miss === -1 ? ramp.length : miss)
    .map(({ plannedRatePerSecond }) => plannedRatePerSecond);
  const lowest = rising.at(-firstTries);
  return lowest === undefined ? null : tidy(lowest);
}

function intervalOf(held: Tried | null, missed: Tried | null): Interval | null {
  if (missed === null) return null;
  const low = held === null ? 0 : wrongBy(held.heldAgain, held.missedAgain);
  const chance = low + wrongBy(missed.missedAgain, missed.heldAgain);
  return { low: tidy(held?.rate ?? 0), high: tidy(missed.rate), confidence: Math.max(0, 1 - chance) };
}

function wrongBy(inFavour: number, against: number): number {
  return isSettled(inFavour, against) ? settledByChance : Math.min(0.5, byChance(inFavour, against));
}

function byRate(steps: readonly CapacityStep[]): Tried[] {
  const tried: Tried[] = [];
  for (const step of steps.toSorted((a, b) => a.plannedRatePerSecond - b.plannedRatePerSecond)) {
    let one = tried.at(-1);
    if (one === undefined || step.plannedRatePerSecond > one.rate * sameRate) {
      one = {
        rate: step.plannedRatePerSecond,
        held: 0,
        missed: 0,
        generator: 0,
        heldAgain: 0,
        missedAgain: 0,
        reason: null,
      };
      tried.push(one);
    }
    one[step.outcome]++;
    if (step.phase === 'confirm' && step.outcome === 'held') one.heldAgain++;
    if (step.phase === 'confirm' && step.outcome === 'missed') one.missedAgain++;
    one.reason ??= step.reason;
  }
  return tried;
}

function knee(steps: readonly CapacityStep[]): number | null {
  const found = kneeOf(
    steps.flatMap(({ plannedRatePerSecond, p95Ms, outcome, phase }) =>
      p95Ms === null || outcome === 'generator' || phase === 'scale'
        ? []
        : [{ ratePerSecond: plannedRatePerSecond, p95Ms }],
    ),
  );
  return found === null ? null : tidy(found);
}

/**
 * The law over instances, from the rate sustained at each number of them. Where nothing missed above that rate, the target's limit was not
 * found: the law would be the generator's, so such a number is left out.
 */
function scaling(steps: readonly CapacityStep[]): {
  scalability: CapacityResult['scalability'];
  why: string | null;
  words: string[];
  byInstances: RateAt[];
} {
  const byCount = new Map<number, CapacityStep[]>();
  for (const step of steps) {
    if (step.phase !== 'scale' || step.instances === null) continue;
    byCount.set(step.instances, [...(byCount.get(step.instances) ?? []), step]);
  }
  if (byCount.size === 0) {
    const why = 'capacity was measured at one number of instances only';
    return { scalability: null, why, words: [], byInstances: [] };
  }
  const points = [...byCount]
    .flatMap(([n, ofCount]): RateAt[] => {
      const tried = byRate(ofCount);
      const held = sustainable(tried);
      if (held === null) return [];
      const above = tried.find((one) => one.missed > one.held && one.rate > held.rate);
      return [{ n, ratePerSecond: tidy(held.rate), missedPerSecond: above === undefined ? null : tidy(above.rate) }];
    })
    .sort((a, b) => a.n - b.n);
  const bounded = points.filter(({ missedPerSecond }) => missedPerSecond !== null);
  const known = bounded.map(({ n, ratePerSecond }) => ({ n, ratePerSecond }));
  const fitted = fitScalability(known, 'instances');
  const intervals = fitted === null ? null : scalabilityIntervals(bounded, fitted);
  const fit = fitted === null || intervals === null ? fitted : { ...fitted, intervals };
  const unknown = points.filter(({ missedPerSecond }) => missedPerSecond === null).map(({ n }) => n);
  const leftOut =
    unknown.length === 0
      ? null
      : `at ${unknown.join(', ')} the target’s limit was not found: the generator could not keep up, or the search was cut off`;
  const few = `the law needs four numbers of instances, ${known.length} sustained a rate`;
  const why = leftOut === null ? few : `${few} and missed one above it; ${leftOut}`;
  // Where more instances bring nothing, that is all there is to say: nothing is left to fit the law to.
  const law = fit === null || isFlat(known) ? null : lawInWords(fit);
  const words = [
    gainInWords(known),
    law,
    leftOut === null || fit === null ? null : `${leftOut[0]?.toUpperCase()}${leftOut.slice(1)}.`,
  ].filter((one) => one !== null);
  return { scalability: fit, why: fit === null ? why : null, words, byInstances: points };
}

function sentenceOf(result: Omit<CapacityResult, 'sentence'>): string {
  const { sustainablePerSecond, interval, confirmations, limitedBy, lowerBoundOnly, kneePerSecond } = result;
  if (result.steps.length === 0) return 'The search for capacity was cut off before its first step ended.';
  if (sustainablePerSecond === null) return `No rate was sustained, not even the lowest tried: ${limitedBy}.`;
  const rate = `${whole(sustainablePerSecond)} requests per second`;
  const again =
    confirmations === 0
      ? 'not confirmed'
      : `held in ${confirmations} of ${result.triedAgain} further trials${result.confirmed ? '' : ', which does not confirm it'}`;
  const bend =
    kneePerSecond === null ? '' : ` Response time leaves its plateau at about ${whole(kneePerSecond)} per second.`;
  if (lowerBoundOnly) return `Sustains at least ${rate} (${again}); then ${limitedBy}, not the target.${bend}`;
  const between = interval === null ? '' : ` (${whole(interval.low)}–${whole(interval.high)})`;
  return `Sustains ${rate}${between}, ${again}; above it, ${limitedBy}.${bend}`;
}

function whole(rate: number): string {
  return rate < 10 ? String(tidy(rate)) : String(Math.round(rate)).replace(/\B(?=(\d{3})+$)/g, ',');
}

function tidy(rate: number): number {
  return Number(rate.toPrecision(4));
}
