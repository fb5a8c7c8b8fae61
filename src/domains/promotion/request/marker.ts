import { z } from 'zod';
import type { Subject } from './subject.ts';

/** What a comment says of itself, unseen by readers. */
export interface Marker extends Subject {
  /** Of this one try, which nobody else can know: so it is known again where no answer came. */
  readonly nonce: string;
  /** Since when the same evidence has been posted there, where an earlier comment of it was replaced; absent: since this comment. */
  readonly since?: string | undefined;
}

const schema = z.object({
  scope: z.string().regex(/^[0-9a-f]{16}$/),
  key: z.string().regex(/^[0-9a-f]{32}$/),
  run: z.string().max(100),
  startedAt: z.iso.datetime(),
  nonce: z.string().max(64),
  approved: z.object({ run: z.string().max(100), manifestSha256: z.string().max(64).nullable() }).nullable(),
  since: z.iso.datetime().optional(),
});

/** An HTML comment of letters only, so that nothing of a candidate's texts can end it. */
export function markerText(marker: Marker): string {
  return `<!-- shakedown-promotion ${Buffer.from(JSON.stringify(marker)).toString('base64url')} -->`;
}

/** null: it is no comment of ours. A marker anywhere but at its beginning was quoted, or put there by somebody. */
export function markerOf(body: string): Marker | null {
  const found = /^<!-- shakedown-promotion ([A-Za-z0-9_-]{1,2000}) -->/.exec(body);
  if (found === null) return null;
  try {
    return schema.parse(JSON.parse(Buffer.from(found[1] ?? '', 'base64url').toString('utf8')));
  } catch {
    return null;
  }
}
