import { bare, type Expression, everyPart } from '../../promql/expression.ts';
import { has } from '../../promql/label-sets.ts';
import { type LabelsOf, possibleLabels } from '../../promql/labels.ts';
import { constantOf } from '../../promql/questions.ts';
import { type Finding, finding } from '../finding.ts';
import { leavesOf } from '../leaves.ts';
import { type Known, labelsOfRecorded, type ParsedRule } from '../parsed.ts';
import { consequence } from './needed.ts';

/** Quantiles of buckets that have lost their bounds, and quantiles that are no share: 99 where 0.99 is meant. */
export function checkQuantiles({ rule, expression }: ParsedRule, known: Known): Finding[] {
  const labelsOf = labelsOfRecorded(known);
  return everyPart(expression).flatMap((part) => {
    const share = quantileOf(part);
    if (share === null) return [];
    const findings: Finding[] = [];
    const text = rule.expr.slice(part.from, part.to).replace(/\s+/g, ' ');
    const value = constantOf(share);
    if (value !== null && !(value >= 0 && value <= 1)) {
      const what = `\`${text}\` asks for the quantile ${value}, and gives ${value > 1 ? '+Inf' : value < 0 ? '-Inf' : 'NaN'} whatever it is given.`;
      const todo = value > 1 && value <= 100 ? `Say ${value / 100}.` : 'Say a number from 0 to 1.';
      findings.push(finding('wrong', 'comparison', rule, 'expr', what, todo));
    }
    const buckets = part.kind === 'call' && part.name === 'histogram_quantile' ? part.arguments[1] : undefined;
    if (buckets !== undefined && losesBounds(buckets, labelsOf, known)) {
      const what = `\`${text}\` gives nothing${consequence(rule, expression, part)}: its buckets have lost their label le.`;
      findings.push(finding('wrong', 'impossible', rule, 'expr', what, 'Keep it: `sum by (…, le) (…)`.'));
    }
    return findings;
  });
}

/** The number that says which quantile is wanted. */
function quantileOf(part: Expression): Expression | null {
  if (part.kind === 'call' && ['histogram_quantile', 'quantile_over_time'].includes(part.name))
    return part.arguments[0] ?? null;
  return part.kind === 'aggregate' && part.name === 'quantile' ? part.parameter : null;
}

/** Native histograms need no `le`; only what comes from series of buckets, by their names, is certain to. */
function losesBounds(buckets: Expression, labelsOf: LabelsOf, known: Known): boolean {
  if (has(possibleLabels(buckets, labelsOf), 'le')) return false;
  const leaves = leavesOf({ expression: bare(buckets) }, known);
  return leaves.length > 0 && leaves.every(({ metric }) => metric !== null && /_bucket$/.test(metric));
}
