import type { Domain, Judging } from './domain.ts';
import type { PartDomain } from './part-declaration.ts';

export type { PartDomain, PartEvents } from './part-declaration.ts';

/**
 * Makes a domain of parts. Its `section.ts` adds `PartEvents<'<id>'>` to the journal's events and `PartsSection` to the sections of results.
 * @param more commands, configuration and whatever else it has
 */
export function partDomain(
  about: PartDomain,
  more: Omit<Domain, 'id' | 'gates' | 'judging' | 'reporting' | 'parts'> = {},
): Domain {
  return {
    id: about.id,
    ...(about.gates === undefined ? {} : { gates: about.gates }),
    parts: about,
    judging: async () => (await import('./part-judging.ts')).partJudging(about) as Judging,
    reporting: async () => (await import('./part-pages.ts')).partPages(about),
    companions: async () => (await import('./part-companion.ts')).partCompanions(about),
    ...more,
  };
}
