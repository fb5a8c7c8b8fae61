import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import { keyboardHooks } from './focus.ts';
import { closeOwnPage } from './own-page.ts';
import type { Copy } from './recorded.ts';

/** Of Playwright's client: who is told of a new context. Not of its public interface. */
interface Instrumented {
  _instrumentation?: { runBeforeCreateBrowserContext?(options: object): Promise<void> };
}

/** Of Playwright's client: which contexts are open. Not of its public interface. */
interface Listing {
  _contexts?: Set<BrowserContext>;
}

const nothing = async () => {};

/**
 * Options of the scenario that is running (`ignoreHTTPSErrors`, `httpCredentials`, `locale`) for a context of the checker's own, which has neither
 * its cookies nor its video.
 */
export async function ownOptions(browser: Browser): Promise<BrowserContextOptions> {
  const { _instrumentation: real } = browser as unknown as Instrumented;
  const options: BrowserContextOptions = {
    viewport: { width: 1280, height: 800 },
    hasTouch: false,
    storageState: { cookies: [], origins: [] },
    serviceWorkers: 'block',
    permissions: [],
    acceptDownloads: false,
  };
  await real?.runBeforeCreateBrowserContext?.(options);
  const { recordVideo: _, ...rest } = options;
  return rest;
}

/** A context of the checker's own, of which the runner hears nothing: no trace is begun in it. Nothing that happens in it is done in the scenario's session. */
export async function ownContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const { _instrumentation: real } = browser as unknown as Instrumented;
  // What is told of a context to the runner is a trace begun, and pictures at its end.
  const silent = Object.fromEntries(
    [
      'onApiCallBegin',
      'onApiCallEnd',
      'runAfterCreateBrowserContext',
      'runAfterCreateRequestContext',
      'runBeforeCloseBrowserContext',
      'runBeforeCloseRequestContext',
      'runBeforeCreateBrowserContext',
      'runBeforeCreateRequestContext',
      'onWillPause',
      'onPage',
    ].map((name) => [name, nothing]),
  );
  const asked = real === undefined ? browser : Object.create(browser, { _instrumentation: { value: silent } });
  const context = (await asked.newContext(options)) as BrowserContext;
  if (real !== undefined) (context as unknown as { _instrumentation: object })._instrumentation = silent;
  // The runner begins a trace in each context that is open when a test begins.
  (browser.browserType() as unknown as Listing)._contexts?.delete(context);
  return context;
}

/** Opens a copy of a page in a context of its own and closes it again; what it asks for is answered as the scenario's page was answered. */
export async function onCopy<T>(context: BrowserContext, copy: Copy, body: (page: Page) => Promise<T>): Promise<T> {
  const page = await context.newPage();
  try {
    await page.addInitScript(keyboardHooks());
    await copy.prepare(page);
    return await body(page);
  } finally {
    await closeOwnPage(page);
  }
}
