import { existsSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import type { PageCheck, UatFinding } from '../../model/uat.ts';
import type { UatSettings } from '../settings.ts';
import { pagePath } from './path.ts';

const defaultTolerance = 0.01;

/** Compares a page with its approved screenshot, by Playwright's own comparison; where none is approved, that is said. */
export async function looksApproved(
  page: Page,
  name: string,
  step: string,
  settings: Pick<UatSettings, 'approve' | 'visualTolerance'> | null,
): Promise<{ check: PageCheck; finding: UatFinding | null }> {
  const startedAt = performance.now();
  const file = `${name}.png`;
  const address = pagePath(page.url());
  const done = (notDone: string | null): PageCheck => ({
    check: 'visual',
    page: address,
    tookMs: performance.now() - startedAt,
    count: 1,
    notDone,
  });
  if (settings?.approve !== true && !existsSync(test.info().snapshotPath(file))) {
    return { check: done('no screenshot is approved yet: --approve takes the present ones'), finding: null };
  }
  try {
    await expect(page).toHaveScreenshot(file, {
      animations: 'disabled',
      caret: 'hide',
      maxDiffPixelRatio: settings?.visualTolerance ?? defaultTolerance,
    });
    return { check: done(null), finding: null };
  } catch (error) {
    const text = (error as Error).message;
    const share = /ratio ([\d.]+)/.exec(text)?.[1];
    const what =
      share === undefined
        ? `“${name}” does not look as approved: ${(text.split('\n').find((line) => /expected|differ/i.test(line)) ?? '').trim().slice(0, 160)}`
        : `“${name}” does not look as approved: ${Math.round(Number(share) * 1000) / 10} % of its pixels differ`;
    const finding: UatFinding = {
      kind: 'visual',
      rule: 'unlike-approved',
      impact: 'moderate',
      page: address,
      element: null,
      snippet: null,
      what,
      fix: 'Where the change is meant: run again with --approve.',
      help: null,
      criteria: [],
      step,
    };
    return { check: done(null), finding };
  }
}
