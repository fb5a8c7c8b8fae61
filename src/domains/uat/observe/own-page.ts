import type { Page } from '@playwright/test';
import { bounded } from './bounded.ts';

const timeoutMs = 5000;

/** Closes a page that the checker opened for itself; where a scenario is recorded as video, this page was too, and nobody needs that video. */
export async function closeOwnPage(page: Page): Promise<void> {
  const film = page.video();
  await page.close().catch(() => {});
  if (film !== null) await bounded(film.delete(), timeoutMs).catch(() => {});
}
