import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { VitalSample } from '../../model/uat.ts';
import { type VitalName, vitalNames } from '../../model/vital.ts';
import { bounded } from './bounded.ts';
import { pagePath } from './path.ts';

const binding = 'shakedownVital';
let script: string | undefined;

/** web-vitals (https://github.com/GoogleChrome/web-vitals) within a function of its own, run before any script of the page; no policy of the page keeps it out. */
function vitalsScript(): string {
  if (script !== undefined) return script;
  const main = createRequire(import.meta.url).resolve('web-vitals');
  const library = readFileSync(join(dirname(main), 'web-vitals.iife.js'), 'utf8').replace(
    /^\/\/# sourceMappingURL.*$/m,
    '',
  );
  script = `(() => {
if (window !== window.top || typeof globalThis.${binding} !== 'function') return;
${library}
const types = PerformanceObserver.supportedEntryTypes ?? [];
const needs = { LCP: 'largest-contentful-paint', INP: 'event', CLS: 'layout-shift', FCP: 'paint', TTFB: 'navigation' };
const load = Math.random().toString(36).slice(2);
const tell = (metric, value) => { try { globalThis.${binding}({ load, metric, value, url: location.href }); } catch {} };
for (const [metric, type] of Object.entries(needs)) {
  if (!types.includes(type)) { tell(metric, null); continue; }
  webVitals['on' + metric](({ name, value }) => tell(name, value), { reportAllChanges: true });
}
})();`;
  return script;
}

interface Told {
  load: string;
  metric: VitalName;
  /** null: the engine does not support it. */
  value: number | null;
  url: string;
}

/** Gathers the vitals of every page load; of each metric the last value of a load counts. */
export async function watchVitals(
  context: BrowserContext,
  page: Page,
): Promise<{ end(hasCrashed: boolean): Promise<{ samples: VitalSample[]; unsupported: VitalName[] }> }> {
  const loads = new Map<string, VitalSample>();
  const unsupported = new Set<VitalName>();
  await context.exposeBinding(binding, (_, { load, metric, value, url }: Told) => {
    if (!vitalNames.includes(metric)) return;
    if (value === null) unsupported.add(metric);
    else if (Number.isFinite(value))
      loads.set(`${load} ${metric}`, { metric, value: round(value), page: pagePath(url) });
  });
  await context.addInitScript(vitalsScript());
  return {
    async end(hasCrashed) {
      // What the last page has still to say.
      if (!page.isClosed() && !hasCrashed) {
        await bounded(page.evaluate('new Promise((done) => setTimeout(done, 50))'), 1000).catch(() => {});
      }
      return { samples: [...loads.values()], unsupported: [...unsupported] };
    },
  };
}

const round = (value: number) => Math.round(value * 10_000) / 10_000;
