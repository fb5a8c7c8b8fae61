import type { RunFacts, Span } from '../../../model/run-facts.ts';
import type { UatCondition } from '../../../model/uat.ts';

/** A deployment may be felt a little after it is noted. */
const feltMs = 5000;
const mostNamed = 5;

/** Faults that were on in an interval of the run's clock, or may still have been felt in it, as windows are judged by. */
function faultSpans({ spans }: Pick<RunFacts, 'spans'>, fromMs: number, toMs: number): Span[] {
  return spans.filter((span) => {
    const { fromMs: since, toMs: until } = span.felt ?? span;
    return span.kind === 'fault' && toMs > since && fromMs < until;
  });
}

/** What was going on over an interval of the run's clock: a fault, or only the load. */
export function conditionOf(facts: Pick<RunFacts, 'spans'>, fromMs: number, toMs: number): UatCondition {
  return faultSpans(facts, fromMs, Math.max(toMs, fromMs + 1)).length > 0 ? 'fault' : 'load';
}

/** Faults of an interval, in words; one that was not seen to take effect is called that. */
export function faultsIn(facts: Pick<RunFacts, 'spans'>, fromMs: number, toMs: number): string[] {
  const named = faultSpans(facts, fromMs, toMs).map(
    ({ label, toMs: until, seen }) =>
      `${until <= fromMs ? 'just after ' : ''}${label}${seen === false ? ' (not seen to take effect)' : ''}`,
  );
  return [...new Set(named)];
}

/** Faults, deployments, alerts, generators that took over and other marks of an interval, in words. */
export function meanwhileIn(facts: Pick<RunFacts, 'spans' | 'marks'>, fromMs: number, toMs: number): string[] {
  const of = (kind: Span['kind']) =>
    facts.spans.filter((span) => span.kind === kind && span.fromMs <= toMs && span.toMs >= fromMs);
  const marks = facts.marks.filter(
    ({ lane, atMs }) => lane !== 'faults' && lane !== 'uat' && atMs >= fromMs - feltMs && atMs <= toMs,
  );
  return [
    ...new Set([
      ...faultsIn(facts, fromMs, toMs),
      ...marks.map(({ label }) => label),
      ...of('alert').map(({ label }) => `alert ${label}`),
      ...of('generator').map(({ label }) => label),
    ]),
  ].slice(0, mostNamed);
}

/** Requests a second that were answered over an interval; null where there is no window of it. */
export function rateIn({ windows }: Pick<RunFacts, 'windows'>, fromMs: number, toMs: number): number | null {
  let answered = 0;
  let ms = 0;
  for (const window of windows) {
    if (window.startMs >= toMs || window.startMs + window.durationMs <= fromMs) continue;
    answered += window.completed + window.failed;
    ms += window.durationMs;
  }
  return ms === 0 ? null : Math.round((10_000 * answered) / ms) / 10;
}
