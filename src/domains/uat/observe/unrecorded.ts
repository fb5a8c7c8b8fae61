import type { BrowserContext, Page } from '@playwright/test';

/** Playwright's own calls of this kind; not of its public interface, so it is asked for and not taken for granted. */
interface Recorded {
  _wrapApiCall?<T>(body: () => Promise<T>, options: { internal: true; title: string }): Promise<T>;
}

/**
 * Runs something of the checker's own that the scenario's steps and its trace must not show: a trace is of what the scenario did, and recording
 * takes two copies of the page for each call. Where Playwright has no such way, it is recorded like the rest.
 */
export function unrecorded<T>(of: BrowserContext | Page, body: () => Promise<T>): Promise<T> {
  const own = of as unknown as Recorded;
  return own._wrapApiCall === undefined ? body() : own._wrapApiCall(body, { internal: true, title: '' });
}
