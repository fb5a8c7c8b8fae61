import { z } from 'zod';
import type { VitalName } from '../../model/vital.ts';
import type { Configuration } from '../configuration.ts';

const path = z.string().regex(/^\/(?!\/)/, 'must be a path of the target, such as /products');

/** What a configuration may say of browser users beside a load. */
const browserSchema = z
  .strictObject({
    vus: z.int().min(0).max(50).default(0).describe('Number of browser users while the load is on.'),
    pages: z
      .array(path)
      .min(1)
      .max(30)
      .optional()
      .describe('Paths that browser users visit; the busiest pages of the recording when absent.'),
    thinkS: z
      .tuple([z.number().min(0), z.number().min(0)])
      .default([1, 3])
      .describe('Shortest and longest time that they stay on a page.'),
    timeoutS: z.number().positive().max(300).default(15).describe('A page that takes longer to load counts as failed.'),
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
        LCP: z
          .number()
          .positive()
          .optional()
          .describe('Largest contentful paint, ms; shown and not judged when absent.'),
        INP: z
          .number()
          .positive()
          .optional()
          .describe('Interaction to next paint, ms; shown and not judged when absent.'),
        CLS: z
          .number()
          .min(0)
          .optional()
          .describe('Cumulative layout shift, a score; shown and not judged when absent.'),
        FCP: z.number().positive().optional().describe('First contentful paint, ms; shown and not judged when absent.'),
        TTFB: z.number().positive().optional().describe('Time to first byte, ms; shown and not judged when absent.'),
      })
      .prefault({})
      .describe('75th percentiles under load that the run is judged by.'),
  })
  .prefault({})
  .describe('Browser users: real browsers that visit the target while the load is on.');

export interface ResolvedBrowser {
  visitors: number;
  /** null: derived from the recording. */
  pages: string[] | null;
  think: { fromMs: number; toMs: number };
  timeoutMs: number;
  /** null: chosen by the run's duration. */
  quietMs: number | null;
  /** Vitals that are objectives. */
  budgets: Partial<Record<VitalName, number>>;
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    browser: ResolvedBrowser;
  }
}

const schemas = { browser: browserSchema };

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      browser: {
        vus: 2,
        pages: ['/', '/products'],
        thinkS: [1, 3],
        timeoutS: 15,
        quietS: 30,
        budgets: { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 },
      },
    },
  ],
  resolve({ browser: { vus, pages, thinkS, timeoutS, quietS, budgets } }) {
    return {
      browser: {
        visitors: vus,
        pages: pages ?? null,
        think: { fromMs: Math.min(...thinkS) * 1000, toMs: Math.max(...thinkS) * 1000 },
        timeoutMs: timeoutS * 1000,
        quietMs: quietS === undefined ? null : quietS * 1000,
        budgets: Object.fromEntries(Object.entries(budgets).filter(([, value]) => value !== undefined)),
      },
    };
  },
};
