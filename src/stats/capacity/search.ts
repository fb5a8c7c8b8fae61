import { firstTries, isLost, isSettled, moreTries, triesAtMost } from './confirmation.ts';

/** A step that the search wants to see. */
export interface WantedStep {
  phase: 'ramp' | 'search' | 'confirm';
  ratePerSecond: number;
}

export type StepOutcome = 'held' | 'missed' | 'generator';

export interface SearchOptions {
  /** Rate of the first step. */
  startPerSecond: number;
  /** Factor from one step of the ramp to the next. */
  growth?: number;
  /** Relative width at which the bisection ends; 0.03 is 3 %. */
  resolution?: number;
  stepsAtMost?: number;
  /** Whether the found rate is tried again; true when absent. */
  isConfirmed?: boolean;
  /** Seeded, 0 … 1: mixes the order of the confirmation. */
  random: () => number;
}

const rampAtMost = 24;
const roundsAtMost = 8;
/** How far above the found rate the one lies that must miss. */
const above = 1.05;

/**
 * Looks for the highest rate that holds: a geometric ramp until a step misses, bisection on the log scale, then confirmation: the found rate has
 * to hold when it is tried again, in mixed order with steps 5 % above it that have to miss, each 4 of 4 times, 6 of 7 or 8 of 10. Where it
 * does not it is lowered, where the rate above holds it is raised, and confirmation begins anew. A step that the generator held back is tried once more; then it bounds the search.
 * Yields the step wanted and is given its outcome; what was found, `evaluateCapacity` reads from the steps.
 */
export function* searchCapacity(options: SearchOptions): Generator<WantedStep, void, StepOutcome> {
  const { growth = 2, resolution = 0.03, stepsAtMost = 80, isConfirmed = true, random } = options;
  let steps = 0;
  /** Highest rate that held, lowest that missed, and lowest that the generator could not send. */
  let low: number | null = null;
  let high = Number.POSITIVE_INFINITY;
  let unsendable = Number.POSITIVE_INFINITY;

  function* tryOut(phase: WantedStep['phase'], ratePerSecond: number): Generator<WantedStep, StepOutcome, StepOutcome> {
    for (let attempt = 0; ; attempt++) {
      steps++;
      const outcome = yield { phase, ratePerSecond };
      if (outcome !== 'generator') return outcome;
      if (attempt === 1 || steps >= stepsAtMost) {
        unsendable = Math.min(unsendable, ratePerSecond);
        return outcome;
      }
    }
  }

  const start = yield* explore(options.startPerSecond, 'ramp');
  if (start === null || !isConfirmed) return;
  let candidate = start;
  let drop = 1 + resolution;
  for (let round = 0; round < roundsAtMost && steps < stepsAtMost; round++) {
    const upper = candidate * above;
    const verdict = yield* confirm(candidate, upper);
    if (verdict === 'confirmed' || verdict === 'cut off') return;
    if (verdict === 'lower') {
      high = candidate;
      candidate /= drop;
      // What held once by luck may be far too high.
      drop **= 2;
    } else if (high <= upper) {
      // What missed below it did so by chance: nothing above it is known.
      high = Number.POSITIVE_INFINITY;
      low = upper;
      candidate = (yield* explore(Math.min(upper * growth, unsendable * 0.99), 'search')) ?? upper;
    } else candidate = high < Number.POSITIVE_INFINITY && high > upper * above ? Math.sqrt(upper * high) : upper;
  }

  /** A ramp until a step misses, and bisection. @returns the highest rate that held; null: none did */
  function* explore(from: number, phase: 'ramp' | 'search'): Generator<WantedStep, number | null, StepOutcome> {
    let rate = from;
    for (let i = 0; i < rampAtMost && steps < stepsAtMost; i++) {
      const outcome = yield* tryOut(phase, rate);
      if (outcome === 'held') low = Math.max(low ?? 0, rate);
      else if (outcome === 'missed') high = Math.min(high, rate);
      if (low !== null && outcome !== 'held') break;
      if (low === null) rate /= growth;
      else if (rate * growth < high) rate *= growth;
      else break;
    }
    while (low !== null && high < Number.POSITIVE_INFINITY && high / low > 1 + resolution && steps < stepsAtMost) {
      const middle: number = Math.sqrt(low * high);
      if (middle >= unsendable) break;
      const outcome: StepOutcome = yield* tryOut('search', middle);
      if (outcome === 'held') low = middle;
      else if (outcome === 'missed') high = middle;
      else break;
    }
    return low;
  }

  /** Tries both rates in mixed order, as often as it takes to settle them; see `isSettled`. */
  function* confirm(candidate: number, upper: number): Generator<WantedStep, Confirmation, StepOutcome> {
    const found = { candidate: { held: 0, missed: 0 }, above: { held: 0, missed: 0 } };
    const isOpen = {
      candidate: () => !isSettled(found.candidate.held, found.candidate.missed),
      above: () =>
        upper < unsendable && !isSettled(found.above.missed, found.above.held) && tries('above') < triesAtMost,
    };
    const tries = (which: Which) => found[which].held + found[which].missed;
    for (let wanted = firstTries; isOpen.candidate() || isOpen.above(); wanted = moreTries) {
      const batch = (which: Which) => (isOpen[which]() ? Array<Which>(wanted).fill(which) : []);
      for (const which of mixed([...batch('candidate'), ...batch('above')], random)) {
        if (!isOpen[which]()) continue;
        if (steps >= stepsAtMost) return 'cut off';
        const outcome = yield* tryOut('confirm', which === 'candidate' ? candidate : upper);
        if (outcome === 'generator' && which === 'candidate') return 'lower';
        if (outcome !== 'generator') found[which][outcome]++;
        if (isLost(found.candidate.held, found.candidate.missed)) return 'lower';
        // It holds as a rate has to that is the one looked for.
        if (isLost(found.above.missed, found.above.held) && found.above.held > found.above.missed) return 'higher';
      }
    }
    return 'confirmed';
  }
}

type Which = 'candidate' | 'above';
type Confirmation = 'confirmed' | 'lower' | 'higher' | 'cut off';

/** Shuffled (Fisher–Yates), so that a target that warms up or tires is not mistaken for a rate. */
function mixed(order: Which[], random: () => number): Which[] {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order;
}
