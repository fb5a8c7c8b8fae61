import type { AlertmanagerModel, Labels } from '../alertmanager/model.ts';
import { labelsAskedFor } from '../alertmanager/routing.ts';
import { isAlwaysThere } from '../promql/emptiness.ts';
import { pinnedValue } from '../promql/pinned.ts';
import { selectorsOf } from '../promql/questions.ts';
import { isGeneratedFor } from '../rules/checks/sets.ts';
import { type RuleFile, rulesOf, type Slo } from '../rules/model.ts';
import { parseRules, recordedBy, recordedIn } from '../rules/parsed.ts';
import { openText, outcomesOf } from '../rules/template-texts.ts';
import type { KnownAlert } from './bench.ts';

export interface RoutableAlert extends KnownAlert {
  /** It fires whatever is scraped, as a dead man's switch does. */
  readonly always: boolean;
}

export interface KnownAlerts {
  readonly alerts: readonly RoutableAlert[];
  /** Objectives whose alerts are in no rule, and of which the file does not say enough. */
  readonly notKnown: readonly Slo[];
}

/**
 * Alerts of the rules, with the labels that are known without a query: those of the rule in each branch of its templates, those that its expression
 * leaves one value, and Prometheus' own. Alerts of an objective whose rules were not given are as Sloth would write them.
 */
export function knownAlerts(files: readonly RuleFile[], model: AlertmanagerModel, external: Labels): KnownAlerts {
  const rules = rulesOf(files);
  const { parsed } = parseRules(rules);
  const expressionOf = new Map(parsed.map(({ rule, expression }) => [rule, expression]));
  const recorded = recordedIn({ recorded: recordedBy(parsed) });
  const asked = [...labelsAskedFor(model)];
  const ofRules = rules
    .filter(({ kind }) => kind === 'alert')
    .flatMap((rule) => {
      const expression = expressionOf.get(rule);
      const pinned = asked.flatMap((name): [string, string][] => {
        const value = expression === undefined ? null : pinnedValue(expression, name, recorded);
        return value === null ? [] : [[name, value]];
      });
      const always = expression !== undefined && selectorsOf(expression).length === 0 && isAlwaysThere(expression);
      return everyBranch(rule.labels).map((labels) => ({
        ...{ name: rule.name, annotations: rule.annotations, always },
        labels: { ...external, ...Object.fromEntries(pinned), ...labels, alertname: rule.name },
      }));
    });
  const alone = files.flatMap(({ slos }) => slos).filter((slo) => !rules.some((rule) => isGeneratedFor(rule, slo)));
  const ofObjectives = alone.flatMap(({ alerts }) =>
    (alerts ?? []).map(({ name, labels, annotations }) => ({
      ...{ name, annotations, always: false },
      labels: { ...external, ...labels, alertname: name },
    })),
  );
  return { alerts: [...ofRules, ...ofObjectives], notKnown: alone.filter(({ alerts }) => alerts === null) };
}

/** The labels with the first branch of each template, and once more for each other branch. */
function everyBranch(labels: Labels): Labels[] {
  const first: Record<string, string> = {};
  const others: [string, string][] = [];
  for (const [name, text] of Object.entries(labels)) {
    const [one = '', ...more] = outcomesOf(text).texts.map((outcome) => outcome.replaceAll(openText, `${name}-1`));
    first[name] = one;
    others.push(...more.map((other): [string, string] => [name, other]));
  }
  return [first, ...others.map(([name, text]) => ({ ...first, [name]: text }))];
}
