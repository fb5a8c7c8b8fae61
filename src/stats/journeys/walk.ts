import type { Journey } from '../../model/journeys.ts';

/** Step and journey numbers are places in the configuration's lists. */
export interface StepTable {
  /** By route: the steps that it is of, `[journey, step]`; highest step first. */
  readonly steps: readonly (readonly (readonly [journey: number, step: number])[])[];
  /** By route: the features that it is of. */
  readonly features: readonly (readonly number[])[];
}

/**
 * Follows one session through a journey. A step is reached when the one before it was, no longer than `maxBetweenMs` before. For each
 * step only the latest moment at which it was reached is kept: whatever an earlier one leads to, the latest leads to as well.
 */
export class JourneyWalk {
  readonly #maxBetweenMs: number;
  readonly #at: Float64Array;
  readonly #waited: Float64Array;
  /** Steps reached. */
  reached = 0;
  /** Waiting at all steps of the first whole journey; null: it was not whole, or a time was unknown. */
  waitedMs: number | null = null;
  /** Response time of the first step, when it was first reached. */
  firstStepMs: number | null = null;

  constructor({ steps, maxBetweenMs }: Pick<Journey, 'steps' | 'maxBetweenMs'>) {
    this.#maxBetweenMs = maxBetweenMs ?? Number.POSITIVE_INFINITY;
    this.#at = new Float64Array(steps.length).fill(Number.NaN);
    this.#waited = new Float64Array(steps.length);
  }

  /** Forgets the session, for the next one. */
  restart(): void {
    // What was waited for a step is read only where its moment is known.
    this.#at.fill(Number.NaN);
    this.reached = 0;
    this.waitedMs = null;
    this.firstStepMs = null;
  }

  /**
   * Takes a request that was answered as it should, in order of time; of a request that is of several steps the highest comes first, so
   * that it is one step only.
   * @param waitedMs its response time; NaN: unknown
   */
  take(step: number, atMs: number, waitedMs: number): void {
    let before = 0;
    if (step > 0) {
      const last = this.#at[step - 1] as number;
      // NaN, where the step before was not reached, compares with nothing.
      if (!(atMs - last <= this.#maxBetweenMs)) return;
      before = this.#waited[step - 1] as number;
    }
    this.#at[step] = atMs;
    this.#waited[step] = before + waitedMs;
    if (step === 0 && this.firstStepMs === null && !Number.isNaN(waitedMs)) this.firstStepMs = waitedMs;
    if (step < this.reached) return;
    this.reached = step + 1;
    const whole = before + waitedMs;
    if (this.reached === this.#at.length && !Number.isNaN(whole)) this.waitedMs = whole;
  }
}

/** @param routes names of the plan's routes, `GET /products/:id` */
export function stepTable(
  routes: readonly string[],
  journeys: readonly Pick<Journey, 'steps'>[],
  features: readonly { routes: readonly string[] }[],
): StepTable {
  const stepMatchers = journeys.map(({ steps }) => steps.map((step) => matcher(step.routes)));
  const featureMatchers = features.map((feature) => matcher(feature.routes));
  return {
    steps: routes.map((route) =>
      stepMatchers.flatMap((steps, journey) =>
        steps.flatMap((matches, step) => (matches(route) ? [[journey, step] as const] : [])).reverse(),
      ),
    ),
    features: routes.map((route) => featureMatchers.flatMap((matches, i) => (matches(route) ? [i] : []))),
  };
}

function matcher(patterns: readonly string[]): (route: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const [method = '*', path = '/'] = pattern.trim().split(/\s+/, 2);
    const segments = path.split('/').map((segment, i, all) => {
      if (segment === '**' && i === all.length - 1) return '.*';
      if (segment.startsWith(':')) return ':[^/]+';
      return segment === '*' ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    });
    return new RegExp(`^${method === '*' ? '\\S+' : method.toUpperCase()} ${segments.join('/')}$`);
  });
  return (route) => expressions.some((expression) => expression.test(route));
}
