import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { UatFinding } from '../../model/uat.ts';
import { type VitalName, type VitalSample, vitalNames } from '../../model/vital.ts';
import { bounded } from './bounded.ts';
import { pagePath } from './path.ts';

const binding = 'shakedownVital';
/** "Poor" at https://web.dev/articles/cls. */
const poorShift = 0.25;
let script: string | undefined;

/**
 * web-vitals (https://github.com/GoogleChrome/web-vitals) within a function of its own, run before any script of the page; no policy of the
 * page keeps it out. In its build that says of what element a figure is.
 */
function vitalsScript(): string {
  if (script !== undefined) return script;
  const main = createRequire(import.meta.url).resolve('web-vitals');
  const library = readFileSync(join(dirname(main), 'web-vitals.attribution.iife.js'), 'utf8').replace(
    /^\/\/# sourceMappingURL.*$/m,
    '',
  );
  script = `(() => {
if (window !== window.top || typeof globalThis.${binding} !== 'function') return;
${library}
const types = PerformanceObserver.supportedEntryTypes ?? [];
const needs = { LCP: 'largest-contentful-paint', INP: 'event', CLS: 'layout-shift', FCP: 'paint', TTFB: 'navigation' };
const load = Math.random().toString(36).slice(2);
const tell = (metric, value, of = {}) => {
  const element = of.largestShiftTarget ?? of.interactionTarget ?? of.target;
  try { globalThis.${binding}({ load, metric, value, element, url: location.href }); } catch {}
};
for (const [metric, type] of Object.entries(needs)) {
  if (!types.includes(type)) { tell(metric, null); continue; }
  webVitals['on' + metric](({ name, value, attribution }) => tell(name, value, attribution), { reportAllChanges: true });
}
})();`;
  return script;
}

interface Told {
  load: string;
  metric: VitalName;
  /** null: the engine does not support it. */
  value: number | null;
  /** A CSS selector. */
  element?: unknown;
  url: string;
}

interface Watch {
  /** Whether a page is the scenario's: what the checker opens for itself is nobody's experience. */
  isHeard(page: Page): boolean;
  step(): string;
  /** CLS of one page load beyond which its shift is told. */
  shiftBudget: number;
}

interface Watched {
  samples: VitalSample[];
  unsupported: VitalName[];
  /** Page loads whose content moved by more than is allowed. */
  shifts: UatFinding[];
}

/** Gathers the vitals of every page load of a scenario; of each metric the last value of a load counts. */
export async function watchVitals(
  context: BrowserContext,
  page: Page,
  { isHeard, step, shiftBudget }: Watch,
): Promise<{ end(hasCrashed: boolean): Promise<Watched> }> {
  const loads = new Map<string, VitalSample & { step: string }>();
  const unsupported = new Set<VitalName>();
  await context.exposeBinding(binding, (source, { load, metric, value, element, url }: Told) => {
    if (!vitalNames.includes(metric) || !isHeard(source.page)) return;
    if (value === null) unsupported.add(metric);
    else if (Number.isFinite(value)) {
      const of = typeof element === 'string' && element !== '' ? { element: element.slice(0, 200) } : {};
      loads.set(`${load} ${metric}`, { metric, value: round(value), page: pagePath(url), ...of, step: step() });
    }
  });
  await context.addInitScript(vitalsScript());
  return {
    async end(hasCrashed) {
      // What the last page has still to say.
      if (!page.isClosed() && !hasCrashed) {
        await bounded(page.evaluate('new Promise((done) => setTimeout(done, 50))'), 1000).catch(() => {});
      }
      const all = [...loads.values()];
      return {
        samples: all.map(({ step: _, ...sample }) => sample),
        unsupported: [...unsupported],
        shifts: all.filter(({ metric, value }) => metric === 'CLS' && value > shiftBudget).map(shiftFinding),
      };
    },
  };
}

function shiftFinding({ value, page, element, step }: VitalSample & { step: string }): UatFinding {
  return {
    kind: 'layout-shift',
    rule: 'layout-shift',
    impact: value > poorShift ? 'serious' : 'moderate',
    page,
    element: element ?? null,
    snippet: null,
    what: `What is shown moves by itself: a layout shift of ${value.toFixed(2)}`,
    fix: 'Give what comes later its room from the start: sizes for pictures and frames, a place kept for banners.',
    help: 'https://web.dev/articles/cls',
    criteria: [],
    step,
  };
}

const round = (value: number) => Math.round(value * 10_000) / 10_000;
