import { durationMs } from '../../promql/duration.ts';
import type { Rule, RuleGroup } from '../model.ts';
import { type At, child, items, keyLine, keysOf, placeAt, remark, table, textAt } from './document.ts';

const refused = 'Mend it: Prometheus refuses the file.';
/** With those of Thanos and Mimir. */
const groupKeys = [
  ...['name', 'interval', 'limit', 'rules', 'labels', 'query_offset'],
  ...[
    'partial_response_strategy',
    'partialResponseStrategy',
    'source_tenants',
    'evaluation_delay',
    'align_evaluation_time_on_interval',
  ],
];
const ruleKeys = ['alert', 'record', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

/** Groups of Prometheus' own form: those of a rule file, and those under the `spec` of a PrometheusRule. */
export function readGroups(at: At): RuleGroup[] {
  const groups = child(at, 'groups');
  if (groups === null) return [];
  const names = new Set<string>();
  return items(groups).map((group) => {
    refuseUnknown(group, groupKeys, 'A group of rules');
    const name = textAt(group, 'name') ?? '';
    if (name === '')
      remark(group, 'error', 'A group of rules has no name.', 'Give it a name: Prometheus refuses the file.');
    else if (names.has(name))
      remark(group, 'error', `The group ${name} stands there twice.`, 'Rename one: Prometheus refuses the file.');
    names.add(name);
    const rules = items(child(group, 'rules')).flatMap((rule) => readRule(rule, name) ?? []);
    return { name, place: placeAt(group), intervalMs: duration(group, 'interval'), rules };
  });
}

function readRule(at: At, group: string): Rule | null {
  const alert = textAt(at, 'alert');
  const record = textAt(at, 'record');
  const expr = textAt(at, 'expr');
  if (expr === null || (alert === null) === (record === null)) {
    const what = expr === null ? 'A rule has no expression.' : 'A rule must have either `alert` or `record`.';
    remark(at, 'error', what, refused);
    return null;
  }
  refuseUnknown(at, ruleKeys, `The rule ${alert ?? record}`);
  if (record !== null) {
    if (/[{}]/.test(record)) remark(at, 'error', `\`${record}\` can be no name of a metric.`, refused);
    else if (!/^[a-zA-Z_:][\w:]*$/.test(record)) sinceVersion3(at, record, 'a metric');
    for (const key of ['for', 'keep_firing_for', 'annotations'])
      if (child(at, key) !== null)
        remark(at, 'error', `The recording rule ${record} has \`${key}\`, which only alerts have.`, refused);
  }
  const labels = table(child(at, 'labels'));
  const annotations = table(child(at, 'annotations'));
  for (const [key, name] of [
    ...Object.keys(labels.values).map((name) => ['labels', name] as const),
    ...Object.keys(annotations.values).map((name) => ['annotations', name] as const),
  ]) {
    const what = key === 'labels' ? 'a label' : 'an annotation';
    const place = child(at, key) ?? at;
    // It would make another metric of each alert.
    if (key === 'labels' && name === '__name__')
      remark(place, 'error', `\`${name}\` can be no name of ${what}.`, refused);
    else if (!/^[a-zA-Z_]\w*$/.test(name)) sinceVersion3(place, name, what);
  }
  for (const [name, text] of alert === null ? [] : Object.entries({ ...labels.values, ...annotations.values })) {
    const why = whyNoTemplate(text);
    if (why !== null) remark(at, 'error', `The text of ${name} is no template: ${why}.`, refused);
  }
  const lines: Record<string, number> = {};
  for (const key of ['expr', 'for', 'labels', 'annotations']) {
    const line = keyLine(at, key);
    if (line !== null) lines[key] = line;
  }
  for (const [key, line] of Object.entries(labels.lines)) lines[`labels.${key}`] = line;
  for (const [key, line] of Object.entries(annotations.lines)) lines[`annotations.${key}`] = line;
  return {
    kind: alert === null ? 'record' : 'alert',
    name: alert ?? record ?? '',
    expr,
    forMs: duration(at, 'for') ?? 0,
    labels: labels.values,
    annotations: annotations.values,
    group,
    place: placeAt(at),
    lines,
  };
}

function duration(at: At, key: string): number | null {
  const text = textAt(at, key);
  if (text === null) return null;
  const ms = durationMs(text);
  if (ms === null)
    remark(child(at, key) ?? at, 'error', `\`${key}: ${text}\` is no duration.`, 'Write it as `5m` or `1h30m`.');
  return ms;
}

function refuseUnknown(at: At, known: readonly string[], what: string): void {
  for (const key of keysOf(at))
    if (!known.includes(key)) remark(at, 'error', `${what} has a field \`${key}\`, which there is not.`, refused);
}

/** Braces that stay open, and blocks without their end; null: neither. */
function whyNoTemplate(text: string): string | null {
  let open = 0;
  let rest = text;
  for (;;) {
    const at = rest.indexOf('{{');
    if (at < 0) break;
    const [action] =
      /^\{\{(?:"(?:\\.|[^"\\])*"|`[^`]*`|\/\*[\s\S]*?\*\/|(?!\}\}|\{\{|\/\*)[^"`])*\}\}/.exec(rest.slice(at)) ?? [];
    if (action === undefined) return '`{{` stays open';
    const [, word = ''] = /^\{\{-?\s*(\w*)/.exec(action) ?? [];
    if (['if', 'range', 'with', 'define', 'block'].includes(word)) open++;
    if (word === 'end' && --open < 0) return 'it has an `end` too many';
    rest = rest.slice(at + action.length);
  }
  return open > 0 ? 'an `end` is missing' : null;
}

/** Whether it is wrong depends on who loads it. */
function sinceVersion3(at: At, name: string, what: string): void {
  const todo = 'Rename it, or see that every Prometheus that loads it is of version 3 or later.';
  remark(at, 'gap', `\`${name}\` is a name of ${what} only from version 3 of Prometheus on.`, todo);
}
