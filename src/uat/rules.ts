import { z } from 'zod';
import { type BrowserName, browserNames } from '../model/uat.ts';

const browser = z.enum(browserNames);

/** What a configuration may say of the business scenarios; relative paths are of the configuration's folder. */
export const uatSchema = z.strictObject({
  folder: z.string().min(1).optional().describe('Where the scenarios are; uat when absent.'),
  browsers: z
    .array(browser)
    .min(1)
    .optional()
    .describe('Browsers that the release is meant for; chromium, firefox and webkit when absent.'),
  waivedBrowsers: z
    .partialRecord(browser, z.string().min(1))
    .optional()
    .describe('Browsers that need not be there, each with the reason.'),
  retries: z
    .int()
    .min(0)
    .max(5)
    .optional()
    .describe('How often a failed scenario is tried again to tell flaky ones; 1.'),
  workers: z.int().min(1).max(64).optional().describe('Scenarios at a time; by the machine when absent.'),
  stepBudgetMs: z.number().positive().optional().describe('A step may wait so long for the target’s pages; 2000.'),
  visualTolerance: z.number().min(0).max(1).optional().describe('Share of pixels that may differ; 0.01.'),
  visualChanges: z
    .enum(['fail', 'warn'])
    .optional()
    .describe('What a page that is not as approved does: fail the user experience, or be told only; fail when absent.'),
  visualMasks: z
    .array(z.string().min(1))
    .optional()
    .describe('CSS selectors of what changes from visit to visit: covered in every screenshot that is compared.'),
  budgets: z
    .strictObject({
      LCP: z.number().positive().optional(),
      INP: z.number().positive().optional(),
      CLS: z.number().min(0).optional(),
      FCP: z.number().positive().optional(),
      TTFB: z.number().positive().optional(),
    })
    .optional()
    .describe('75th percentiles, ms (CLS: score); those of web.dev when absent.'),
});

type UatConfig = z.output<typeof uatSchema>;

export interface ResolvedUat {
  /** Absolute. */
  folder: string;
  browsers: BrowserName[];
  waivedBrowsers: Partial<Record<BrowserName, string>>;
  retries: number;
  workers: number | null;
  stepBudgetMs: number;
  visualTolerance: number;
  visualChanges: 'fail' | 'warn';
  visualMasks: string[];
  budgets: Record<'LCP' | 'INP' | 'CLS' | 'FCP' | 'TTFB', number>;
}

/** "Good" at https://web.dev/articles/vitals, as of 2025. */
const webDevBudgets = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 };

/** @param at makes a path absolute */
export function resolveUat(given: UatConfig | undefined, at: (path: string) => string): ResolvedUat {
  return {
    folder: at(given?.folder ?? 'uat'),
    browsers: given?.browsers ?? ['chromium', 'firefox', 'webkit'],
    waivedBrowsers: { ...given?.waivedBrowsers } as ResolvedUat['waivedBrowsers'],
    retries: given?.retries ?? 1,
    workers: given?.workers ?? null,
    stepBudgetMs: given?.stepBudgetMs ?? 2000,
    visualTolerance: given?.visualTolerance ?? 0.01,
    visualChanges: given?.visualChanges ?? 'fail',
    visualMasks: given?.visualMasks ?? [],
    budgets: {
      LCP: given?.budgets?.LCP ?? webDevBudgets.LCP,
      INP: given?.budgets?.INP ?? webDevBudgets.INP,
      CLS: given?.budgets?.CLS ?? webDevBudgets.CLS,
      FCP: given?.budgets?.FCP ?? webDevBudgets.FCP,
      TTFB: given?.budgets?.TTFB ?? webDevBudgets.TTFB,
    },
  };
}
