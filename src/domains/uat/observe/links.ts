import type { Page } from '@playwright/test';
import { isWithinReach } from '../../../environment/browser-reach.ts';
import type { UatFinding } from '../../../model/finding.ts';
import type { Claim } from './claims.ts';
import { pagePath } from './path.ts';
import type { Checked } from './scan.ts';

const mostLinks = 12;
const mostRedirects = 5;
const timeoutMs = 10_000;
const leaving = /log-?out|sign-?out|delete|remove/i;

/** Follows the page's links within the site with the scenario's own session, one of each kind and each but once a run; null: none is new. */
export async function checkLinks(
  page: Page,
  links: readonly string[],
  step: string,
  claim: Claim,
  allowHosts: readonly string[] | null,
): Promise<Checked | null> {
  const startedAt = performance.now();
  const from = page.url();
  const fresh: string[] = [];
  for (const link of links) {
    // What there is no room for is left to the next page that has it.
    if (fresh.length === mostLinks) break;
    if (!leaving.test(link) && claim(`link ${pagePath(new URL(link, from).href)}`)) fresh.push(link);
  }
  if (fresh.length === 0) return null;
  const findings: UatFinding[] = [];
  // At a time: a page's links are its user's next requests, and as many come together from one.
  const follow = async (link: string) => {
    const url = new URL(link, from).href;
    const status = await statusOf(page, url, allowHosts);
    if (status !== null && status < 400) return;
    findings.push({
      kind: 'link',
      rule: 'broken-link',
      impact: 'serious',
      page: pagePath(from),
      element: `a[href="${link}"]`,
      snippet: null,
      what: `The link to ${pagePath(url)} ${status === null ? 'gets no answer' : `is answered with ${status}`}`,
      fix: null,
      help: null,
      criteria: [],
      step,
    });
  };
  await Promise.all(fresh.map(follow));
  const tookMs = performance.now() - startedAt;
  return { check: { check: 'links', page: pagePath(from), tookMs, count: fresh.length, notDone: null }, findings };
}

/** Status of the last answer, over redirects; one to a host that is not allowed is not followed. null: no answer. */
async function statusOf(page: Page, url: string, allowHosts: readonly string[] | null): Promise<number | null> {
  try {
    for (let at = url, left = mostRedirects; ; left--) {
      const response = await page.request.get(at, { timeout: timeoutMs, maxRedirects: 0 });
      const to = response.headers().location;
      if (response.status() < 300 || response.status() > 399 || to === undefined || left === 0)
        return response.status();
      at = new URL(to, at).href;
      if (allowHosts !== null && !isWithinReach(at, allowHosts)) return response.status();
    }
  } catch {
    return null;
  }
}
