import type { VitalName, VitalResult } from '../../model/uat.ts';
import type { GateResult } from '../../model/verdict.ts';
import { milliseconds, nothing, plainNumber, count as wholeCount } from '../format.ts';
import { wordOf } from './gates.ts';

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
}

const meanings: Record<VitalName, string> = {
  LCP: 'largest content painted',
  INP: 'interaction to next paint',
  CLS: 'layout shift',
  FCP: 'first content painted',
  TTFB: 'first byte',
};

/** Each vital in each browser; what an engine does not support is said, not shown as zero. */
export function vitalsView(vitals: readonly VitalResult[]): VitalRow[] {
  const figure = (metric: VitalName, value: number | null) =>
    metric === 'CLS' ? plainNumber(value, 3) : milliseconds(value);
  return vitals.map((each) => ({
    metric: each.metric,
    meaning: meanings[each.metric],
    browser: each.browser,
    state: each.state === 'measured' ? each.verdict : 'not run',
    word:
      each.state === 'measured' ? wordOf(each.verdict) : each.state === 'unsupported' ? 'Unsupported' : 'Not measured',
    p75: each.p75 === null ? nothing : figure(each.metric, each.p75),
    spread: each.p25 === null ? nothing : `${figure(each.metric, each.p25)} – ${figure(each.metric, each.max)}`,
    budget: `≤ ${figure(each.metric, each.budget)}`,
    samples: each.state === 'measured' ? wholeCount(each.samples) : nothing,
    worst: each.max === 0 ? '' : (each.worstPage ?? ''),
  }));
}
