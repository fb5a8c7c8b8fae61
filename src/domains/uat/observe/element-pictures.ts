import type { Page } from '@playwright/test';
import { accessibilityKinds, type ElementPicture, type UatFinding } from '../../../model/finding.ts';
import { pageScript } from '../page/scripts.ts';

const mostPictures = 8;
const longestUrl = 10_000;
const widestPx = 480;
const highestPx = 260;
const qualities = [60, 35, 15];
const timeoutMs = 3000;

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Elements that are accused of something and can be found by a selector, each once. */
export function accusedElements(findings: readonly Pick<UatFinding, 'kind' | 'element'>[]): string[] {
  const accused = findings.filter(({ kind }) => accessibilityKinds.includes(kind));
  return [...new Set(accused.flatMap(({ element }) => element ?? []))];
}

/** Cut-outs of elements, each with a frame around it, of a copy of the page; one that is not on it, or not in sight, has none. */
export async function elementPictures(
  page: Page,
  address: string,
  elements: readonly string[],
): Promise<ElementPicture[]> {
  const pictures: ElementPicture[] = [];
  for (const element of elements.slice(0, mostPictures)) {
    const call = `globalThis.shakedownMark(${JSON.stringify(element)})`;
    const box = (await page.evaluate(pageScript('mark', call)).catch(() => null)) as Box | null;
    const thumbnail = box === null ? null : await cutOut(page, box);
    if (thumbnail !== null) pictures.push({ page: address, element, thumbnail });
  }
  await page.evaluate(pageScript('mark', 'globalThis.shakedownMark(null)')).catch(() => {});
  return pictures;
}

async function cutOut(page: Page, { x, y, width, height }: Box): Promise<string | null> {
  const clip = { x, y, width: Math.min(width, widestPx), height: Math.min(height, highestPx) };
  for (const quality of qualities) {
    const options = { clip, type: 'jpeg', quality, scale: 'css', animations: 'disabled', timeout: timeoutMs } as const;
    const bytes = await page.screenshot(options).catch(() => null);
    if (bytes === null) return null;
    const url = `data:image/jpeg;base64,${bytes.toString('base64')}`;
    if (url.length <= longestUrl) return url;
  }
  return null;
}

/** Findings with the pictures of their elements. */
export function withPictures(findings: readonly UatFinding[], pictures: readonly ElementPicture[]): UatFinding[] {
  const of = new Map(pictures.map(({ page, element, thumbnail }) => [`${page}\u0000${element}`, thumbnail]));
  return findings.map((finding) => {
    const thumbnail = accessibilityKinds.includes(finding.kind)
      ? of.get(`${finding.page}\u0000${finding.element}`)
      : undefined;
    return thumbnail === undefined ? finding : { ...finding, thumbnail };
  });
}
