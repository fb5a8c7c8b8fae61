import { canonical } from '../../promql/same.ts';
import { type Finding, finding, findingAt } from '../finding.ts';
import type { Rule, Slo } from '../model.ts';
import type { Known } from '../parsed.ts';

/** Rules that say the same twice. */
export function checkDuplicates({ rules }: Known): Finding[] {
  const first = new Map<string, Rule>();
  const findings: Finding[] = [];
  for (const { rule, expression } of rules) {
    const labels = Object.entries(rule.labels).sort().map(String).join(';');
    const key = `${rule.kind} ${rule.name} ${labels} ${canonical(expression)}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, rule);
    else {
      const where = `${other.place.file}:${other.place.line}`;
      const what =
        rule.kind === 'alert'
          ? `${rule.name} stands there twice, with the same expression and labels; the other is at ${where}.`
          : `${rule.name} is recorded twice by the same expression; the other rule is at ${where}.`;
      findings.push(finding('review', 'duplicate', rule, 'expr', what, 'Take one of them out.'));
    }
  }
  return findings;
}

/** Objectives that no rule watches, and such as cannot be missed or kept. */
export function checkObjectives(slos: readonly Slo[], { rules }: Known): Finding[] {
  return slos.flatMap((slo) => {
    const findings: Finding[] = [];
    const add = (kind: Finding['kind'], what: string, todo: string) =>
      findings.push(findingAt(kind, 'slo', slo.place, what, todo));
    if (slo.objective !== null && (slo.objective >= 100 || slo.objective <= 0)) {
      const what = `The SLO ${slo.name} has the objective ${slo.objective} %, which leaves no error budget to burn.`;
      add('wrong', what, 'Give a percentage between 0 and 100, such as 99.9.');
    }
    if (!rules.some(({ rule }) => isGeneratedFor(rule, slo))) {
      const what = `No rule of the SLO ${slo.name} (service ${slo.service}) was given, so nothing of its alerts was looked at.`;
      add('gap', what, 'Add what `sloth generate` makes of it to `monitoring.rules`, or install sloth.');
    }
    return findings;
  });
}

/** Whether Sloth made a rule of an objective, by the labels that it gives it. */
export function isGeneratedFor({ labels }: Pick<Rule, 'labels'>, slo: Slo): boolean {
  if (labels.sloth_id !== undefined) return labels.sloth_id === slo.id;
  return labels.sloth_slo === slo.name && labels.sloth_service === slo.service;
}
