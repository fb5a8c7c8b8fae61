import { type Expression, everyPart, parts } from '../../promql/expression.ts';
import { constantOf, rangesOf } from '../../promql/questions.ts';
import { matchingText } from '../../promql/sample-text.ts';
import type { ParsedRule } from '../../rules/parsed.ts';

/** Every number that it names, also those that are calculated from numbers only. */
export function constantsIn(expression: Expression): number[] {
  return [...new Set(everyPart(expression).flatMap((part) => constantOf(part) ?? []))].filter(Number.isFinite);
}

/** Values for the labels by which series are kept apart, put together or shown. */
export function entityLabels({ rule, expression }: ParsedRule, records: readonly ParsedRule[]): Record<string, string> {
  const names = new Set<string>(['instance', 'job']);
  const values: Record<string, string> = {};
  const dropped = new Set(['le']);
  for (const part of [expression, ...records.map((one) => one.expression)].flatMap(everyPart)) {
    if (part.kind === 'aggregate') for (const name of part.grouping?.names ?? []) names.add(name);
    if (part.kind === 'binary') {
      const { matching, grouping } = part;
      for (const name of matching?.names ?? []) (matching?.isOn === true ? names : dropped).add(name);
      for (const name of grouping?.names ?? []) names.add(name);
    }
    if (part.kind === 'call' && part.name === 'label_replace') {
      const [, , , source, pattern] = part.arguments;
      if (source?.kind === 'string' && pattern?.kind === 'string') {
        names.add(source.value);
        values[source.value] = matchingText(pattern.value) ?? `${source.value}-1`;
      }
    }
  }
  const texts = [...Object.values(rule.annotations), ...Object.values(rule.labels)].join(' ');
  for (const [, name = ''] of texts.matchAll(/(?:\$labels|\.Labels)\.([a-zA-Z_]\w*)/g)) names.add(name);
  return Object.fromEntries(
    [...names].filter((name) => !dropped.has(name)).map((name) => [name, values[name] ?? `${name}-1`]),
  );
}

/** How far back a rule looks, and its shortest window, ms; through ranges within ranges. */
export function spanOf(rules: readonly ParsedRule[]): { longestMs: number; shortestMs: number | null } {
  const ranges = rules
    .flatMap(({ expression }) => rangesOf(expression))
    .filter(({ durationMs }) => (durationMs ?? 0) > 0);
  const shortest = ranges.map(({ durationMs }) => durationMs ?? 0);
  return {
    longestMs: rules.reduce((sum, { expression }) => sum + reach(expression), 0),
    shortestMs: shortest.length === 0 ? null : Math.min(...shortest),
  };
}

function reach(expression: Expression): number {
  const own =
    expression.kind === 'range'
      ? (expression.durationMs ?? 0)
      : expression.kind === 'offset'
        ? Math.max(0, expression.offsetMs ?? 0)
        : 0;
  return own + Math.max(0, ...parts(expression).map(reach));
}
