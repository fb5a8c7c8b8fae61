import { vitalVerdict } from '../../../gate/vital.ts';
import type { BrowserSetup, BrowserVisitsResult, PageVital, VisitCounts } from '../../../model/browser-visits.ts';
import { type ConditionVital, type UatCondition, uatConditions } from '../../../model/uat.ts';
import { goodVitals, type VitalName, vitalNames } from '../../../model/vital.ts';
import { type BrowserFold, failedViews } from '../fold.ts';
import type { BrowsersSection } from '../section.ts';

const confidence = 0.95;

type Budgets = Partial<Record<VitalName, number>>;

/**
 * What browser users saw; null: none were asked for. Vitals are of the pages that loaded; how many did not stands beside them.
 * @param budgets that vitals are shown against @param judged whether they are objectives of the run
 */
export function browsersOf(fold: BrowserFold, budgets: Budgets, judged: boolean): BrowsersSection | null {
  const { setup } = fold;
  if (setup === null) return null;
  return { visits: visitsOf(fold, setup, budgets, judged), vitals: vitalsOf(fold, budgets) };
}

function visitsOf(fold: BrowserFold, setup: BrowserSetup, budgets: Budgets, judged: boolean): BrowserVisitsResult {
  const { crashes, cpu } = fold;
  const conditions = seen(fold);
  const pages = setup.pages.map(({ name }, index) => ({ name, index }));
  const rounded = (value: number) => Number(value.toPrecision(3));
  return {
    ...setup,
    judged,
    counts: conditions.flatMap((condition) => [
      countsOf(fold, condition, null, null),
      ...pages.map(({ name, index }) => countsOf(fold, condition, name, index)).filter(({ views }) => views > 0),
    ]),
    pageVitals: conditions.flatMap((condition) =>
      pages.flatMap(({ name, index }) =>
        vitalNames
          .map((metric): PageVital => ({ ...vitalOf(fold, metric, condition, index, budgets), page: name }))
          .filter(({ state }) => state === 'measured'),
      ),
    ),
    traffic: fold.traffic,
    blocked: [...fold.blocked].map(([host, count]) => ({ host, count })).sort((a, b) => b.count - a.count),
    cpuCoresMean: cpu.overMs > 0 ? rounded((cpu.seconds * 1000) / cpu.overMs) : null,
    cpuCoresMax: cpu.peakCores === null ? null : rounded(cpu.peakCores),
    crashes: crashes.count === 0 ? null : { ...crashes },
    endedEarly: fold.endedEarly,
  };
}

/** Vitals over all pages, condition by condition, to be shown beside those of scenarios. */
function vitalsOf(fold: BrowserFold, budgets: Budgets): ConditionVital[] {
  const conditions = seen(fold);
  return vitalNames.flatMap((metric) => conditions.map((condition) => vitalOf(fold, metric, condition, null, budgets)));
}

function seen({ cells }: BrowserFold): UatCondition[] {
  return uatConditions.filter((condition) => [...cells.values()].some((cell) => cell.condition === condition));
}

function countsOf(fold: BrowserFold, condition: UatCondition, page: string | null, index: number | null): VisitCounts {
  const sums = fold.sums(condition, index);
  const failed = [...sums.failed].sort(([, a], [, b]) => b - a);
  return { condition, page, views: sums.loaded + failedViews(sums), loaded: sums.loaded, failed };
}

function vitalOf(
  fold: BrowserFold,
  metric: VitalName,
  condition: UatCondition,
  page: number | null,
  budgets: Budgets,
): ConditionVital {
  const counts = fold.sums(condition, page).vitals.get(metric);
  const budget = budgets[metric] ?? goodVitals[metric];
  const base = { metric, browser: 'chromium', condition, source: 'browser users', budget } as const;
  const p75 = counts?.quantile(0.75) ?? null;
  const interval = counts?.interval(confidence) ?? null;
  if (counts === undefined || p75 === null || interval === null) {
    const none = { samples: 0, p75: null, p25: null, max: null, interval: null, worstPage: null };
    return { ...base, ...none, state: 'not measured', verdict: 'inconclusive' };
  }
  const high = Number.isFinite(interval.high) ? interval.high : null;
  return {
    ...base,
    state: 'measured',
    samples: counts.total,
    p75,
    p25: counts.quantile(0.25),
    max: counts.max,
    interval: high === null ? null : interval,
    verdict: vitalVerdict(counts.total, interval.low, high, budget),
    worstPage: page === null ? worstPage(fold, metric, condition) : (fold.setup?.pages[page]?.name ?? null),
  };
}

function worstPage(fold: BrowserFold, metric: VitalName, condition: UatCondition): string | null {
  let worst: { page: number; max: number } | null = null;
  for (const cell of fold.cells.values()) {
    const max = cell.condition === condition ? (cell.vitals.get(metric)?.max ?? null) : null;
    if (max !== null && (worst === null || max > worst.max)) worst = { page: cell.page, max };
  }
  return worst === null ? null : (fold.setup?.pages[worst.page]?.name ?? null);
}
