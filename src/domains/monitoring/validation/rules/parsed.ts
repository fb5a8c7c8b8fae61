import type { Expression } from '../promql/expression.ts';
import { type LabelSet, union, withAlso } from '../promql/label-sets.ts';
import { type LabelsOf, possibleLabels } from '../promql/labels.ts';
import { parsePromql } from '../promql/parse.ts';
import type { Recorded } from '../promql/pinned.ts';
import { type Finding, finding } from './finding.ts';
import type { Rule } from './model.ts';

export interface ParsedRule {
  readonly rule: Rule;
  readonly expression: Expression;
}

/** Rules whose expressions could be read; of the others a finding each. */
export function parseRules(rules: readonly Rule[]): { parsed: ParsedRule[]; findings: Finding[] } {
  const parsed: ParsedRule[] = [];
  const findings: Finding[] = [];
  for (const rule of rules) {
    const { expression, error } = parsePromql(rule.expr);
    if (expression !== undefined) parsed.push({ rule, expression });
    else if (error.isTooLong) {
      const what = `The expression of ${rule.name} is too long, or nested too deeply, to be looked at here; only promtool is asked about it.`;
      findings.push(finding('gap', 'syntax', rule, 'expr', what, 'Look at it by hand, or make several rules of it.'));
    } else {
      const what = `The expression of ${rule.name} is no PromQL: ${error.text} at character ${error.at + 1}.`;
      findings.push(finding('wrong', 'syntax', rule, 'expr', what, 'Mend it: Prometheus refuses the whole file.'));
    }
  }
  return { parsed, findings };
}

/** What rules are checked against. */
export interface Known {
  /** Every rule that could be read. */
  readonly rules: readonly ParsedRule[];
  /** Recording rules by the metric that they record. */
  readonly recorded: ReadonlyMap<string, readonly ParsedRule[]>;
  readonly requiredLabels: readonly string[];
  readonly requiredAnnotations: readonly string[];
  readonly scrape: ScrapeIntervals;
}

export interface ScrapeIntervals {
  /** Of each job of which it is known. */
  readonly byJobMs: ReadonlyMap<string, number>;
  /** Of all other jobs. */
  readonly otherMs: number;
  /** false: nobody said it; it is the longest that is allowed. */
  readonly isKnown: boolean;
}

export function recordedBy(rules: readonly ParsedRule[]): Map<string, ParsedRule[]> {
  const recorded = new Map<string, ParsedRule[]>();
  for (const one of rules) {
    if (one.rule.kind !== 'record') continue;
    recorded.set(one.rule.name, [...(recorded.get(one.rule.name) ?? []), one]);
  }
  return recorded;
}

const labelsKnown = new WeakMap<ReadonlyMap<string, readonly ParsedRule[]>, LabelsOf>();

/** Labels that recorded metrics can have, by the rules that record them; of other metrics nothing is known. */
export function labelsOfRecorded({ recorded }: Pick<Known, 'recorded'>): LabelsOf {
  const made = labelsKnown.get(recorded);
  if (made !== undefined) return made;
  const known = new Map<string, LabelSet | null>();
  const labelsOf: LabelsOf = (metric) => {
    const found = known.get(metric);
    const rules = recorded.get(metric);
    if (found !== undefined || rules === undefined) return found ?? null;
    // A rule that records what it reads says nothing of its labels.
    known.set(metric, null);
    const sets = rules.map(({ rule, expression }) =>
      withAlso(possibleLabels(expression, labelsOf), Object.keys(rule.labels)),
    );
    const all = sets.reduce(union);
    known.set(metric, all);
    return all;
  };
  labelsKnown.set(recorded, labelsOf);
  return labelsOf;
}

/** The rules that record a metric, as questions for labels ask for them. */
export function recordedIn({ recorded }: Pick<Known, 'recorded'>): Recorded {
  return (metric) => (recorded.get(metric) ?? []).map(({ rule, expression }) => ({ expression, labels: rule.labels }));
}
