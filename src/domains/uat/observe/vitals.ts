import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import type { UatFinding } from '../../../model/finding.ts';
import { type VitalName, type VitalSample, vitalNames } from '../../../model/vital.ts';
import { bounded } from './bounded.ts';
import { pagePath } from './path.ts';

const binding = 'shakedownVital';
const hold = 'shakedownVitalsHold';
const known = 'shakedownVitalsKnown';
const answerTimeoutMs = 1000;
/** What happened is known when the page has nothing else to do. */
const onceIdle = `new Promise((done) => {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(done, { timeout: 50 });
  else setTimeout(done, 50);
}).then(() => globalThis.${known}?.())`;
const aMoment = `new Promise((done) => setTimeout(done, 50)).then(() => globalThis.${known}?.())`;
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
const all = new Map();
const tell = (metric, value, of = {}) => {
  const one = { metric, value, element: of.largestShiftTarget ?? of.interactionTarget ?? of.target, url: location.href };
  all.set(metric, one);
  try { globalThis.${binding}({ load, told: [one] }); } catch {}
};
let until = Infinity;
globalThis.${hold} = () => { until = performance.now(); };
globalThis.${known} = () => ({ load, told: [...all.values()] });
for (const [metric, type] of Object.entries(needs)) {
  if (!types.includes(type)) { tell(metric, null); continue; }
  webVitals['on' + metric](({ name, value, attribution, entries }) => {
    if ((entries.at(-1)?.startTime ?? 0) <= until) tell(name, value, attribution);
  }, { reportAllChanges: true });
}
})();`;
  return script;
}

interface Told {
  load: string;
  told: {
    metric: VitalName;
    /** null: the engine does not support it. */
    value: number | null;
    /** A CSS selector. */
    element?: unknown;
    url: string;
  }[];
}

interface Watch {
  /** Whether a page is the scenario's: what the checker opens for itself is nobody's experience. */
  isScenarios(page: Page): boolean;
  step(): string;
  /** CLS of one page load beyond which its shift is reported. */
  shiftBudget: number;
}

interface Watched {
  samples: VitalSample[];
  unsupported: VitalName[];
  /** Page loads whose content moved by more than is allowed. */
  shifts: UatFinding[];
}

interface VitalsWatch {
  /** What happens from now on is the checker's doing, and does not count. */
  hold(): Promise<void>;
  /**
   * Waits for what the page has still to say.
   * @param wasDrawn a picture was taken since: what happened before it is known to the page
   */
  settle(wasDrawn: boolean): Promise<void>;
  told(): Watched;
}

/**
 * Gathers the vitals of every page load of a scenario; of each metric the last value of a load counts. Each is reported at once: what a page would keep
 * to report together is lost when the page is left.
 */
export async function watchVitals(
  context: BrowserContext,
  page: Page,
  { isScenarios, step, shiftBudget }: Watch,
): Promise<VitalsWatch> {
  const loads = new Map<string, VitalSample & { step: string }>();
  const unsupported = new Set<VitalName>();
  const take = ({ load, told }: Told) => {
    for (const { metric, value, element, url } of told) {
      if (!vitalNames.includes(metric)) continue;
      if (value === null) unsupported.add(metric);
      if (value === null || !Number.isFinite(value)) continue;
      const key = `${load} ${metric}`;
      // One that was reported before belongs to the step in which it was reported.
      if (loads.get(key)?.value === round(value)) continue;
      const of = typeof element === 'string' && element !== '' ? { element: element.slice(0, 200) } : {};
      loads.set(key, { metric, value: round(value), page: pagePath(url), ...of, step: step() });
    }
  };
  await context.exposeBinding(binding, (source, told: Told) => {
    if (isScenarios(source.page)) take(told);
  });
  await context.addInitScript(vitalsScript());
  const ask = (expression: string) => bounded(page.evaluate(expression), answerTimeoutMs).catch(() => null);
  return {
    async hold() {
      await ask(`globalThis.${hold}?.()`);
    },
    async settle(wasDrawn) {
      // Asked for, for what it calls us with may come after the answer.
      const last = (await ask(wasDrawn ? onceIdle : aMoment)) as Told | null | undefined;
      if (last?.told !== undefined) take(last);
    },
    told() {
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
    what: `Content moves by itself: a layout shift of ${value.toFixed(2)}`,
    fix: 'Reserve room for what loads later: sizes for images and frames, a place for banners.',
    help: 'https://web.dev/articles/cls',
    criteria: [],
    step,
  };
}

const round = (value: number) => Math.round(value * 10_000) / 10_000;
