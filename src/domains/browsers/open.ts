import { setTimeout as sleep } from 'node:timers/promises';
import { chromiumProgram } from '../../environment/browser-programs.ts';
import { reachableHosts } from '../../environment/browser-reach.ts';
import { findK6 } from '../../environment/programs.ts';
import type { BrowserSetup } from '../../model/browser-visits.ts';
import type { UatCondition } from '../../model/uat.ts';
import { asSentence } from '../../report-kit/text.ts';
import type { Companion, OpenRun, RunEngine } from '../companion.ts';
import { type PageAddresses, recordedPages } from './pages.ts';
import { trustedKeys } from './trust.ts';
import { type BrowserVisits, startVisits } from './visits.ts';

const visitsPerBrowser = 25;
const pagesPerVisit = 6;
/** Where nothing of k6 ends the visits by itself. */
const spareMs = 6 * 3_600_000;
const crashesReported = 20;

interface Ready {
  setup: BrowserSetup;
  start: { k6: NonNullable<RunEngine['k6']>; chromium: string; pages: PageAddresses[]; keys: string[] } | null;
}

/**
 * Browser users beside the load, where the configuration wants them. Where there can be none, the run goes on without them and says so: what
 * they would have seen is then not measured, never zero.
 */
export const browserUsers: Companion = {
  async prepare({ config }) {
    if (config.browser.visitors === 0) return null;
    let visits: BrowserVisits | null = null;
    let measuredFromMs = 0;
    return {
      title: 'the browsers',
      async open(run) {
        visits = await visit(run, () => measuredFromMs);
      },
      begin(fromMs) {
        measuredFromMs = fromMs;
      },
      end: () => visits?.stop(),
    };
  },
};

/** Resolves when they have visited for a while without any load; null: they cannot. */
async function visit(run: OpenRun, measuredFromMs: () => number): Promise<BrowserVisits | null> {
  const { config, durationMs, signal, isResumed, target, journal, teardown, now, phase, warn } = run;
  const { visitors, timeoutMs, think } = config.browser;
  phase('looking for Chromium and pages to visit');
  const { setup, start } = await ready(run).catch((error: Error) => failed(visitors, error.message));
  journal.append('shakedown.browsers.started', setup);
  if (start === null) {
    warn(`No browser visits the target: ${setup.notRun}.`);
    return null;
  }
  const headers = headersOf(run);
  const condition = (fromMs: number, toMs: number): UatCondition | null => {
    if (toMs < 0 && !isResumed) return 'quiet';
    if (fromMs < measuredFromMs() || toMs > durationMs) return null;
    return run.disturbed(fromMs, toMs) === null ? 'load' : 'fault';
  };
  const atMs = () => Math.round(Math.max(now(), -1));
  let crashes = 0;
  const allowHosts = reachableHosts(config.target.allowHosts, target.baseUrl);
  let visits: BrowserVisits | null = null;
  teardown.before('end the browsers', () => visits?.stop());
  visits = startVisits({
    k6: start.k6,
    chromium: start.chromium,
    origin: target.baseUrl,
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
      if (++crashes <= crashesReported) journal.append('shakedown.browsers.crashed', { atMs: atMs(), why });
    },
    ended(why) {
      journal.append('shakedown.browsers.ended', { atMs: atMs(), why });
      warn(asSentence(`The visits by browsers ended before the load did: ${why}`));
    },
  });
  if (setup.quietMs > 0) {
    phase(`${visitors === 1 ? 'a browser user visits' : `${visitors} browser users visit`} pages, no load yet`);
    await sleep(setup.quietMs, undefined, { signal }).catch(() => {});
  }
  return visits;
}

async function ready(run: OpenRun): Promise<Ready> {
  const { config, durationMs, signal, isResumed } = run;
  const { visitors, pages: given } = config.browser;
  const chromium = await chromiumProgram();
  if (typeof chromium === 'string') return failed(visitors, `no Chromium (${chromium})`);
  // The one that replays; where that is elsewhere or none, one of this machine.
  const k6 = run.engine.k6 ?? (await findK6({ k6Path: config.engine.k6Path, signal }));
  if (k6 === null) return failed(visitors, 'there is no k6 that drives browsers; `shakedown doctor` says more');
  if (config.target.tls.certFile !== null) return failed(visitors, 'k6/browser takes no client certificate');
  const { baseUrl } = run.target;
  const pages =
    given === null
      ? await recordedPages(config, run.manifest, baseUrl, headersOf(run), signal)
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

/** What the configuration adds to every request, and the token of this moment. */
function headersOf({ config, overlay }: OpenRun): Record<string, string> {
  return { ...Object.fromEntries(config.target.headers), ...overlay() };
}
