import type { JournalData } from '../../model/event.ts';
import { type StepRun, windowMs } from './step.ts';

/** The steps' accounts, summed up as those of one load. Their fidelity is not scored: each step replays a rate of its own, not the recording. */
export function loadSums({
  outcomes,
  nextWindow,
}: StepRun): Extract<JournalData, { type: 'shakedown.load.ended' }>['data'] {
  const accounting = { planned: 0, completed: 0, failed: 0, unsent: 0 };
  let sentRequests = 0;
  const lateness: { p50: number | null; p99: number | null; max: number | null } = { p50: null, p99: null, max: null };
  for (const outcome of outcomes) {
    accounting.planned += outcome.accounting.planned;
    accounting.completed += outcome.accounting.completed;
    accounting.failed += outcome.accounting.failed;
    accounting.unsent += outcome.accounting.unsent;
    sentRequests += outcome.fidelity.sentRequests;
    // Of the worst step: percentiles of several loads cannot be averaged.
    for (const which of ['p50', 'p99', 'max'] as const) {
      const found = outcome.fidelity.latenessMs[which];
      if (found !== null) lateness[which] = Math.max(lateness[which] ?? 0, found);
    }
  }
  return {
    coveredMs: nextWindow * windowMs,
    accounting,
    fidelity: {
      score: null,
      parts: [],
      scales: [],
      plannedRequests: accounting.planned,
      sentRequests,
      routeMix: null,
      sessionOrder: null,
      statusParity: null,
      latenessMs: lateness,
    },
  };
}
