import type { Results } from '../../model/results.ts';
import type { PartsSection } from '../part-section.ts';

/** Ids of the runs that parts of a run repeat the verdict of: by the figures in which they name them. */
export function restedOn({ sections, run }: Pick<Results, 'sections' | 'run'>): string[] {
  const parts = Object.values(sections as Record<string, Partial<PartsSection> | undefined>).flatMap((section) =>
    Array.isArray(section?.parts) ? section.parts : [],
  );
  const ids = parts.flatMap(({ figures }) =>
    (figures ?? []).flatMap(({ name, value }) => (name === 'Run' && /^[\w-]{1,100}$/.test(value) ? [value] : [])),
  );
  return [...new Set(ids)].filter((id) => id !== run.id);
}
