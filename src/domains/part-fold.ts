import type { z } from 'zod';
import type { Verdict } from '../model/verdict.ts';
import { plural } from '../report-kit/format.ts';
import {
  type Check,
  type Judged,
  type Mark,
  type Part,
  type PartWork,
  type partEvents,
  type Recorded,
  verdictOf,
} from './part.ts';

type Events = { [K in keyof typeof partEvents]: z.output<(typeof partEvents)[K]> };

/** What the journal says of one part. */
export interface FoldedPart {
  readonly id: string;
  readonly startMs: number;
  /** null: it did not come to its end. */
  endMs: number | null;
  /** Why it could not go on; null: it could. */
  error: string | null;
  readonly evidence: Recorded<unknown>[];
  readonly marks: (Mark & { atMs: number })[];
}

/** What one part came to. */
export interface PartResult extends Judged {
  id: string;
  title: string;
  verdict: Verdict;
  startMs: number;
  endMs: number | null;
  error: string | null;
  marks: readonly (Mark & { atMs: number })[];
}

/** Parts as the journal has them. */
export class PartsFold {
  readonly parts = new Map<string, FoldedPart>();

  /** @param kind of one of a part's events; others are passed over */
  take(kind: string, data: never): void {
    if (kind === 'begun') this.begun(data);
    else if (kind === 'evidence') this.evidence(data);
    else if (kind === 'marked') this.marked(data);
    else if (kind === 'ended') this.ended(data);
  }

  begun({ part: id, atMs }: Events['begun']): void {
    this.parts.set(id, { id, startMs: atMs, endMs: null, error: null, evidence: [], marks: [] });
  }

  evidence({ part, atMs, data }: Events['evidence']): void {
    this.parts.get(part)?.evidence.push({ atMs, data });
  }

  marked({ part, ...mark }: Events['marked']): void {
    this.parts.get(part)?.marks.push(mark);
  }

  ended({ part, atMs, error }: Events['ended']): void {
    const found = this.parts.get(part);
    if (found !== undefined) Object.assign(found, { endMs: atMs, error });
  }
}

/** What those that began came to, in the order of `parts`. */
export async function partResults<Context>(
  parts: readonly Pick<Part<Context>, 'id' | 'title' | 'load'>[],
  folded: ReadonlyMap<string, FoldedPart>,
): Promise<PartResult[]> {
  const results: PartResult[] = [];
  for (const { id, title, load } of parts) {
    const found = folded.get(id);
    if (found === undefined) continue;
    const judged = judgedPart(await load(), found);
    const { startMs, endMs, error, marks } = found;
    results.push({ ...judged, id, title, verdict: verdictOf(judged.checks), startMs, endMs, error, marks });
  }
  return results;
}

/** Evidence that cannot be read, and a part that did not come to its end, are checks of their own: neither passes by silence. Why it could not go on explains the others. */
export function judgedPart<Context>(
  work: Pick<PartWork<Context>, 'evidence' | 'judge'>,
  found: Pick<FoldedPart, 'evidence' | 'endMs' | 'error'>,
): Judged {
  const parsed = found.evidence.map(({ atMs, data }) => ({ atMs, result: work.evidence.safeParse(data) }));
  const good = parsed.flatMap(({ atMs, result }) => (result.success ? [{ atMs, data: result.data }] : []));
  const judged = work.judge(good, found.endMs !== null && found.error === null);
  return { ...judged, checks: [...ending(found), ...judged.checks, ...unreadable(parsed.length - good.length)] };
}

function unreadable(pieces: number): Check[] {
  if (pieces === 0) return [];
  const reason = `${plural(pieces, 'piece')} of evidence in the journal cannot be read.`;
  return [{ id: 'evidence', title: 'The evidence can be read', verdict: 'inconclusive', reason }];
}

/** A part that did not come to its end has shown less than it was to show. */
function ending({ endMs, error }: Pick<FoldedPart, 'endMs' | 'error'>): Check[] {
  if (endMs !== null && error === null) return [];
  const reason = error ?? 'It was cut off before its end.';
  return [{ id: 'ended', title: 'It came to its end', verdict: 'inconclusive', reason }];
}
