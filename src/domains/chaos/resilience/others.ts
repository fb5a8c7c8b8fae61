import { grouped } from '../../../gate/words.ts';
import type { FaultRecord, ResilienceResult } from '../../../model/chaos.ts';

/** Requests of users who are not on what a fault broke, and how many of them failed; both may be fractions, as the share of users may be. */
export interface OthersFailed {
  requests: number;
  failed: number;
  /** Failed of them, percent; 0 where there are none. */
  percent: number;
}

/**
 * As many of the failures as there are requests on the broken part may be of it; what is more is among the others. Null where every user is on
 * the broken part.
 */
export function failedOfOthers({ others, during }: Pick<ResilienceResult, 'others' | 'during'>): OthersFailed | null {
  if (others === undefined) return null;
  const broken = during.requests * others.share;
  const requests = during.requests - broken;
  const failed = Math.min(requests, Math.max(0, during.failed - broken));
  return { requests, failed, percent: requests === 0 ? 0 : (100 * failed) / requests };
}

/**
 * Which requests an objective of the other users leaves out, and why: `139 of 200 requests are left out, as the fault touched them`. Null: none.
 */
export function leftOutWords(
  { others, during }: Pick<ResilienceResult, 'others' | 'during'>,
  fault: Pick<FaultRecord, 'touched'> | undefined,
): string | null {
  if (others === undefined || others.share === 0) return null;
  const { requests } = during;
  const count = Math.round(requests * others.share);
  const isCounted = fault?.touched !== undefined && requests > 0;
  const why = isCounted
    ? 'the fault touched so many'
    : `${Math.round(100 * others.share)} % of the users are on what was broken, as the component is set up`;
  return `${grouped(count)} of ${grouped(requests)} requests are left out, as ${why}`;
}
