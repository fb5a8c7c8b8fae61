import { bare, everyPart, isComparison, type Matcher } from '../../promql/expression.ts';
import { valuesLeft } from '../../promql/label-values.ts';
import { selectorsOf } from '../../promql/questions.ts';
import { type Finding, finding } from '../finding.ts';
import type { Known, ParsedRule } from '../parsed.ts';
import { consequence } from './needed.ts';

/** Matchers that probably match something else than was meant. */
export function checkRegularExpressions({ rule, expression }: ParsedRule): Finding[] {
  return selectorsOf(expression).flatMap(({ matchers }) =>
    matchers.flatMap((matcher) => {
      const fault = faultOf(matcher);
      if (fault === null) return [];
      const shown = `\`${matcher.label}${matcher.operator}"${matcher.value}"\``;
      return [finding(fault.kind, 'regex', rule, 'expr', `${shown} ${fault.what}.`, fault.todo)];
    }),
  );
}

function faultOf({ operator, value }: Matcher): { kind: Finding['kind']; what: string; todo: string } | null {
  const isRegular = operator === '=~' || operator === '!~';
  if (!isRegular) {
    if (/\.\*|\.\+|^\w[\w-]*\|[\w-]+/.test(value))
      return {
        kind: 'review',
        what: 'compares with a text that looks like a regular expression',
        todo: `Say \`${operator === '=' ? '=~' : '!~'}\`, if it is meant as one.`,
      };
    return null;
  }
  if (value !== '' && /(^\||\|\||\|$|\(\||\|\))/.test(value.replace(/\\./g, '')))
    return {
      kind: 'review',
      what: 'has an empty alternative, so that it matches series without the label too',
      todo: 'Take the `|` out, if that is not meant.',
    };
  if (/(^\*|[A-Za-z0-9_/-]\*)/.test(value.replace(/\\.|\[[^\]]*\]/g, '')))
    return {
      kind: 'review',
      what: 'repeats one letter where it looks as if any text was meant',
      todo: 'Say `.*` for any text.',
    };
  if (/^\^|\$$/.test(value.replace(/\\./g, '')))
    return { kind: 'note', what: 'has `^` or `$`, which Prometheus adds itself', todo: 'They can be left out.' };
  if (/^[\w-]+$/.test(value))
    return {
      kind: 'note',
      what: 'is a plain text',
      todo: `\`${operator === '=~' ? '=' : '!='}\` says the same, and is quicker.`,
    };
  return null;
}

/** Matchers of one label that no value satisfies together. */
export function checkSelectors({ rule, expression }: ParsedRule): Finding[] {
  return selectorsOf(expression).flatMap((selector) => {
    const { metric, matchers } = selector;
    const name = metric === null ? [] : [{ label: '__name__', operator: '=' as const, value: metric }];
    const all = [...name, ...matchers];
    return [...new Set(all.map(({ label }) => label))].flatMap((label) => {
      const own = all.filter((one) => one.label === label);
      const left = valuesLeft(own);
      if (left === 'some') return [];
      const never = consequence(rule, expression, selector);
      const where = `The matchers of ${metric ?? 'a selector'} for the label ${label}`;
      const what =
        left === 'none'
          ? `${where} exclude each other: it selects nothing${never}.`
          : `${where} may exclude each other: no value was found that all of them accept.`;
      return [finding(left === 'none' ? 'wrong' : 'review', 'impossible', rule, 'expr', what, 'Correct the matchers.')];
    });
  });
}

const spoiled = new Set(['sum', 'avg', 'stddev', 'stdvar']);

/** Values that are no numbers: compared with, or added up. */
export function checkNotANumber({ rule, expression }: ParsedRule): Finding[] {
  return everyPart(expression).flatMap((part) => {
    if (isComparison(part)) {
      const side = [part.left, part.right].map(bare).find((one) => one.kind === 'number' && Number.isNaN(one.value));
      if (side === undefined) return [];
      const what = `A comparison with NaN is ${part.operator === '!=' ? 'always' : 'never'} true, also for NaN itself.`;
      return [finding('wrong', 'nan', rule, 'expr', what, 'To find NaN, compare a value with itself: `x != x`.')];
    }
    if (part.kind !== 'aggregate' || !spoiled.has(part.name)) return [];
    const of = bare(part.of);
    if (of.kind !== 'binary' || !['/', '%'].includes(of.operator) || bare(of.right).kind === 'number') return [];
    const what = `\`${part.name}\` of quotients: one series whose divisor is 0 makes the whole NaN or infinite.`;
    return [
      finding('review', 'nan', rule, 'expr', what, `Divide the sums, or take the zeros out of the divisor: \`> 0\`.`),
    ];
  });
}

/** Metrics named as rules name theirs, with a colon, that no rule of the set records. */
export function checkRecorded({ rule, expression }: ParsedRule, { recorded }: Known): Finding[] {
  const names = new Set(selectorsOf(expression).flatMap(({ metric }) => (metric?.includes(':') ? [metric] : [])));
  return [...names]
    .filter((name) => !recorded.has(name))
    .map((name) => {
      const what = `${name} is named like a recorded metric, and none of the rules that were given records it.`;
      return finding('review', 'series', rule, 'expr', what, 'Give the file with its rule, or correct the name.');
    });
}
