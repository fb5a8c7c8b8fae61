import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type BrowserContext, expect, type Page, type TestInfo } from '@playwright/test';
import type { PageCheck, UatFinding } from '../../../model/finding.ts';
import type { LookPicture, LookSeen } from '../../../model/look.ts';
import type { UatSettings } from '../settings.ts';
import { bounded } from './bounded.ts';
import { pagePath } from './path.ts';
import { thumbnails } from './thumbnails.ts';

export interface LookOptions {
  /** CSS selectors of what changes from visit to visit; covered, beside those of the configuration. */
  mask?: string[];
  /** Share of pixels that may differ; the configuration's when absent. */
  tolerance?: number;
  /** The page from top to bottom; only what the window shows when absent. */
  fullPage?: boolean;
}

export interface LookOutcome {
  check: PageCheck;
  finding: UatFinding | null;
  look: LookSeen;
}

interface LookRequest {
  page: Page;
  /** Where pages may be opened that are not the scenario's. */
  own(): Promise<BrowserContext | null>;
  testInfo: TestInfo;
  /** Parts of the file's name within `approved/<browser>-<size>/`, without its ending. */
  name: readonly string[];
  step: string;
  options: LookOptions;
  /** null under a bare `playwright test`. */
  settings: Pick<UatSettings, 'approve' | 'visualTolerance' | 'visualChanges' | 'visualMasks'> | null;
}

const defaultTolerance = 0.01;
const fontsTimeoutMs = 5000;
const mostShots = 6;

/**
 * Compares a page with its approved screenshot, by Playwright's own comparison, once it stands still: fonts there, animations off, caret hidden, what
 * changes covered. Where nothing is approved yet, the current visual snapshot is kept, to be approved or not.
 */
export async function looksApproved({
  page,
  own,
  testInfo,
  name,
  step,
  options,
  settings,
}: LookRequest): Promise<LookOutcome> {
  const startedAt = performance.now();
  const address = pagePath(page.url());
  const tolerance = options.tolerance ?? settings?.visualTolerance ?? defaultTolerance;
  const parts = [...name.slice(0, -1), `${name.at(-1)}.png`];
  const approved = testInfo.snapshotPath(...parts);
  const still = {
    animations: 'disabled',
    caret: 'hide',
    scale: 'css',
    fullPage: options.fullPage ?? false,
    mask: [...(settings?.visualMasks ?? []), ...(options.mask ?? [])].map((selector) => page.locator(selector)),
  } as const;
  const seen: LookSeen = {
    file: parts.join('/'),
    step,
    page: address,
    state: 'as approved',
    pixels: null,
    share: null,
    tolerance,
    approvedSha256: null,
    expected: null,
    got: null,
    diff: null,
  };
  const outcome = (over: Partial<LookSeen>, finding: UatFinding | null, notDone: string | null): LookOutcome => ({
    check: { check: 'visual', page: address, tookMs: performance.now() - startedAt, count: 1, notDone },
    finding,
    look: { ...seen, approvedSha256: existsSync(approved) ? digest(approved) : null, ...over },
  });
  await bounded(page.evaluate('document.fonts.ready.then(() => true)'), fontsTimeoutMs);
  if (settings?.approve !== true && !existsSync(approved)) {
    const path = `${testInfo.attachments.length}-actual.png`;
    await testInfo.attach(path, { body: await standingStill(page, still), contentType: 'image/png' });
    const notDone = 'nothing is approved yet: `shakedown uat approve` approves what was seen';
    return outcome({ state: 'nothing approved', got: { path, thumbnail: null } }, null, notDone);
  }
  const before = testInfo.attachments.length;
  try {
    await expect(page).toHaveScreenshot(parts, { ...still, maxDiffPixelRatio: tolerance });
    return outcome(settings?.approve === true ? { state: 'approved now' } : {}, null, null);
  } catch (error) {
    const files = testInfo.attachments.slice(before);
    const text = (error as Error).message;
    const got = files.find((each) => each.name.endsWith('-actual.png'));
    const pixels = Number(/(\d+) pixels \(ratio/.exec(text)?.[1] ?? Number.NaN);
    const share = Number.isNaN(pixels) ? null : pixels / sizeOf(got?.path);
    const pictures = await picturesOf(await own(), files);
    const changed = { state: 'changed', pixels: share === null ? null : pixels, share, ...pictures } as const;
    const isWarning = settings?.visualChanges === 'warn';
    return outcome(changed, isWarning ? null : findingOf(seen, text, share), null);
  }
}

/** Until two in a row are alike, as Playwright's comparison does; the last one where a page never stands still. */
async function standingStill(page: Page, options: Parameters<Page['screenshot']>[0]): Promise<Buffer> {
  let last = await page.screenshot(options);
  for (let shot = 1; shot < mostShots; shot++) {
    const next = await page.screenshot(options);
    if (next.equals(last)) return next;
    last = next;
  }
  return last;
}

/** What Playwright attached, by its names for the three. */
async function picturesOf(
  own: BrowserContext | null,
  files: TestInfo['attachments'],
): Promise<Record<'expected' | 'got' | 'diff', LookPicture | null>> {
  const of = (ending: string) => files.find(({ name }) => name.endsWith(`-${ending}.png`));
  const three = [of('expected'), of('actual'), of('diff')];
  const small = await thumbnails(
    own,
    three.map((file) => file?.path ?? null),
  );
  const [expected = null, got = null, diff = null] = three.map((file, index): LookPicture | null =>
    file === undefined ? null : { path: file.name, thumbnail: small[index] ?? null },
  );
  return { expected, got, diff };
}

function findingOf({ file, page, step }: LookSeen, said: string, share: number | null): UatFinding {
  const why =
    share === null
      ? (said.split('\n').find((line) => /Expected an image|differ/.test(line)) ?? '').trim().slice(0, 160)
      : `${Math.round(share * 10_000) / 100} % of its pixels differ`;
  return {
    kind: 'visual',
    rule: 'unlike-approved',
    impact: 'moderate',
    page,
    element: null,
    snippet: null,
    what: `“${file.replace(/\.png$/, '')}” differs from its approved visual snapshot: ${why}`,
    fix: 'If the change is intended: `shakedown uat approve`.',
    help: null,
    criteria: [],
    step,
  };
}

const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Pixels of a PNG, from its header (https://www.w3.org/TR/png-3/#11IHDR). */
function sizeOf(path: string | undefined): number {
  if (path === undefined) return Number.NaN;
  const head = readFileSync(path).subarray(16, 24);
  return head.readUInt32BE(0) * head.readUInt32BE(4);
}
