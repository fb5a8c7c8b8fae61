import { stringify } from 'yaml';
import { durationText } from '../../promql/duration.ts';
import type { Rule, RuleGroup } from '../model.ts';

/** Groups as a rule file of Prometheus, whatever they were read from. Names of groups are made unique, as one file asks for. */
export function ruleFileText(
  groups: readonly (Pick<RuleGroup, 'name' | 'intervalMs'> & { rules: readonly Rule[] })[],
): string {
  const seen = new Map<string, number>();
  return stringify(
    {
      groups: groups.map(({ name, intervalMs, rules }) => {
        const count = (seen.get(name) ?? 0) + 1;
        seen.set(name, count);
        return {
          name: count === 1 ? name : `${name}#${count}`,
          ...(intervalMs === null ? {} : { interval: durationText(intervalMs) }),
          rules: rules.map(asDocument),
        };
      }),
    },
    { lineWidth: 0 },
  );
}

function asDocument(rule: Rule): object {
  const { kind, name, expr, forMs, labels, annotations } = rule;
  return {
    [kind]: name,
    expr,
    ...(forMs > 0 ? { for: durationText(forMs) } : {}),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(kind === 'alert' && Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}
