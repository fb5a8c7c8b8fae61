import { sentence } from '../gate/words.ts';
import { type ConditionVital, type UatCondition, uatConditions, type VitalResult } from '../model/uat.ts';
import type { GateResult } from '../model/verdict.ts';
import type { VitalName } from '../model/vital.ts';
import { milliseconds, nothing, plainNumber, plural, count as wholeCount } from './format.ts';
import { shortened } from './text.ts';
import { wordOf } from './verdict.ts';

export interface VitalRow {
  metric: string;
  meaning: string;
  browser: string;
  state: GateResult['verdict'];
  word: string;
  p75: string;
  spread: string;
  budget: string;
  samples: string;
  worst: string;
  /** CSS selector. */
  worstElement: string;
}

const meanings: Record<VitalName, string> = {
  LCP: 'largest content painted',
  INP: 'interaction to next paint',
  CLS: 'layout shift',
  FCP: 'first content painted',
  TTFB: 'first byte',
};

function figure(metric: VitalName, value: number | null): string {
  return metric === 'CLS' ? plainNumber(value, 3) : milliseconds(value);
}

function wordFor({ state, verdict }: VitalResult): string {
  return state === 'measured' ? wordOf(verdict) : state === 'unsupported' ? 'Unsupported' : 'Not measured';
}

/** Each vital in each browser; what an engine does not support is said, not shown as zero. */
export function vitalsView(vitals: readonly VitalResult[]): VitalRow[] {
  return vitals.map((each) => ({
    metric: each.metric,
    meaning: meanings[each.metric],
    browser: each.browser,
    state: each.state === 'measured' ? each.verdict : 'not run',
    word: wordFor(each),
    p75: each.p75 === null ? nothing : figure(each.metric, each.p75),
    spread: each.p25 === null ? nothing : `${figure(each.metric, each.p25)} – ${figure(each.metric, each.max)}`,
    budget: `≤ ${figure(each.metric, each.budget)}`,
    samples: each.state === 'measured' ? wholeCount(each.samples) : nothing,
    worst: each.max === 0 ? '' : (each.worstPage ?? ''),
    worstElement: each.max === 0 ? '' : shortened(each.worstElement ?? '', 80),
  }));
}

export interface VitalsBesideView {
  /** Titles of the conditions that there are, in order. */
  conditions: string[];
  rows: {
    metric: string;
    meaning: string;
    /** Browser, and what opened the pages. */
    by: string;
    budget: string;
    cells: { state: GateResult['verdict']; word: string; p75: string; spread: string; samples: string }[];
  }[];
}

/** What was going on, in words. */
export const conditionWords: Readonly<Record<UatCondition, string>> = {
  quiet: 'no load',
  load: 'under load',
  fault: 'with a fault on',
};
const sourceNames: Record<ConditionVital['source'], string> = { scenarios: '', 'browser users': ', browser users' };
const empty = { state: 'not run' as const, word: 'Not measured', p75: nothing, spread: nothing, samples: '' };

/** Each vital under each condition, side by side; null where none was looked at. @param vitals already readable */
export function vitalsBesideView(vitals: readonly ConditionVital[]): VitalsBesideView | null {
  if (vitals.length === 0) return null;
  const conditions = uatConditions.filter((condition) => vitals.some((each) => each.condition === condition));
  const rows = new Map<string, ConditionVital[]>();
  for (const each of vitals) {
    const key = `${each.metric} ${each.browser} ${each.source}`;
    rows.set(key, [...(rows.get(key) ?? []), each]);
  }
  return {
    conditions: conditions.map((condition) => sentence(conditionWords[condition])),
    rows: [...rows.values()].flatMap((own) => {
      const [first] = own;
      if (first === undefined) return [];
      return {
        metric: first.metric,
        meaning: meanings[first.metric],
        by: `${first.browser}${sourceNames[first.source]}`,
        budget: `≤ ${figure(first.metric, first.budget)}`,
        cells: conditions.map((condition) => {
          const each = own.find((one) => one.condition === condition);
          if (each === undefined) return empty;
          if (each.state !== 'measured') return { ...empty, word: wordFor(each) };
          return {
            state: each.verdict,
            word: wordFor(each),
            p75: figure(each.metric, each.p75),
            spread: `${figure(each.metric, each.p25)} – ${figure(each.metric, each.max)}`,
            samples: plural(each.samples, 'load'),
          };
        }),
      };
    }),
  };
}
