import type { AlertmanagerModel, Labels } from '../../alertmanager/model.ts';
import { labelsAskedFor } from '../../alertmanager/routing.ts';
import { has } from '../../promql/label-sets.ts';
import { possibleLabels } from '../../promql/labels.ts';
import { pinnedValue } from '../../promql/pinned.ts';
import { type Known, recordedIn } from '../../rules/parsed.ts';
import { openText, outcomesOf } from '../../rules/template-texts.ts';

/** Labels with which alerts of the rules can come: of each rule one, and one more for each label by which it could come twice. */
export function alertsOf(known: Known, model: AlertmanagerModel): Labels[] {
  const asked = labelsAskedFor(model);
  const recorded = recordedIn(known);
  return known.rules.flatMap(({ rule, expression }) => {
    if (rule.kind !== 'alert') return [];
    const own: Record<string, string> = { alertname: rule.name };
    // A template can become each of its branches.
    const branches = new Map<string, readonly string[]>();
    for (const [name, text] of Object.entries(rule.labels)) {
      const texts = outcomesOf(text).texts.map((one) => one.replaceAll(openText, `${name}-1`));
      own[name] = texts[0] ?? '';
      if (texts.length > 1) branches.set(name, texts.slice(1));
    }
    const possible = possibleLabels(expression);
    const open = [...asked].filter((name) => own[name] === undefined && has(possible, name));
    const varied: string[] = [];
    for (const name of open) {
      const pinned = pinnedValue(expression, name, recorded);
      own[name] = pinned ?? `${name}-1`;
      if (pinned === null) varied.push(name);
    }
    return [
      own,
      ...varied.map((name) => ({ ...own, [name]: `${name}-2` })),
      ...[...branches].flatMap(([name, texts]) => texts.map((text) => ({ ...own, [name]: text }))),
    ];
  });
}
