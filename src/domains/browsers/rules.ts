import { z } from 'zod';

const path = z.string().regex(/^\/(?!\/)/, 'must be a path of the target, such as /products');

/** What a configuration may say of visitors in real browsers beside a load. */
export const browserSchema = z.strictObject({
  vus: z.int().min(0).max(50).optional().describe('Visitors in real browsers beside a load; none when absent.'),
  pages: z
    .array(path)
    .min(1)
    .max(30)
    .optional()
    .describe('Paths that they visit; the busiest pages of the recording when absent.'),
  thinkS: z
    .tuple([z.number().min(0), z.number().min(0)])
    .optional()
    .describe('How long a page is looked at, shortest and longest; [1, 3].'),
  timeoutS: z
    .number()
    .positive()
    .max(300)
    .optional()
    .describe('A page that takes longer to load counts as failed; 15.'),
  quietS: z
    .number()
    .min(0)
    .max(600)
    .optional()
    .describe(
      'How long they visit before the load begins, to compare with; a tenth of the run, 15 to 60, when absent.',
    ),
  budgets: z
    .strictObject({
      LCP: z.number().positive().optional(),
      INP: z.number().positive().optional(),
      CLS: z.number().min(0).optional(),
      FCP: z.number().positive().optional(),
      TTFB: z.number().positive().optional(),
    })
    .optional()
    .describe('75th percentiles under load, ms (CLS: score), that the run is judged by; only shown when absent.'),
});

export interface ResolvedBrowser {
  visitors: number;
  /** null: derived from the recording. */
  pages: string[] | null;
  think: { fromMs: number; toMs: number };
  timeoutMs: number;
  /** null: chosen by the run's duration. */
  quietMs: number | null;
  /** Vitals that are objectives. */
  budgets: Partial<Record<'LCP' | 'INP' | 'CLS' | 'FCP' | 'TTFB', number>>;
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    browser: ResolvedBrowser;
  }
}

/** Fills in defaults. */
export function resolveBrowser(given: z.output<typeof browserSchema> | undefined): ResolvedBrowser {
  const [shortS, longS] = given?.thinkS ?? [1, 3];
  return {
    visitors: given?.vus ?? 0,
    pages: given?.pages ?? null,
    think: { fromMs: Math.min(shortS, longS) * 1000, toMs: Math.max(shortS, longS) * 1000 },
    timeoutMs: (given?.timeoutS ?? 15) * 1000,
    quietMs: given?.quietS === undefined ? null : given.quietS * 1000,
    budgets: Object.fromEntries(Object.entries(given?.budgets ?? {}).filter(([, value]) => value !== undefined)),
  };
}
