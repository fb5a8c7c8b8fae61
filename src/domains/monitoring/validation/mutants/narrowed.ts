import { parsePromql } from '../promql/parse.ts';
import { selectorsOf } from '../promql/questions.ts';
import type { Rule } from '../rules/model.ts';
import type { Known, ParsedRule } from '../rules/parsed.ts';

type Document = Readonly<Record<string, unknown>>;

/** Tests of one rule, and the rules on which their outcome depends. */
export interface Narrowed {
  /** The file of tests with only those that can notice a change of the rule; null: none can. */
  readonly document: Document | null;
  /** What has to be loaded; null: everything, as something reads metrics that cannot be told. */
  readonly rules: ReadonlySet<Rule> | null;
}

/**
 * Leaves out of a file of tests what cannot change with a rule: tests of other alerts, and rules that neither read nor are read. promtool goes
 * through every rule at every step of every test, so that this is most of its time. What is left comes out as it does in the whole file.
 * @param loaded every rule that the file of tests loads
 * @param known the rules whose expressions could be read
 */
export function narrowed(
  document: Document,
  rule: Rule,
  loaded: readonly Rule[],
  known: Pick<Known, 'rules'>,
): Narrowed {
  const parsed = new Map(known.rules.map((one) => [one.rule, one]));
  const all = loaded.flatMap((one) => parsed.get(one) ?? []);
  if (!Array.isArray(document.tests) || all.length < loaded.length) return { document, rules: null };
  const reads = new Map(all.map((one) => [one, readBy(one.expression)]));
  if ([...reads.values()].includes(null)) return { document, rules: null };
  const isRead = (one: ParsedRule, names: ReadonlySet<string>) =>
    (reads.get(one) ?? []).some((name) => names.has(name));
  // Whatever changes with it: rules that read what it records, and those that read these.
  const records = new Set(rule.kind === 'record' ? [rule.name] : []);
  const changed = new Set(all.filter((one) => one.rule.kind === rule.kind && one.rule.name === rule.name));
  grow(
    changed,
    all,
    (one) => isRead(one, records),
    (one) => one.rule.kind === 'record' && records.add(one.rule.name),
  );
  const alerts = new Set([...changed].flatMap((one) => (one.rule.kind === 'alert' ? [one.rule.name] : [])));
  const asked = new Set<string>();
  let isAll = false;
  const tests = document.tests.flatMap((test: Document) => {
    const ofAlerts = list(test.alert_rule_test).filter((one) => alerts.has(String(one.alertname)));
    const ofExpressions = list(test.promql_expr_test).filter((one) => {
      const names = readIn(String(one.expr));
      if (names === null) isAll = true;
      else if (!names.some((name) => records.has(name))) return false;
      for (const name of names ?? []) asked.add(name);
      return true;
    });
    if (ofAlerts.length + ofExpressions.length === 0) return [];
    const { alert_rule_test: _, promql_expr_test: __, ...rest } = test;
    return [
      {
        ...rest,
        ...(ofAlerts.length > 0 ? { alert_rule_test: ofAlerts } : {}),
        ...(ofExpressions.length > 0 ? { promql_expr_test: ofExpressions } : {}),
      },
    ];
  });
  if (tests.length === 0) return { document: null, rules: null };
  if (isAll) return { document: { ...document, tests }, rules: null };
  // What is tested, and what that is made from.
  const needed = new Set(changed);
  const sources = new Set([...asked, ...[...needed].flatMap((one) => reads.get(one) ?? [])]);
  grow(
    needed,
    all,
    (one) => one.rule.kind === 'record' && sources.has(one.rule.name),
    (one) => {
      for (const name of reads.get(one) ?? []) sources.add(name);
    },
  );
  return { document: { ...document, tests }, rules: new Set([...needed].map((one) => one.rule)) };
}

function list(value: unknown): Document[] {
  return Array.isArray(value) ? value : [];
}

/** Adds until there is nothing more that belongs to it. */
function grow(
  some: Set<ParsedRule>,
  all: readonly ParsedRule[],
  belongs: (one: ParsedRule) => boolean,
  added: (one: ParsedRule) => unknown,
): void {
  for (;;) {
    const more = all.filter((one) => !some.has(one) && belongs(one));
    if (more.length === 0) return;
    for (const one of more) {
      some.add(one);
      added(one);
    }
  }
}

function readIn(expr: string): string[] | null {
  const { expression } = parsePromql(expr);
  return expression === undefined ? null : readBy(expression);
}

/** Names of the metrics that are read; null: it cannot be told, or they say which alerts fire. */
function readBy(expression: ParsedRule['expression']): string[] | null {
  const names = selectorsOf(expression).map(({ metric }) => metric);
  return names.every((name) => name !== null && !name.startsWith('ALERTS')) ? (names as string[]) : null;
}
