import type { ObjectiveResult, Verdict } from '../model/verdict.ts';
import { bulletGraph } from './chart/bullet.ts';
import { change, interval, nothing, quantity, shortCount, target } from './format.ts';
import type { SvgMarkup } from './svg.ts';
import { shortened } from './text.ts';
import { wordOf } from './verdict.ts';

export interface ObjectiveRow {
  verdict: Verdict;
  word: string;
  title: string;
  route: string | null;
  isKey: boolean;
  reason: string;
  target: string;
  observed: string;
  bullet: SvgMarkup | null;
  interval: string;
  samples: string;
  change: string;
}

export interface ObjectivesView {
  rows: ObjectiveRow[];
  leftOut: number;
  /** `worst first · interval at 95 % · change against v2.0.0` */
  note: string;
  hasChange: boolean;
}

const mostRows = 60;
const order: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** The reason of each row, in full where it stands first: one cause can leave a dozen objectives open. A passed row speaks through its figures, unless it warns. */
export function reasonsOnce(results: readonly ObjectiveResult[]): string[] {
  const said = new Set<string>();
  return results.map(({ verdict, reason, isWarning }) => {
    if (verdict === 'pass' && isWarning !== true) return '';
    if (said.has(reason)) return 'The same reason as above.';
    said.add(reason);
    return reason;
  });
}

function row(result: ObjectiveResult, fullReason: string): ObjectiveRow {
  const { objective, verdict, value, words } = result;
  return {
    verdict,
    word: wordOf(verdict),
    title: shortened(objective.title, 80),
    route: objective.route === undefined ? null : shortened(objective.route, 120),
    isKey: objective.key,
    reason: shortened(fullReason, 320),
    target: words?.wanted ?? target(objective.comparison, objective.target, objective.unit),
    observed: words?.observed ?? quantity(value, objective.unit, objective.target),
    bullet: words === undefined ? bulletGraph(result) : null,
    interval: interval(result.interval, objective.unit, objective.target),
    samples: shortCount(result.samples),
    change: result.changePercent === null ? nothing : change(result.changePercent),
  };
}

export function objectivesView(objectives: readonly ObjectiveResult[], baselineVersion: string | null): ObjectivesView {
  // Stable, and so in the order of the results within a verdict.
  const sorted = objectives.toSorted((a, b) => order[a.verdict] - order[b.verdict]);
  const levels = new Set(
    objectives.flatMap((result) => (result.interval === null ? [] : [result.interval.confidence])),
  );
  const [level] = levels;
  const hasChange = objectives.some((result) => result.changePercent !== null);
  const notes = ['worst first'];
  if (level !== undefined && levels.size === 1) notes.push(`interval at ${Number((level * 100).toFixed(2))}\u00a0%`);
  if (hasChange)
    notes.push(`change against ${baselineVersion === null ? 'the baseline' : shortened(baselineVersion, 40)}`);
  const reasons = reasonsOnce(sorted);
  return {
    rows: sorted.slice(0, mostRows).map((result, i) => row(result, reasons[i] ?? '')),
    leftOut: Math.max(0, sorted.length - mostRows),
    note: notes.join(' · '),
    hasChange,
  };
}
