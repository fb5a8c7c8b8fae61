import type { z } from 'zod';
import type { barSchema } from './bar-schema.ts';
import type { ResolvedSecurity, SecurityPartId } from './settings.ts';

/** How a part's findings are judged today. */
export function barOf(
  { failAt, waivers, waiverDays }: ResolvedSecurity,
  part: SecurityPartId,
): z.output<typeof barSchema> {
  const own = waivers.filter((one) => one.part === part).map(({ part: _, ...waiver }) => waiver);
  return { failAt, waivers: own, waiverDays, today: new Date().toISOString().slice(0, 10) };
}
