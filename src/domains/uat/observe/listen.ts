import type { BrowserContext, ConsoleMessage, Page, Request, Response } from '@playwright/test';
import { isWithinReach } from '../../../environment/browser-reach.ts';
import type { UatFinding } from '../../../model/finding.ts';
import { pagePath, realAddress } from './path.ts';

/** What of a scenario is meant to go wrong. */
export interface Tolerance {
  /** Statuses of answers, such as 402. */
  status?: number;
  /** Requests that get no answer: offline. */
  noAnswer?: boolean;
  /** Console messages. */
  console?: RegExp;
}

export interface Ears {
  stepBegan(): void;
  stepEnded(step: string): void;
  tolerate(tolerance: Tolerance): void;
  /**
   * Runs something of the checker's own, whose pages are not the scenario's.
   * @param pictured of which a picture is taken: the style that Playwright sets for it, a strict policy refuses, and Firefox says so as if it
   *   were the page's
   */
  unheard<T>(body: () => Promise<T>, pictured?: Page): Promise<T>;
  /** Not one that the checker opened for itself. */
  isScenarios(page: Page): boolean;
  stop(): void;
}

interface Hearing {
  /** Hosts that a page may ask; null: any. */
  allowHosts: readonly string[] | null;
  stepBudgetMs: number;
  step(): string;
  report(finding: UatFinding): void;
}

/** A page that was left or closed takes its requests with it. */
const abandoned = /ERR_ABORTED|NS_BINDING_ABORTED|NS_ERROR_ABORT|frame was detached|cancelled|aborted/i;
/** How Firefox reports what a content security policy forbade: as an error of the page. */
const refusal = /^The page’s settings (blocked|prevented)/;
/** Of a page or a frame that allows no scripts; the first of those that come into it is ours. */
const sandboxed = /^Blocked script execution in .* because the document's frame is sandboxed/;
/** Reported as failed requests already. */
const aboutRequests = /^Failed to load resource/;

const hostOf = (address: string) => (URL.canParse(address) ? new URL(address).host : '');
/** Findings are put together by the kind of address; one of them is shown as it was. */
const asked = (request: Request) => ({ snippet: `${request.method()} ${realAddress(request.url())}` });

const addresses = /\b(?:https?|wss?):\/\/[^\s'"“”()<>]+/g;

/** Listens to console messages, errors and requests of all pages of a scenario, and to how long a step waits for documents. */
export function listen(
  context: BrowserContext,
  first: Page,
  { allowHosts, stepBudgetMs, step, report }: Hearing,
): Ears {
  const tolerated: Tolerance[] = [];
  const begun = new Map<Request, number>();
  const deaf = new WeakSet<Page>();
  const pictures = new Set<Page>();
  let unheardDepth = 0;
  let waitedMs = 0;
  let slowestMs = 0;
  let slowestPage = '';
  let isOn = true;
  const isTolerated = (is: (tolerance: Tolerance) => boolean) => tolerated.some(is);
  const finding = (of: Pick<UatFinding, 'kind' | 'rule' | 'what' | 'page'>): UatFinding => ({
    impact: 'serious',
    element: null,
    snippet: null,
    fix: null,
    help: null,
    criteria: [],
    step: step(),
    ...of,
  });
  const pageOf = (request: Request): Page | null => {
    try {
      return request.frame().page();
    } catch {
      return null;
    }
  };
  /** With its host, where that is not the page's own. */
  const nameOf = (request: Request) => {
    const url = request.url();
    const from = pageOf(request)?.url() ?? '';
    const isOwn = request.isNavigationRequest() || hostOf(from) === hostOf(url);
    return `${request.method()} ${isOwn ? '' : hostOf(url)}${pagePath(url)}`;
  };
  const isHeard = (page: Page | null) =>
    isOn && (page === null ? unheardDepth === 0 : !deaf.has(page) && !pictures.has(page));

  const isAllowed = (address: string) => allowHosts === null || isWithinReach(address, allowHosts);
  const outsideIn = (text: string) => (text.match(addresses) ?? []).find((address) => !isAllowed(address));
  const heldBack = (page: Page | null, address: string, by: string) => {
    if (!isHeard(page)) return;
    const { host } = new URL(address);
    const what = `A request for ${host} (${by}) was held back: target.allowHosts does not name it`;
    report({ ...finding({ kind: 'held-back', rule: host, what, page: pagePath(page?.url() ?? '') }), impact: null });
  };

  const onConsole = (message: ConsoleMessage) => {
    if (message.type() !== 'error' || !isHeard(message.page())) return;
    const text = message.text().slice(0, 300);
    if (aboutRequests.test(text) || sandboxed.test(text)) return;
    // A socket that was held back fails with a message alone, and a page may report what it was refused.
    const outside = outsideIn(text);
    if (outside !== undefined) return heldBack(message.page(), outside, 'console');
    if (isTolerated((each) => each.console?.test(text) === true)) return;
    report(
      finding({ kind: 'console', rule: 'console-error', what: text, page: pagePath(message.page()?.url() ?? '') }),
    );
  };
  const onRequest = (request: Request) => {
    if (request.isNavigationRequest()) begun.set(request, performance.now());
  };
  const waited = (request: Request) => {
    const at = begun.get(request);
    begun.delete(request);
    if (at === undefined || !isHeard(pageOf(request))) return;
    const tookMs = performance.now() - at;
    waitedMs += tookMs;
    if (tookMs < slowestMs) return;
    slowestMs = tookMs;
    slowestPage = pagePath(request.url());
  };
  const onResponse = (response: Response) => {
    const request = response.request();
    waited(request);
    const status = response.status();
    if (status < 400 || !isHeard(pageOf(request)) || isTolerated((each) => each.status === status)) return;
    const what = `${nameOf(request)} was answered with ${status}`;
    report({
      ...finding({ kind: 'request', rule: `status-${status}`, what, page: pagePath(request.url()) }),
      ...asked(request),
    });
  };
  const onFailed = (request: Request) => {
    waited(request);
    if (!isAllowed(request.url())) return heldBack(pageOf(request), request.url(), request.resourceType());
    const why = request.failure()?.errorText ?? 'unknown';
    if (abandoned.test(why) || !isHeard(pageOf(request)) || isTolerated((each) => each.noAnswer === true)) return;
    const what = `${nameOf(request)} got no answer: ${why.slice(0, 120)}`;
    report({
      ...finding({ kind: 'request', rule: 'no-answer', what, page: pagePath(request.url()) }),
      ...asked(request),
    });
  };
  const onPage = (page: Page) => {
    if (unheardDepth > 0) deaf.add(page);
    page.on('pageerror', (error) => {
      if (!isHeard(page) || isTolerated((each) => each.console?.test(error.message) === true)) return;
      const text = error.message.slice(0, 300);
      const outside = outsideIn(text);
      if (outside !== undefined) return heldBack(page, outside, 'console');
      const isRefusal = refusal.test(text);
      // The icon that Firefox asks every site for.
      if (isRefusal && text.includes('/favicon.ico ')) return;
      const [rule, what] = isRefusal ? ['refused-by-policy', text] : ['uncaught-error', `Uncaught: ${text}`];
      report(finding({ kind: 'console', rule, what, page: pagePath(page.url()) }));
    });
  };
  onPage(first);
  context.on('page', onPage);
  context.on('console', onConsole);
  context.on('request', onRequest);
  context.on('response', onResponse);
  context.on('requestfailed', onFailed);

  return {
    isScenarios: (page) => !deaf.has(page),
    stepBegan() {
      waitedMs = 0;
      slowestMs = 0;
    },
    stepEnded(name) {
      if (waitedMs > stepBudgetMs) {
        const what = `“${name}” waited ${(waitedMs / 1000).toFixed(1)} s for the target’s pages, more than the ${stepBudgetMs / 1000} s allowed`;
        report({ ...finding({ kind: 'slow-step', rule: 'slow-step', what, page: slowestPage }), step: name });
      }
      waitedMs = 0;
      slowestMs = 0;
    },
    tolerate: (tolerance) => void tolerated.push(tolerance),
    async unheard(body, pictured) {
      unheardDepth++;
      if (pictured !== undefined) pictures.add(pictured);
      try {
        return await body();
      } finally {
        unheardDepth--;
        if (pictured !== undefined) pictures.delete(pictured);
      }
    },
    stop() {
      isOn = false;
    },
  };
}
