import { z } from 'zod';
import type { Doubt } from './domain.ts';

/** What a run's saved configuration says for a domain's judging. */
export interface Settings<T> {
  value: T;
  /** Why the defaults took the place of what was saved; empty: they did not. */
  doubts: Doubt[];
}

/**
 * Reads what a domain judges by from a run's saved configuration. What cannot be read is judged by the defaults, which leaves the run inconclusive:
 * it was meant to be judged by something else.
 * @param schema every key has a default
 */
export function settingsOf<T>(schema: z.ZodType<T>, config: unknown): Settings<T> {
  const parsed = schema.safeParse(typeof config === 'object' && config !== null ? config : {});
  if (parsed.success) return { value: parsed.data, doubts: [] };
  const [issue] = parsed.error.issues;
  const what = `${issue?.path.join('.') || 'the configuration'}: ${issue?.message ?? 'unreadable'}`;
  const doubt = {
    clause: `what it was to be judged by cannot be read (${what})`,
    missing: `What the run was to be judged by cannot be read (${what}), so it was judged by the defaults.`,
  };
  return { value: schema.parse({}), doubts: [doubt] };
}

/** How many windows may be invalid, as saved configurations hold it; earlier ones called it `maxVoidShare`. */
/** Where the configuration says nothing of it. */
export const usualHonesty = { maxInvalidShare: 0.1, maxGeneratorLatenessMs: 50 };

export const savedHonesty = z
  .preprocess(
    (value) => {
      if (typeof value !== 'object' || value === null || !('maxVoidShare' in value)) return value;
      return { maxInvalidShare: value.maxVoidShare, ...value };
    },
    z.object({
      maxInvalidShare: z.number().min(0).max(1).default(usualHonesty.maxInvalidShare),
      maxGeneratorLatenessMs: z.number().positive().default(usualHonesty.maxGeneratorLatenessMs),
    }),
  )
  .default(usualHonesty);
