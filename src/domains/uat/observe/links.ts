import { type APIRequestContext, type BrowserContext, request } from '@playwright/test';
import { isWithinReach } from '../../../environment/browser-reach.ts';
import type { UatFinding } from '../../../model/finding.ts';
import type { Claim } from './claims.ts';
import { mayAct } from './harmless.ts';
import { pagePath } from './path.ts';
import type { Checked } from './scan.ts';

/** Of one page; the rest is said. */
const mostLinks = 40;
const mostNamed = 6;
const mostRedirects = 5;
const atOnce = 6;
const timeoutMs = 8000;

export interface PageLink {
  href: string;
  text: string;
  /** Its markup says that it does something: `data-method`, `onclick`. */
  isScripted: boolean;
}

/** Who asks for links: nobody, without any session, so that nothing is done in the scenario's name. */
export const nobody = () => request.newContext({ storageState: { cookies: [], origins: [] } });

interface Following {
  /** Address of the page. */
  from: string;
  step: string;
  claim: Claim;
  allowHosts: readonly string[] | null;
  asNobody: APIRequestContext;
  /** The scenario's own: whether it is signed in, which is all that is asked of it. */
  context: BrowserContext;
}

/** Asks for the page's links within the site, one of each kind and each but once a run; null: none is new. */
export async function checkLinks(links: readonly PageLink[], following: Following): Promise<Checked | null> {
  const { from, step, claim, allowHosts, asNobody, context } = following;
  const startedAt = performance.now();
  const fresh: PageLink[] = [];
  const acting: string[] = [];
  let beyond = 0;
  for (const link of links) {
    const key = `link ${pagePath(new URL(link.href, from).href)}`;
    if (mayAct(link)) {
      if (claim(`${key} not followed`)) acting.push(link.href);
    } else if (fresh.length === mostLinks) beyond++;
    else if (claim(key)) fresh.push(link);
  }
  if (fresh.length === 0 && acting.length === 0 && beyond === 0) return null;
  const findings: UatFinding[] = [];
  const follow = async ({ href }: PageLink) => {
    const url = new URL(href, from).href;
    const status = await statusOf(asNobody, url, allowHosts);
    if (status !== null && status < 400) return;
    // Whoever is not signed in may not see it; that is no broken link.
    if (status === 401 || status === 403 || status === 429) return;
    const inSession = status === 404 || status === 410 ? await statusInSession(asNobody, context, url) : status;
    if (inSession !== null && inSession < 400) return;
    const isOpen = inSession === 405 || inSession === 501;
    const said = status === null ? 'gets no answer' : `is answered with ${status}`;
    findings.push({
      kind: isOpen ? 'review' : 'link',
      rule: 'broken-link',
      impact: 'serious',
      page: pagePath(from),
      element: `a[href="${href}"]`,
      snippet: null,
      what: `The link to ${pagePath(url)} ${said}${isOpen ? ', to someone who is not signed in' : ''}`,
      fix: null,
      help: null,
      criteria: [],
      step,
    });
  };
  const waiting = [...fresh];
  const line = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await follow(next);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
  const notLookedAt = [
    ...named(acting, 'may do something'),
    ...(beyond === 0 ? [] : [`${beyond} links past the ${mostLinks}th of ${pagePath(from)}`]),
  ];
  const tookMs = performance.now() - startedAt;
  const check = { check: 'links', page: pagePath(from), tookMs, count: fresh.length, notDone: null } as const;
  return { check: { ...check, ...(notLookedAt.length === 0 ? {} : { notLookedAt }) }, findings };
}

function named(links: readonly string[], why: string): string[] {
  const shown = links.slice(0, mostNamed).map((href) => `${href.slice(0, 120)}: ${why}`);
  return links.length > mostNamed ? [...shown, `${links.length - mostNamed} more: ${why}`] : shown;
}

/**
 * Status of the last answer, over redirects; one to a host that is not allowed is not followed. null: no answer. By HEAD; where that is
 * answered with an error, by GET as well, for not every server knows HEAD.
 */
async function statusOf(
  asNobody: APIRequestContext,
  url: string,
  allowHosts: readonly string[] | null,
): Promise<number | null> {
  const head = await statusBy('HEAD', asNobody, url, allowHosts);
  return head !== null && head < 400 ? head : statusBy('GET', asNobody, url, allowHosts);
}

/** What is not there for nobody may be there for the scenario's user. By HEAD alone, and with a copy of the cookies, which stay as they are. */
async function statusInSession(
  asNobody: APIRequestContext,
  context: BrowserContext,
  url: string,
): Promise<number | null> {
  const cookies = await context.cookies(url).catch(() => []);
  if (cookies.length === 0) return 404;
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  try {
    const options = { method: 'HEAD', timeout: timeoutMs, maxRedirects: 0, headers: { cookie } };
    const response = await asNobody.fetch(url, options);
    await response.dispose();
    return response.status();
  } catch {
    return null;
  }
}

async function statusBy(
  method: 'HEAD' | 'GET',
  asNobody: APIRequestContext,
  url: string,
  allowHosts: readonly string[] | null,
): Promise<number | null> {
  try {
    for (let at = url, left = mostRedirects; ; left--) {
      const response = await asNobody.fetch(at, { method, timeout: timeoutMs, maxRedirects: 0 });
      const status = response.status();
      const to = response.headers().location;
      await response.dispose();
      if (status < 300 || status > 399 || to === undefined || left === 0) return status;
      at = new URL(to, at).href;
      if (allowHosts !== null && !isWithinReach(at, allowHosts)) return status;
      // A redirect to where something is done is an answer, and is not followed.
      if (mayAct({ href: new URL(at).pathname, text: '', isScripted: false })) return status;
    }
  } catch {
    return null;
  }
}
