import { matches } from '../../alertmanager/matcher.ts';
import type { AlertmanagerModel, Labels, Matcher, Route } from '../../alertmanager/model.ts';
import { allRoutes, receiverNamed, routesOf } from '../../alertmanager/routing.ts';
import { has } from '../../promql/label-sets.ts';
import { possibleLabels } from '../../promql/labels.ts';
import { pinnedValue, type Recorded } from '../../promql/pinned.ts';
import { type Known, labelsOfRecorded, type ParsedRule } from '../../rules/parsed.ts';
import { openText, outcomesOf } from '../../rules/template-texts.ts';
import type { RouteMutant } from './mutate.ts';

type Rules = Pick<Known, 'rules' | 'recorded'>;

/** Values of a label that a rule's alerts can have, `''` where they have none; null: they may have any. */
type ValuesOf = (rule: ParsedRule, label: string) => readonly string[] | null;

const combinationsAtMost = 256;

/**
 * Why no alert of the rules can notice a change. Not that none of some alerts noticed: labels on which the change depends must have values that the rules
 * fix, and for each of them the same must become of the alert.
 */
export function whyEquivalent(mutant: RouteMutant, model: AlertmanagerModel, known: Rules): string | null {
  const alerts = known.rules.filter(({ rule }) => rule.kind === 'alert');
  const valuesOf = valuesBy(known);
  switch (mutant.operator) {
    case 'send-resolved':
    case 'receiver':
      return whyUnused(mutant, model);
    case 'continue':
      return isLast(model.route, mutant.at)
        ? 'no route stands behind it, so there is nothing to go on to'
        : whySameWay(mutant, model, alerts, valuesOf);
    case 'route':
    case 'route-matcher':
      return whySameWay(mutant, model, alerts, valuesOf);
    case 'group-by':
      return whySameGroups(mutant, model, alerts, valuesOf);
    case 'inhibition':
      return whySameHeldBack(mutant, model, alerts, valuesOf);
    default:
      return null;
  }
}

function whyUnused({ at }: RouteMutant, model: AlertmanagerModel): string | null {
  const name = at.replace(/^receivers\./, '');
  const isUsed = allRoutes(model.route).some(({ receiver }) => receiver === name);
  return isUsed || receiverNamed(model, name) === undefined ? null : 'no route leads to the receiver';
}

function isLast(route: Route, path: string): boolean {
  return route.routes.at(-1)?.path === path || route.routes.some((child) => isLast(child, path));
}

function whySameWay(
  mutant: RouteMutant,
  model: AlertmanagerModel,
  alerts: readonly ParsedRule[],
  valuesOf: ValuesOf,
): string | null {
  const names = new Set(
    [model, mutant.model].flatMap(({ route }) =>
      allRoutes(route).flatMap(({ matchers }) => matchers.map(({ name }) => name)),
    ),
  );
  const way = (of: AlertmanagerModel, labels: Labels) =>
    JSON.stringify(
      routesOf(of.route, labels).map(({ path: _, matchers: __, continue: ___, routes: ____, ...taken }) => taken),
    );
  for (const rule of alerts) {
    const all = combinations(rule, [...names], valuesOf);
    if (all === null || all.some((labels) => way(model, labels) !== way(mutant.model, labels))) return null;
  }
  return alerts.length === 0
    ? null
    : `the rules fix ${[...names].sort().join(', ')}, which is all that routes ask for, and every alert goes the same way`;
}

/** Every set of values of some labels that a rule's alerts can have; null: it is not known. */
function combinations(rule: ParsedRule, names: readonly string[], valuesOf: ValuesOf): Labels[] | null {
  let all: Record<string, string>[] = [{}];
  for (const name of names) {
    const values = valuesOf(rule, name);
    if (values === null || all.length * values.length > combinationsAtMost) return null;
    all = all.flatMap((one) => values.map((value) => (value === '' ? one : { ...one, [name]: value })));
  }
  return all;
}

/** Where alerts of one name are in a group of their own anyway, and have one value of the label. */
function whySameGroups(
  { at, model: changed }: RouteMutant,
  model: AlertmanagerModel,
  alerts: readonly ParsedRule[],
  valuesOf: ValuesOf,
): string | null {
  const pairs = allRoutes(model.route).map((before, index) => [before, allRoutes(changed.route)[index]] as const);
  const taken = new Set<string>();
  for (const [before, after] of pairs) {
    const gone = before.groupBy.filter((name) => after?.groupBy.includes(name) !== true);
    if (gone.length > 0 && after?.groupBy.includes('alertname') !== true) return null;
    for (const name of gone) taken.add(name);
  }
  const byName = new Map<string, Set<string>>();
  for (const rule of alerts) {
    for (const label of taken) {
      const values = valuesOf(rule, label);
      if (values?.length !== 1) return null;
      const key = JSON.stringify([rule.rule.name, label]);
      byName.set(key, (byName.get(key) ?? new Set()).add(values[0] ?? ''));
    }
  }
  const isOne = [...byName.values()].every((values) => values.size === 1);
  return isOne && byName.size > 0 && at !== ''
    ? `alertname stays in group_by, and all alerts of one name have the same ${[...taken].join(', ')}`
    : null;
}

/** Where source and target always have the same value of the label. */
function whySameHeldBack(
  { at, model: changed }: RouteMutant,
  model: AlertmanagerModel,
  alerts: readonly ParsedRule[],
  valuesOf: ValuesOf,
): string | null {
  const index = Number(/\[(\d+)\]/.exec(at)?.[1] ?? -1);
  const before = model.inhibitions[index];
  const after = changed.inhibitions[index];
  if (before === undefined || after === undefined || changed.inhibitions.length < model.inhibitions.length) return null;
  const gone = before.equal.filter((name) => !after.equal.includes(name));
  const sources = alerts.filter((rule) => mayMatch(rule, before.source, valuesOf));
  const targets = alerts.filter((rule) => mayMatch(rule, before.target, valuesOf));
  for (const label of gone) {
    const values = new Set<string>();
    for (const rule of [...sources, ...targets]) {
      const own = valuesOf(rule, label);
      if (own?.length !== 1) return null;
      values.add(own[0] ?? '');
    }
    if (values.size !== 1) return null;
  }
  return gone.length === 0 ? null : `all alerts on both sides have the same ${gone.join(', ')}, or none`;
}

function mayMatch(rule: ParsedRule, matchers: readonly Matcher[], valuesOf: ValuesOf): boolean {
  return matchers.every((one) => {
    const values = valuesOf(rule, one.name);
    return values === null || values.some((value) => matches(one, { [one.name]: value }));
  });
}

function valuesBy(known: Rules): ValuesOf {
  const labelsOf = labelsOfRecorded(known);
  const recorded: Recorded = (metric) =>
    (known.recorded.get(metric) ?? []).map((one) => ({ expression: one.expression, labels: one.rule.labels }));
  return ({ rule, expression }, label) => {
    if (label === 'alertname') return [rule.name];
    const text = rule.labels[label];
    if (text !== undefined) {
      const { texts, isWhole } = outcomesOf(text);
      return isWhole && !texts.some((one) => one.includes(openText)) ? texts : null;
    }
    if (!has(possibleLabels(expression, labelsOf), label)) return [''];
    const pinned = pinnedValue(expression, label, recorded);
    return pinned === null ? null : [pinned];
  };
}
