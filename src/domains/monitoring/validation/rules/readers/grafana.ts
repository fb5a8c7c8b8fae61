import { durationMs } from '../../promql/duration.ts';
import type { Rule, RuleGroup } from '../model.ts';
import { type At, child, inner, items, keyLine, placeAt, remark, table, text, textAt } from './document.ts';

const comparisons: Record<string, string> = { gt: '>', lt: '<', gte: '>=', lte: '<=', eq: '==', ne: '!=' };
/** A reduction of what a query gave over its time range; of an instant query there is one value, which each of them gives. */
const reducers: Record<string, string> = {
  mean: 'avg_over_time',
  avg: 'avg_over_time',
  min: 'min_over_time',
  max: 'max_over_time',
  sum: 'sum_over_time',
  count: 'count_over_time',
};

/** Alerting rules as Grafana provisions them from files, with what each asks and compares as one expression of PromQL. */
export function readGrafana(at: At): RuleGroup[] {
  return items(child(at, 'groups')).map((group) => {
    const name = textAt(group, 'name') ?? '';
    const interval = textAt(group, 'interval');
    return {
      name,
      place: placeAt(group),
      intervalMs: interval === null ? null : durationMs(interval),
      rules: items(child(group, 'rules')).flatMap((rule) => readRule(rule, name) ?? []),
    };
  });
}

function readRule(at: At, group: string): Rule | null {
  const title = textAt(at, 'title') ?? '';
  if (textAt(at, 'isPaused') === 'true') {
    remark(at, 'gap', `${title} is paused in Grafana: it fires never.`, 'Say `isPaused: false`, or take it out.');
    return null;
  }
  const nodes = new Map(items(child(at, 'data')).map((node) => [textAt(node, 'refId') ?? '', node]));
  const condition = textAt(at, 'condition') ?? '';
  const translated = new Translation(nodes).of(condition);
  if ('reason' in translated) {
    const todo = 'Test it in Grafana itself, or write it as a rule of Prometheus.';
    remark(at, 'gap', `${title} cannot be translated to PromQL: ${translated.reason}.`, todo);
    return null;
  }
  const noData = textAt(at, 'noDataState') ?? 'NoData';
  if (noData === 'OK' || noData === 'KeepLast') {
    const what = `${title} stays silent when its query gives nothing (\`noDataState: ${noData}\`).`;
    remark(at, 'gap', what, 'Say `noDataState: Alerting` or `NoData`, unless no data is good news.');
  }
  const labels = table(child(at, 'labels'));
  const annotations = table(child(at, 'annotations'));
  const line = keyLine(at, 'data');
  return {
    kind: 'alert',
    name: title,
    expr: translated.expr,
    forMs: durationMs(textAt(at, 'for') ?? '0s') ?? 0,
    labels: labels.values,
    annotations: annotations.values,
    group,
    place: placeAt(at),
    lines: {
      ...(line === null ? {} : { expr: line }),
      ...Object.fromEntries(Object.entries(labels.lines).map(([key, one]) => [`labels.${key}`, one])),
      ...Object.fromEntries(Object.entries(annotations.lines).map(([key, one]) => [`annotations.${key}`, one])),
    },
  };
}

type Translated = { expr: string } | { reason: string };

class Translation {
  private readonly nodes: ReadonlyMap<string, At>;

  constructor(nodes: ReadonlyMap<string, At>) {
    this.nodes = nodes;
  }

  of(refId: string, depth = 0): Translated {
    const node = this.nodes.get(refId);
    if (node === undefined) return { reason: `it has no query or expression ${refId}` };
    if (depth > 20) return { reason: `${refId} is made from itself` };
    const model = child(node, 'model');
    if (model === null) return { reason: `${refId} has no model` };
    const source = textAt(node, 'datasourceUid');
    if (source === '__expr__' || source === '-100') return this.expression(refId, model, depth);
    const expr = textAt(model, 'expr');
    return expr === null ? { reason: `${refId} asks a data source other than Prometheus` } : { expr };
  }

  private expression(refId: string, model: At, depth: number): Translated {
    const of = textAt(model, 'expression') ?? '';
    switch (textAt(model, 'type')) {
      case 'reduce':
        return this.reduced(of, textAt(model, 'reducer') ?? 'last', depth);
      case 'threshold':
        return this.compared(of, inner(model, 'conditions'), depth);
      case 'math':
        return this.calculated(of, depth);
      case 'classic_conditions':
        return this.classic(model, depth);
      default:
        return { reason: `${refId} is an expression of type ${textAt(model, 'type')}` };
    }
  }

  private reduced(of: string, reducer: string, depth: number): Translated {
    const given = this.of(of, depth + 1);
    const node = this.nodes.get(of);
    if ('reason' in given || node === undefined) return given;
    const isInstant = textAt(node, 'model', 'instant') === 'true';
    if (reducer === 'last' || isInstant) return given;
    const over = reducers[reducer];
    const from = textAt(node, 'relativeTimeRange', 'from');
    const seconds = from === null ? null : Number(from);
    if (over === undefined || seconds === null || !(seconds > 0)) return { reason: `it reduces ${of} by ${reducer}` };
    const step = Number(textAt(node, 'model', 'intervalMs') ?? '15000');
    return { expr: `${over}((${given.expr})[${seconds}s:${Math.max(1, Math.round(step / 1000))}s])` };
  }

  private compared(of: string, conditions: At | null, depth: number): Translated {
    const given = this.of(of, depth + 1);
    const [condition, ...more] = items(conditions);
    if ('reason' in given) return given;
    if (condition === undefined || more.length > 0) return { reason: `it has ${more.length + 1} conditions` };
    return evaluated(given.expr, condition);
  }

  private calculated(formula: string, depth: number): Translated {
    if (!/^[\s\w$().+\-*/%<>=!&|{}]*$/.test(formula)) return { reason: `its formula is \`${formula}\`` };
    if (/[a-z]+\s*\(/i.test(formula.replace(/\$\{?\w+\}?/g, ''))) return { reason: `its formula is \`${formula}\`` };
    let reason: string | null = null;
    const expr = formula.replace(/\$\{?(\w+)\}?/g, (_, refId: string) => {
      const given = this.of(refId, depth + 1);
      if ('reason' in given) reason = given.reason;
      return 'expr' in given ? `(${given.expr})` : '';
    });
    if (reason !== null) return { reason };
    return { expr: expr.replaceAll('&&', ' and ').replaceAll('||', ' or ') };
  }

  private classic(model: At, depth: number): Translated {
    const [condition, ...more] = items(child(model, 'conditions'));
    if (condition === undefined || more.length > 0) return { reason: `it has ${more.length + 1} classic conditions` };
    const [of] = items(inner(condition, 'query', 'params'));
    const reducer = textAt(condition, 'reducer', 'type') ?? 'last';
    const given = this.reduced(text(of ?? null) ?? '', reducer, depth);
    return 'reason' in given ? given : evaluated(given.expr, condition);
  }
}

function evaluated(expr: string, condition: At): Translated {
  const type = textAt(condition, 'evaluator', 'type') ?? '';
  const [first, second] = items(inner(condition, 'evaluator', 'params')).map((one) => text(one));
  const operator = comparisons[type];
  if (operator !== undefined && first != null) return { expr: `(${expr}) ${operator} ${first}` };
  if (first == null || second == null) return { reason: `it compares by ${type}` };
  if (type === 'within_range') return { expr: `((${expr}) > ${first}) < ${second}` };
  if (type === 'outside_range') return { expr: `((${expr}) < ${first}) or ((${expr}) > ${second})` };
  return { reason: `it compares by ${type}` };
}
