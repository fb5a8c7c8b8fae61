import { z } from 'zod';
import { type BrowserName, browserNames } from '../../model/browser.ts';
import { goodVitals } from '../../model/vital.ts';
import { feedbackSchema, type ResolvedFeedback, resolveFeedback } from './feedback/rules.ts';

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
  video: z
    .enum(['off', 'failures', 'all'])
    .optional()
    .describe(
      'Whose runs are filmed, by the ffmpeg that npx playwright install ffmpeg brings, else the system’s; off when absent.',
    ),
  evidence: z
    .strictObject({
      maxFiles: z.int().positive().optional(),
      maxMegabytes: z.number().positive().optional(),
      maxFileMegabytes: z.number().positive().optional(),
    })
    .optional()
    .describe('What is kept at most, half of it of scenarios that passed; 2000 files, 200 MB, 20 MB each.'),
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
  duringLoad: z
    .strictObject({
      run: z
        .array(z.string().min(1))
        .min(1)
        .optional()
        .describe(
          'Scenarios, by id, tag or role, or `all`, run while every simulation’s load is on; `--uat` chooses others.',
        ),
      browsers: z.array(browser).min(1).optional().describe('In which browsers; Chromium when absent.'),
      sizes: z
        .array(z.enum(['phone', 'tablet', 'desktop']))
        .min(1)
        .optional()
        .describe('desktop when absent.'),
      rounds: z
        .int()
        .min(1)
        .max(10_000)
        .optional()
        .describe('How often, spread over the load; by its length when absent.'),
      quietRounds: z
        .int()
        .min(0)
        .max(50)
        .optional()
        .describe('How often before the load, to compare with; 2 when absent.'),
      workers: z.int().min(1).max(16).optional().describe('Scenarios at a time; 1 when absent.'),
    })
    .optional()
    .describe('Scenarios in browsers while a simulation’s load is on.'),
  feedback: feedbackSchema.optional().describe('What people think of the release.'),
});

type UatConfig = z.output<typeof uatSchema>;

/** What a run's evidence may come to, so that one of many failures does not fill the disk. */
export interface EvidenceLimits {
  files: number;
  bytes: number;
  fileBytes: number;
}

export const defaultEvidenceLimits: EvidenceLimits = { files: 2000, bytes: 200 * 1024 ** 2, fileBytes: 20 * 1024 ** 2 };

export type UatVideo = 'off' | 'failures' | 'all';

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
  video: UatVideo;
  evidence: EvidenceLimits;
  feedback: ResolvedFeedback;
  budgets: Record<'LCP' | 'INP' | 'CLS' | 'FCP' | 'TTFB', number>;
  duringLoad: {
    /** null: only where `--uat` asks for it. */
    run: string[] | null;
    browsers: BrowserName[];
    sizes: ('phone' | 'tablet' | 'desktop')[];
    /** null: by the length of the load. */
    rounds: number | null;
    quietRounds: number;
    workers: number;
  };
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    uat: ResolvedUat;
  }
}

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
    video: given?.video ?? 'off',
    evidence: limitsOf(given?.evidence),
    feedback: resolveFeedback(given?.feedback, at),
    budgets: {
      LCP: given?.budgets?.LCP ?? goodVitals.LCP,
      INP: given?.budgets?.INP ?? goodVitals.INP,
      CLS: given?.budgets?.CLS ?? goodVitals.CLS,
      FCP: given?.budgets?.FCP ?? goodVitals.FCP,
      TTFB: given?.budgets?.TTFB ?? goodVitals.TTFB,
    },
    duringLoad: {
      run: given?.duringLoad?.run ?? null,
      browsers: given?.duringLoad?.browsers ?? ['chromium'],
      sizes: given?.duringLoad?.sizes ?? ['desktop'],
      rounds: given?.duringLoad?.rounds ?? null,
      quietRounds: given?.duringLoad?.quietRounds ?? 2,
      workers: given?.duringLoad?.workers ?? 1,
    },
  };
}

function limitsOf(given: UatConfig['evidence']): EvidenceLimits {
  const megabytes = (value: number | undefined, otherwise: number) =>
    value === undefined ? otherwise : Math.round(value * 1024 ** 2);
  return {
    files: given?.maxFiles ?? defaultEvidenceLimits.files,
    bytes: megabytes(given?.maxMegabytes, defaultEvidenceLimits.bytes),
    fileBytes: megabytes(given?.maxFileMegabytes, defaultEvidenceLimits.fileBytes),
  };
}
