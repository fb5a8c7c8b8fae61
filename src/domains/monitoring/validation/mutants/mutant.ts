import type { Rule } from '../rules/model.ts';

/** Every way in which rules are spoiled. The words are for the report. */
export const ruleOperators = {
  threshold: 'threshold raised or lowered',
  comparison: 'comparison changed',
  for: '`for` changed',
  window: 'window halved or doubled',
  label: 'matcher dropped or turned round',
  by: 'label taken out of `by`, `on` or `without`',
  set: '`and`, `or` or `unless` changed',
  severity: 'severity changed',
  runbook: 'runbook taken out',
  template: 'template emptied',
  deleted: 'rule deleted',
} as const;
export type RuleOperator = keyof typeof ruleOperators;

/** A copy of a rule with one thing changed. */
export interface Mutant {
  readonly operator: RuleOperator;
  /** As it was. */
  readonly of: Rule;
  /** null: the rule is not there any more. */
  readonly rule: Rule | null;
  /** What was changed: `> 0.8 → > 1.2`. */
  readonly what: string;
  /** Why it means the same as the rule does; null: nothing shows that. */
  readonly equivalent: string | null;
}
