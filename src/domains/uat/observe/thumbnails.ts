import { readFileSync } from 'node:fs';
import type { BrowserContext } from '@playwright/test';
import { bounded } from './bounded.ts';
import { closeOwnPage } from './own-page.ts';

const widestPx = 200;
const highestPx = 260;
const longestUrl = 14_000;
const timeoutMs = 8000;

/** Small JPEGs of pictures as data URLs, drawn by the browser that is there anyway; null where one is missing, cannot be drawn or is too long. */
export async function thumbnails(
  context: BrowserContext | null,
  paths: readonly (string | null)[],
): Promise<(string | null)[]> {
  const none = paths.map(() => null);
  const page = (await context?.newPage().catch(() => null)) ?? null;
  if (page === null) return none;
  try {
    const drawn = paths.map((path) =>
      path === null
        ? null
        : bounded(
            page.evaluate(
              `(${draw})(${JSON.stringify(`data:image/png;base64,${readFileSync(path, 'base64')}`)}, ${widestPx}, ${highestPx})`,
            ) as Promise<string>,
            timeoutMs,
          ).catch(() => null),
    );
    return (await Promise.all(drawn)).map((url) => (url === null || url.length > longestUrl ? null : url));
  } finally {
    await closeOwnPage(page);
  }
}

/** Runs in an empty page. Only the top of a long picture: that is what it is recognized by. */
const draw = `async (url, widest, highest) => {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  const scale = Math.min(1, widest / image.width);
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.min(highest, Math.round(image.height * scale));
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, Math.round(image.height * scale));
  return canvas.toDataURL('image/jpeg', 0.6);
}`;
