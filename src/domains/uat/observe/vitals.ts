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
const send = (metric, value, of = {}) => {
  const one = { metric, value, element: of.largestShiftTarget ?? of.interactionTarget ?? of.target, url: location.href };
  all.set(metric, one);
  try { globalThis.${binding}({ load, measured: [one] }); } catch {}
};
let until = Infinity;
globalThis.${hold} = () => { until = performance.now(); };
globalThis.${known} = () => ({ load, measured: [...all.values()] });
// An answer to a click that leaves the page is in no entry when the page goes: the time its handlers took is measured here as well.
const answers = new Map();
const heard = new Map();
if (types.includes('event')) {
  try {
    new PerformanceObserver((list) => { for (const { startTime, duration } of list.getEntries()) heard.set(startTime, Math.max(duration, heard.get(startTime) ?? 0)); })
      .observe({ type: 'event', durationThreshold: 16, buffered: true });
  } catch {}
  const handled = (answer) => {
    answer.end = performance.now();
    if (answer.end - answer.start >= 40) flush();
  };
  for (const type of ['pointerdown', 'pointerup', 'click', 'keydown', 'keyup']) {
    addEventListener(type, (event) => {
      if (!event.isTrusted || answers.size > 500) return;
      // A click has the time of the pointer that made it.
      const answer = answers.get(event.timeStamp) ?? { start: event.timeStamp, end: null, target: event.target };
      answer.end = null;
      answers.set(event.timeStamp, answer);
      setTimeout(() => { if (answer.end === null) handled(answer); });
    }, { capture: true, passive: true });
    // As soon as the page has handled it, in the same task: what a page says as it goes does not arrive, and a page that was asked to go may do so
    // before any timer.
    addEventListener(type, (event) => {
      const answer = answers.get(event.timeStamp);
      if (event.isTrusted && answer !== undefined) handled(answer);
    }, { passive: true });
  }
}
const nameOf = (element) => element?.id ? '#' + element.id : element?.localName;
const flush = () => {
  const worst = { ms: all.get('INP')?.value ?? 0, target: null };
  for (const { start, end, target } of answers.values()) {
    const ms = heard.get(start) ?? (end ?? performance.now()) - start;
    if (start > until || ms < 40 || ms <= worst.ms) continue;
    Object.assign(worst, { ms, target });
  }
  if (worst.target !== null) send('INP', Math.round(worst.ms / 8) * 8, { interactionTarget: nameOf(worst.target) });
};
addEventListener('pagehide', flush, { capture: true });
document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') flush(); }, { capture: true });
for (const [metric, type] of Object.entries(needs)) {
  if (!types.includes(type)) { send(metric, null); continue; }
  webVitals['on' + metric](({ name, value, attribution, entries }) => {
    if ((entries.at(-1)?.startTime ?? 0) <= until) send(name, value, attribution);
  }, { reportAllChanges: true });
}
})();`;
  return script;
}

interface Measured {
  load: string;
  measured: {
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
  /** Takes what a page was heard to know meanwhile. */
  take(known: unknown): void;
  measured(): Watched;
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
  const take = ({ load, measured }: Measured) => {
    for (const { metric, value, element, url } of measured) {
      if (!vitalNames.includes(metric)) continue;
      if (value === null) unsupported.add(metric);
      if (value === null || !Number.isFinite(value)) continue;
      const key = `${load} ${metric}`;
      // What leaving the page made known is not undone by what comes after it.
      if (metric === 'INP' && (loads.get(key)?.value ?? 0) > value) continue;
      // One that was reported before belongs to the step in which it was reported.
      if (loads.get(key)?.value === round(value)) continue;
      const of = typeof element === 'string' && element !== '' ? { element: element.slice(0, 200) } : {};
      loads.set(key, { metric, value: round(value), page: pagePath(url), ...of, step: step() });
    }
  };
  await context.exposeBinding(binding, (source, measured: Measured) => {
    if (isScenarios(source.page)) take(measured);
  });
  await context.addInitScript(vitalsScript());
  const ask = (expression: string) => bounded(page.evaluate(expression), answerTimeoutMs).catch(() => null);
  return {
    async hold() {
      await ask(`globalThis.${hold}?.()`);
    },
    async settle(wasDrawn) {
      // Asked for, for what it calls us with may come after the answer.
      const last = (await ask(wasDrawn ? onceIdle : aMoment)) as Measured | null | undefined;
      if (last?.measured !== undefined) take(last);
    },
    take(known) {
      if (known !== null && typeof known === 'object' && 'measured' in known) take(known as Measured);
    },
    measured() {
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
