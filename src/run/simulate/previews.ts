import type { Preview, PreviewAsked } from '../../domains/companion.ts';
import type { Domain } from '../../domains/domain.ts';
import { domains } from '../domains.ts';

/** What would run beside the load, of the companions that can say so beforehand. */
export async function previewsOf(
  asked: PreviewAsked,
  table: readonly Pick<Domain, 'companions'>[] = domains,
): Promise<Preview[]> {
  const found: Preview[] = [];
  for (const { companions } of table) {
    for (const companion of (await companions?.()) ?? []) {
      const preview = await companion.preview?.(asked);
      if (preview !== undefined && preview !== null) found.push(preview);
    }
  }
  return found;
}

/** A line each: `at 12 s or later: Slow database`, `not run: Frozen shop, because …`. */
export function itemWords({ what, atMs, why }: Preview['items'][number]): string {
  if (why !== null) return `not run: ${what}, because ${why.replace(/\.$/, '')}`;
  return atMs === null ? what : `${Math.round(atMs / 1000)} s or later: ${what}`;
}
