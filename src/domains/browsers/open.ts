import { setTimeout as sleep } from 'node:timers/promises';
import { findK6 } from '../../environment/programs.ts';
import type { Journal } from '../../evidence/journal.ts';
import type { Teardown } from '../../evidence/teardown.ts';
import type { BrowserSetup } from '../../model/browser-visits.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import type { UatCondition } from '../../model/uat.ts';
import type { SimulateOptions } from '../../run/progress.ts';
import type { Prepared } from '../../run/simulate/prepare.ts';
import type { K6Command } from '../load/k6/process.ts';
import { chromiumProgram } from '../uat/browsers.ts';
import { type PageAddresses, recordedPages } from './pages.ts';
import { trustedKeys } from './trust.ts';
import { type BrowserVisits, startVisits } from './visits.ts';

const visitsPerBrowser = 25;
const pagesPerVisit = 6;
/** Where nothing of k6 ends the visits by itself. */
const spareMs = 6 * 3_600_000;
const crashesTold = 20;

export interface BrowsersInput {
  options: Pick<SimulateOptions, 'config' | 'durationMs' | 'signal' | 'onEvent'>;
  prepared: Prepared;
  journal: Journal;
  teardown: Teardown;
  /** The run's clock, ms. */
  now(): number;
  /** The fault that was on over a stretch of the run; null: none. */
  aside(fromMs: number, toMs: number): string | null;
  /** The load of an earlier process goes on: there is no quiet time before it. */
  isResumed: boolean;
}

/** Visitors in browsers beside a load. */
export interface Browsers {
  /** Resolves when they have visited for a while without any load. */
  quiet(): Promise<void>;
  /** From here on the load is measured. */
  measured(fromMs: number): void;
  stop(): Promise<void>;
}

interface Ready {
  setup: BrowserSetup;
  start: { k6: K6Command; chromium: string; pages: PageAddresses[]; keys: string[] } | null;
}

/**
 * Starts visitors in browsers where the configuration wants them; null: it wants none. Where they cannot be, the run goes on without them and says
 * so: what they would have seen is then not measured, never zero.
 */
export async function openBrowsers(input: BrowsersInput): Promise<Browsers | null> {
  const { options, prepared, journal, teardown, now } = input;
  const { config, durationMs, signal, onEvent } = options;
  const { visitors, timeoutMs, think } = config.browser;
  if (visitors === 0) return null;
  const warn = (message: string) => {
    journal.append('shakedown.warning', { message });
    onEvent({ kind: 'warning', text: message });
  };
  onEvent({ kind: 'phase', text: 'looking for Chromium and pages to visit' });
  const { setup, start } = await ready(input).catch((error: Error) => failed(visitors, error.message));
  journal.append('shakedown.browsers.started', setup);
  if (start === null) {
    warn(`No browser visits the target: ${setup.notRun}.`);
    return null;
  }
  const headers = headersOf(prepared);
  let measuredFromMs = 0;
  const condition = (fromMs: number, toMs: number): UatCondition | null => {
    if (toMs < 0 && !input.isResumed) return 'quiet';
    if (fromMs < measuredFromMs || toMs > durationMs) return null;
    return input.aside(fromMs, toMs) === null ? 'load' : 'fault';
  };
  const atMs = () => Math.round(Math.max(now(), -1));
  let crashes = 0;
  const { target } = prepared;
  const allowHosts = [...new Set([...config.target.allowHosts, new URL(target.baseUrl).host])];
  let visits: BrowserVisits | null = null;
  teardown.before('end the browsers', () => visits?.stop());
  visits = startVisits({
    k6: start.k6,
    chromium: start.chromium,
    reach: { allowHosts, trustedKeys: start.keys, http2: config.target.http2 },
    script: {
      vus: visitors,
      longestMs: setup.quietMs + durationMs + spareMs,
      seed: config.load.seed,
      pages: start.pages.map(({ urls }) => ({ urls })),
      visitsPerBrowser,
      pagesPerVisit,
      think,
      pause: { fromMs: 100, toMs: 500 },
      timeoutMs,
      settleMs: 300,
      allowHosts,
      context: Object.keys(headers).length === 0 ? {} : { extraHTTPHeaders: headers },
    },
    now,
    condition,
    measured: (measured) => journal.append('shakedown.browsers.measured', measured),
    crashed(why) {
      if (++crashes <= crashesTold) journal.append('shakedown.browsers.crashed', { atMs: atMs(), why });
    },
    ended(why) {
      journal.append('shakedown.browsers.ended', { atMs: atMs(), why });
      warn(`The visits by browsers ended before the load did: ${why}.`);
    },
  });
  return {
    async quiet() {
      if (setup.quietMs === 0) return;
      onEvent({
        kind: 'phase',
        text: `${visitors === 1 ? 'a visitor looks' : `${visitors} visitors look`} around in browsers, no load yet`,
      });
      await sleep(setup.quietMs, undefined, { signal }).catch(() => {});
    },
    measured(fromMs) {
      measuredFromMs = fromMs;
    },
    stop: async () => visits?.stop(),
  };
}

async function ready({ options, prepared, isResumed }: BrowsersInput): Promise<Ready> {
  const { config, durationMs, signal } = options;
  const { visitors, pages: given } = config.browser;
  const chromium = await chromiumProgram();
  if (typeof chromium === 'string') return failed(visitors, `no Chromium (${chromium})`);
  const k6 = await k6Of(config, prepared, signal);
  if (k6 === null) return failed(visitors, 'there is no k6 that drives browsers; `shakedown doctor` says more');
  if (config.target.tls.certFile !== null) return failed(visitors, 'k6/browser takes no client certificate');
  const { baseUrl } = prepared.target;
  const pages =
    given === null
      ? await recordedPages(config, prepared.manifest, baseUrl, headersOf(prepared), signal)
      : given.map((path) => ({ name: path, paths: [path], urls: [`${baseUrl}${path}`] }));
  if (pages.length === 0) {
    return failed(
      visitors,
      'the recording names no page that a GET without a session opens; name some in browser.pages',
    );
  }
  const setup: BrowserSetup = {
    visitors,
    browser: chromium.label,
    k6: k6.version,
    notRun: null,
    pages: pages.map(({ name, paths }) => ({ name, paths })),
    derived: given === null,
    quietMs: isResumed ? 0 : (config.browser.quietMs ?? Math.min(60_000, Math.max(15_000, durationMs / 10))),
  };
  const origins = pages.flatMap(({ urls }) => urls.map((url) => new URL(url).origin));
  const keys = await trustedKeys([...new Set(origins)], config.target.tls.caFile);
  return { setup, start: { k6, chromium: chromium.path, pages, keys } };
}

function failed(visitors: number, notRun: string): Ready {
  const nothing = { browser: null, k6: null, pages: [], derived: false, quietMs: 0 };
  return { setup: { visitors, notRun, ...nothing }, start: null };
}

/** The one that replays; where that is elsewhere or none, one of this machine. */
async function k6Of(config: ResolvedConfig, { engine }: Prepared, signal: AbortSignal): Promise<K6Command | null> {
  if (engine.run.name === 'k6' && engine.run.places === undefined) return engine.run.k6;
  return findK6({ k6Path: config.engine.k6Path, signal });
}

/** What the configuration adds to every request, and the token of this moment. */
function headersOf({ config, overlay }: Prepared): Record<string, string> {
  return { ...Object.fromEntries(config.target.headers), ...overlay() };
}
