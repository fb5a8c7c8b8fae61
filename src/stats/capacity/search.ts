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
  /** Times that the found rate must hold when it is tried again. */
  confirmations?: number;
  /** Times that the rate above it must miss. */
  refutations?: number;
  stepsAtMost?: number;
  /** Seeded, 0 … 1: mixes the order of the confirmation. */
  random: () => number;
}

const rampAtMost = 24;
const roundsAtMost = 8;
/** How far above the found rate the one lies that must miss. */
const above = 1.05;

/**
 * Looks for the highest rate that holds: a geometric ramp until a step misses, bisection on the log scale, then confirmation: the found rate has
 * to hold again and again, in mixed order with steps 5 % above it that have to miss. Where it misses it is lowered, where the rate above
 * holds it is raised, and confirmation begins anew. A step that the generator held back is tried once more; then it bounds the search.
 * Yields the step wanted and is given its outcome; what was found, `evaluateCapacity` reads from the steps.
 */
export function* searchCapacity(options: SearchOptions): Generator<WantedStep, void, StepOutcome> {
  const { growth = 2, resolution = 0.03, confirmations = 3, refutations = 2, stepsAtMost = 60, random } = options;
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

  let rate = options.startPerSecond;
  for (let i = 0; i < rampAtMost && steps < stepsAtMost; i++) {
    const outcome = yield* tryOut('ramp', rate);
    if (outcome === 'held') low = Math.max(low ?? 0, rate);
    else if (outcome === 'missed') high = Math.min(high, rate);
    if (low !== null && outcome !== 'held') break;
    if (low === null) rate /= growth;
    else if (rate * growth < high) rate *= growth;
    else break;
  }
  if (low === null) return;
  while (high < Number.POSITIVE_INFINITY && high / low > 1 + resolution && steps < stepsAtMost) {
    const middle = Math.sqrt(low * high);
    if (middle >= unsendable) break;
    const outcome = yield* tryOut('search', middle);
    if (outcome === 'held') low = middle;
    else if (outcome === 'missed') high = middle;
    else break;
  }

  let candidate = low;
  let drop = 1 + resolution;
  for (let round = 0; round < roundsAtMost && steps < stepsAtMost; round++) {
    const upper = candidate * above;
    const order = confirmationOrder(confirmations, upper < unsendable ? refutations : 0, random);
    let verdict: 'confirmed' | 'lower' | 'higher' | 'generator' = 'confirmed';
    for (const which of order) {
      const outcome = yield* tryOut('confirm', which === 'candidate' ? candidate : upper);
      if (outcome === 'generator' && which === 'candidate') verdict = 'generator';
      if (outcome === 'missed' && which === 'candidate') verdict = 'lower';
      if (outcome === 'held' && which === 'above') verdict = 'higher';
      if (verdict !== 'confirmed' || steps >= stepsAtMost) break;
    }
    if (verdict === 'confirmed') return;
    if (verdict === 'higher') {
      if (high <= upper) high = Number.POSITIVE_INFINITY;
      candidate = high > upper * above && high < Number.POSITIVE_INFINITY ? Math.sqrt(upper * high) : upper;
    } else {
      high = candidate;
      candidate /= drop;
      // What held once by luck may be far too high.
      drop **= 2;
    }
  }
}

/** Shuffled (Fisher–Yates), so that a target that warms up or tires is not mistaken for a rate. */
function confirmationOrder(
  confirmations: number,
  refutations: number,
  random: () => number,
): ('candidate' | 'above')[] {
  const order = Array.from({ length: confirmations + refutations }, (_, i): 'candidate' | 'above' =>
    i < confirmations ? 'candidate' : 'above',
  );
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [order[i], order[j]];
    if (a !== undefined && b !== undefined) [order[i], order[j]] = [b, a];
  }
  return order;
}
