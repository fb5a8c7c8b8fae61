import { type Binary, type Expression, everyPart, isSetOperation } from '../../promql/expression.ts';
import { has, type LabelSet, only } from '../../promql/label-sets.ts';
import { labelsNamedIn, valuesLeft, wantedOf } from '../../promql/label-values.ts';
import { certainLabels, isScalar, type LabelsOf, possibleLabels } from '../../promql/labels.ts';
import type { Recorded } from '../../promql/pinned.ts';
import { type Finding, finding } from '../finding.ts';
import { type Known, labelsOfRecorded, type ParsedRule, recordedIn } from '../parsed.ts';
import { consequence } from './needed.ts';

/** Sides of an operation whose series can never be matched, as one has labels that the other has dropped. */
export function checkMatching({ rule, expression }: ParsedRule, known: Pick<Known, 'recorded'>): Finding[] {
  const labelsOf = labelsOfRecorded(known);
  return everyPart(expression).flatMap((part) => {
    if (part.kind !== 'binary' || part.operator === 'or' || isScalar(part.left) || isScalar(part.right)) return [];
    const text = (one: Expression) => shortened(rule.expr.slice(one.from, one.to));
    const fault = faultOf(part, labelsOf);
    const isUnless = part.operator === 'unless';
    if (fault === null) {
      const values = valuesFault(part, known);
      if (values === null) return [];
      const never = isUnless ? '' : consequence(rule, expression, part);
      const result = isUnless ? 'takes nothing away' : `gives nothing${never}`;
      const what = values.isSure
        ? `\`${text(part.left)}\` and \`${text(part.right)}\` never have the same ${values.label}, so \`${part.operator}\` ${result}.`
        : `It may be that \`${text(part.left)}\` and \`${text(part.right)}\` never have the same ${values.label}: then \`${part.operator}\` ${result}.`;
      const todo = `Ask both sides for the same ${values.label}, or leave it out of the matching.`;
      return [finding(values.isSure ? 'wrong' : 'review', 'matching', rule, 'expr', what, todo)];
    }
    const side = fault.missing === 'left' ? part.left : part.right;
    const other = fault.missing === 'left' ? part.right : part.left;
    const never = isUnless || !fault.isSure ? '' : consequence(rule, expression, part);
    const outcome = isUnless ? 'takes nothing away' : isSetOperation(part) ? 'finds no pair' : 'gives nothing';
    const result = `\`${part.operator}\` ${outcome}${never}`;
    const sure = fault.isSure ? 'has it, so' : 'may have it: then';
    const what = `\`${text(side)}\` has no label ${fault.label}, \`${text(other)}\` ${sure} ${result}.`;
    const todo = `Keep ${fault.label} on both sides, or say \`on\` or \`ignoring\`.`;
    return [finding(fault.isSure ? 'wrong' : 'review', 'matching', rule, 'expr', what, todo)];
  });
}

interface Fault {
  readonly label: string;
  readonly missing: 'left' | 'right';
  readonly isSure: boolean;
}

function faultOf(part: Binary, labelsOf: LabelsOf): Fault | null {
  const left = possibleLabels(part.left, labelsOf);
  const right = possibleLabels(part.right, labelsOf);
  const sureLeft = certainLabels(part.left);
  const sureRight = certainLabels(part.right);
  const { matching } = part;
  const counts = (name: string) => (matching === null ? true : matching.names.includes(name) === matching.isOn);
  for (const name of [...sureRight].sort()) {
    if (counts(name) && !has(left, name)) return { label: name, missing: 'left', isSure: true };
  }
  for (const name of [...sureLeft].sort()) {
    if (counts(name) && !has(right, name)) return { label: name, missing: 'right', isSure: true };
  }
  // What is grouped by a label is meant to have it, though it may be empty.
  const compared = matching?.isOn ? only(matching.names) : null;
  const missing = (of: LabelSet, on: LabelSet) =>
    [...(on.kind === 'only' ? on.names : [])].sort().find((name) => counts(name) && !has(of, name));
  if (compared !== null) {
    for (const name of compared.names) {
      if (has(left, name) !== has(right, name))
        return { label: name, missing: has(left, name) ? 'right' : 'left', isSure: false };
    }
    return null;
  }
  const fromLeft = missing(left, right);
  if (fromLeft !== undefined) return { label: fromLeft, missing: 'left', isSure: false };
  const fromRight = missing(right, left);
  if (fromRight !== undefined) return { label: fromRight, missing: 'right', isSure: false };
  // All labels of what was scraped (instance and job at least) against those that a sum has left.
  if (
    left.kind === 'only' &&
    right.kind === 'all-but' &&
    isScraped(part.right) &&
    counts('instance') &&
    !has(left, 'instance') &&
    has(right, 'instance')
  )
    return { label: 'instance', missing: 'left', isSure: false };
  if (
    right.kind === 'only' &&
    left.kind === 'all-but' &&
    isScraped(part.left) &&
    counts('instance') &&
    !has(right, 'instance') &&
    has(left, 'instance')
  )
    return { label: 'instance', missing: 'right', isSure: false };
  return null;
}

/** A label by which both sides are matched, and that selectors ask to have one value on the one side and another on the other. */
function valuesFault(part: Binary, known: Pick<Known, 'recorded'>): { label: string; isSure: boolean } | null {
  const { matching } = part;
  const rules = recordedIn(known);
  const named = new Set([part.left, part.right].flatMap((side) => labelsNamedIn(side, rules)));
  const labels = [...named]
    .filter((name) => name !== '__name__' && (matching === null || matching.names.includes(name) === matching.isOn))
    .sort();
  const left = (label: string, by: Recorded) => {
    const sides = [part.left, part.right].map((side) => wantedOf(side, label, by));
    // What excludes itself on one side is told by its selector.
    if (sides.some((side) => side.length === 0 || valuesLeft(side) !== 'some')) return 'some';
    return valuesLeft(sides.flat());
  };
  const sure = labels.find((label) => left(label, () => []) === 'none');
  if (sure !== undefined) return { label: sure, isSure: true };
  // Other rules than those that were given may record it too, and what was not found may be there.
  const maybe = labels.find((label) => left(label, rules) !== 'some');
  return maybe === undefined ? null : { label: maybe, isSure: false };
}

/** Whether its series come from targets; those that rules record, with a colon by convention, have the labels that rules give them. */
function isScraped(expression: Expression): boolean {
  const selectors = everyPart(expression).filter((part) => part.kind === 'selector');
  return selectors.length > 0 && selectors.every(({ metric }) => metric !== null && !metric.includes(':'));
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
