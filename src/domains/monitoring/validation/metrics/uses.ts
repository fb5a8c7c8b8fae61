import type { z } from 'zod';
import { redact } from '../../watch/redact.ts';
import { type Asking, absence } from '../prometheus/absence.ts';
import type { rulesAnswer } from '../prometheus/answers.ts';
import type { Expression, Selector } from '../promql/expression.ts';
import { everyPart } from '../promql/expression.ts';
import { parsePromql } from '../promql/parse.ts';
import { absentCalls, selectorsOf, selectorText } from '../promql/questions.ts';
import { canonical } from '../promql/same.ts';
import type { Rule } from '../rules/model.ts';
import { type MetricType, misuses } from './counters.ts';
import type { Of } from './evidence.ts';
import type { Attempt } from './gather-server.ts';

/** An expression that somebody relies on. */
export interface Used {
  /** `alert ShopSlow` */
  by: string;
  of: 'alert' | 'recording';
  text: string;
}

/** Those of the rules that are loaded. */
export function usedByRules({ groups }: z.output<typeof rulesAnswer>): Used[] {
  return groups.flatMap(({ rules }) =>
    rules.map(({ type, name, query }) => {
      const of = type === 'alerting' ? ('alert' as const) : ('recording' as const);
      return { by: `${of} ${name}`, of, text: query };
    }),
  );
}

/** Those of files that Prometheus does not evaluate as they are: they are to be released, and nobody would see what they miss. */
export function usedByFiles(rules: readonly Rule[], { groups }: z.output<typeof rulesAnswer>): Used[] {
  // Prometheus writes expressions in its own way.
  const plain = (text: string) => {
    const { expression } = parsePromql(text);
    return expression === undefined ? text : canonical(expression);
  };
  const loaded = new Set(groups.flatMap((group) => group.rules.map(({ name, query }) => `${name} ${plain(query)}`)));
  return rules
    .filter(({ name, expr }) => !loaded.has(`${name} ${plain(expr)}`))
    .map(({ kind, name, expr, place }) => {
      const of = kind === 'alert' ? ('alert' as const) : ('recording' as const);
      return { by: `${of} ${name} of ${place.file}, which is not loaded`, of, text: expr };
    });
}

/** Metrics that rules record. */
export function recordedNames({ groups }: z.output<typeof rulesAnswer>): string[] {
  return groups.flatMap(({ rules }) => rules.filter(({ type }) => type === 'recording').map(({ name }) => name));
}

/** How rules use counters and gauges. */
export function gatherMisuses(used: readonly Used[], typeOf: (series: string) => MetricType, types: number) {
  const unread: string[] = [];
  const found: Of<'misuse'>[] = [];
  for (const { by, of, text } of used) {
    const { expression, error } = parsePromql(text);
    if (expression === undefined) {
      unread.push(`${by}: ${error.text}`);
      continue;
    }
    for (const { kind, words } of misuses(expression, typeOf))
      found.push({ kind: 'misuse', usedBy: by, of, severity: kind, words });
  }
  const uses: Of<'uses'> = { kind: 'uses', expressions: used.length, unread, types };
  return [uses, ...found];
}

/** Every selector of the rules, and whether there is what it selects. */
export async function gatherUses(
  used: readonly Used[],
  asking: Asking,
  attempt: Attempt,
  intervalOf: (job: string) => number | null,
): Promise<Of<'use'>[]> {
  const bySelector = new Map<string, { selector: Selector; by: Set<string> }>();
  for (const { by, text } of used) {
    const { expression } = parsePromql(text);
    if (expression === undefined) continue;
    for (const selector of neededSelectors(expression)) {
      const key = selectorText(selector);
      const known = bySelector.get(key) ?? { selector, by: new Set() };
      known.by.add(by);
      bySelector.set(key, known);
    }
  }
  const found: Of<'use'>[] = [];
  for (const [key, { selector, by }] of bySelector) {
    const state = await attempt('series that are used', () => absence(selector, asking));
    if (state === null) continue;
    const age =
      state.kind === 'present'
        ? await attempt('series that are used', () =>
            asking.api.instant(`max by (job) (time() - timestamp(${key}))`, asking.nowS),
          )
        : null;
    const oldest = age?.reduce<(typeof age)[number] | null>((a, b) => (a === null || b.value > a.value ? b : a), null);
    found.push({
      ...{ kind: 'use', selector: redact(key), usedBy: [...by], state: state.kind },
      words: state.kind === 'present' ? `${state.series} series` : redact(state.words),
      ageS: oldest?.value ?? null,
      intervalS: oldest === null || oldest === undefined ? null : intervalOf(oldest.labels.job ?? ''),
    });
  }
  return found;
}

/** All that have to be there. What `absent` asks for, and what stands behind `unless` and `or`, may be missing. */
function neededSelectors(expression: Expression): Selector[] {
  const spare = new Set<Expression>();
  for (const call of absentCalls(expression)) for (const one of everyPart(call)) spare.add(one);
  for (const part of everyPart(expression)) {
    if (part.kind !== 'binary' || !['unless', 'or'].includes(part.operator)) continue;
    for (const one of everyPart(part.right)) spare.add(one);
    if (part.operator === 'or') for (const one of everyPart(part.left)) spare.add(one);
  }
  return selectorsOf(expression).filter((selector) => !spare.has(selector));
}
