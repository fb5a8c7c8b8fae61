import { plural } from '../report-kit/format.ts';
import type { CaseSuite, Highlight } from './domain.ts';
import type { PartResult } from './part-fold.ts';

const linesAtMost = 3;

/** Of the index page and the terminal: what did not pass, or how much did. */
export function partHighlights(
  parts: readonly Pick<PartResult, 'title' | 'verdict' | 'checks' | 'figures'>[],
): Highlight[] {
  return parts.map(({ title, verdict, checks, figures }) => {
    const bad = ['fail', 'inconclusive'].flatMap((wanted) =>
      checks.filter((check) => check.verdict === wanted).map(({ reason }) => reason),
    );
    const good = figures.map(({ name, value }) => `${name}: ${value}`).join(' · ');
    return {
      verdict,
      title,
      lines:
        bad.length > 0 ? bad.slice(0, linesAtMost) : [`${plural(checks.length, 'check')} passed`, good].filter(Boolean),
      isAnswer: true,
    };
  });
}

/** Of JUnit's file: a suite a part, a case a check. @param gate that they are evidence for */
export function partSuites(
  gate: string,
  parts: readonly Pick<PartResult, 'title' | 'checks' | 'startMs' | 'endMs'>[],
): CaseSuite[] {
  return parts.map(({ title, checks, startMs, endMs }) => ({
    name: title,
    gate,
    cases: checks.map(({ title: name, verdict, reason }) => ({
      name,
      durationMs: Math.max(0, (endMs ?? startMs) - startMs),
      outcome: verdict === 'pass' ? 'passed' : verdict === 'fail' ? 'failed' : 'error',
      message: verdict === 'pass' ? '' : reason,
      detail: reason,
    })),
  }));
}
