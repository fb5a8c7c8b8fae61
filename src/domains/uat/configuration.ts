import { z } from 'zod';
import { type BrowserName, browserNames } from '../../model/browser.ts';
import { goodVitals } from '../../model/vital.ts';
import type { Configuration } from '../configuration.ts';
import { defaultEvidenceLimits, type EvidenceLimits } from './evidence-limits.ts';
import { feedbackSchema, type ResolvedFeedback } from './feedback/rules.ts';

const browser = z.enum(browserNames);
const size = z.enum(['phone', 'tablet', 'desktop']);

/** What a configuration may say of the business scenarios; relative paths are of the configuration's folder. */
const uatSchema = z
  .strictObject({
    folder: z.string().min(1).default('uat').describe('Where the scenarios are.'),
    browsers: z
      .array(browser)
      .min(1)
      .default(['chromium', 'firefox', 'webkit'])
      .describe(
        'Browsers that the release is meant for. One alone shows nothing about the other engines, so name those in `waivedBrowsers`.',
      ),
    waivedBrowsers: z
      .partialRecord(browser, z.string().min(1))
      .default({})
      .describe(
        'Browsers that may be missing, each with the reason. They may include browsers that `browsers` does not name.',
      ),
    retries: z.int().min(0).max(5).default(1).describe('How often a failed scenario is retried, to find flaky ones.'),
    workers: z
      .int()
      .min(1)
      .max(64)
      .optional()
      .describe('Scenarios that run at the same time; by the size of the machine when absent.'),
    stepBudgetMs: z
      .number()
      .positive()
      .default(2000)
      .describe('Longest time that a step may wait for the target’s pages.'),
    visualTolerance: z.number().min(0).max(1).default(0.01).describe('Share of pixels that may differ, 0 to 1.'),
    visualChanges: z
      .enum(['fail', 'warn'])
      .default('fail')
      .describe(
        'Whether a page that differs from its approved visual snapshot fails the user experience, or is only reported.',
      ),
    visualMasks: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'CSS selectors of parts that change from visit to visit; they are covered in every screenshot that is compared.',
      ),
    video: z
      .enum(['off', 'failures', 'all'])
      .default('off')
      .describe(
        'Which scenario runs are kept as video. This needs ffmpeg: the one that `npx playwright install ffmpeg` installs, or else the system’s.',
      ),
    evidence: z
      .strictObject({
        maxFiles: z.int().positive().default(defaultEvidenceLimits.files).describe('Number of files.'),
        maxMegabytes: z
          .number()
          .positive()
          .default(defaultEvidenceLimits.bytes / 1024 ** 2)
          .describe('Size of all files together.'),
        maxFileMegabytes: z
          .number()
          .positive()
          .default(defaultEvidenceLimits.fileBytes / 1024 ** 2)
          .describe('Size of one file.'),
      })
      .prefault({})
      .describe('How much evidence is kept at most; scenarios that passed may take half of it.'),
    budgets: z
      .strictObject({
        LCP: z.number().positive().default(goodVitals.LCP).describe('Largest contentful paint, ms.'),
        INP: z.number().positive().default(goodVitals.INP).describe('Interaction to next paint, ms.'),
        CLS: z.number().min(0).default(goodVitals.CLS).describe('Cumulative layout shift, a score.'),
        FCP: z.number().positive().default(goodVitals.FCP).describe('First contentful paint, ms.'),
        TTFB: z.number().positive().default(goodVitals.TTFB).describe('Time to first byte, ms.'),
      })
      .prefault({})
      .describe('Highest 75th percentiles of web vitals that pass; the defaults are those of web.dev.'),
    duringLoad: z
      .strictObject({
        run: z
          .array(z.string().min(1))
          .min(1)
          .optional()
          .describe(
            'Scenarios to run while the load of a simulation is on: ids, tags, roles or `all`; only those of `--uat` when absent.',
          ),
        browsers: z.array(browser).min(1).default(['chromium']).describe('In which browsers.'),
        sizes: z.array(size).min(1).default(['desktop']).describe('At which sizes.'),
        rounds: z
          .int()
          .min(1)
          .max(10_000)
          .optional()
          .describe('Number of rounds, spread over the load; by its length when absent.'),
        quietRounds: z.int().min(0).max(50).default(2).describe('Number of rounds before the load, to compare with.'),
        workers: z.int().min(1).max(16).default(1).describe('Scenarios that run at the same time.'),
      })
      .prefault({})
      .describe('Scenarios in browsers while a simulation’s load is on.'),
    feedback: feedbackSchema,
  })
  .prefault({})
  .describe('Business scenarios in browsers.');

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

const schemas = { uat: uatSchema };

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      uat: {
        folder: 'uat',
        browsers: ['chromium', 'firefox', 'webkit'],
        waivedBrowsers: { webkit: 'no Safari among our users' },
        retries: 1,
        workers: 4,
        stepBudgetMs: 2000,
        visualTolerance: 0.01,
        visualChanges: 'fail',
        visualMasks: ['.advertisement'],
        video: 'failures',
        evidence: { maxFiles: 2000, maxMegabytes: 200, maxFileMegabytes: 20 },
        budgets: { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 },
        duringLoad: {
          run: ['smoke'],
          browsers: ['chromium'],
          sizes: ['desktop', 'phone'],
          rounds: 3,
          quietRounds: 2,
          workers: 1,
        },
        feedback: { survey: 'survey.csv', scale: '1-5' },
      },
    },
  ],
  resolve({ uat }, { at }) {
    const { folder, workers, evidence, feedback, duringLoad, ...rest } = uat;
    const bytes = (megabytes: number) => Math.round(megabytes * 1024 ** 2);
    return {
      uat: {
        ...rest,
        folder: at(folder),
        workers: workers ?? null,
        evidence: {
          files: evidence.maxFiles,
          bytes: bytes(evidence.maxMegabytes),
          fileBytes: bytes(evidence.maxFileMegabytes),
        },
        feedback: { ...feedback, survey: feedback.survey === undefined ? null : at(feedback.survey) },
        duringLoad: { ...duringLoad, run: duringLoad.run ?? null, rounds: duringLoad.rounds ?? null },
      },
    };
  },
};
