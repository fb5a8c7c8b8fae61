import { z } from 'zod';
import type { Place, Rule } from './model.ts';

/**
 * `wrong`: certainly; it fails. `review`: it may be wrong, and a person must say. `gap`: it was not looked at. `note`: it is right, and could be better.
 * Review and gap make a check inconclusive, a note changes nothing.
 */
export const findingSchema = z.strictObject({
  kind: z.enum(['wrong', 'review', 'gap', 'note']),
  check: z.string(),
  file: z.string(),
  line: z.number(),
  /** null: of no single rule. */
  rule: z.string().nullable(),
  what: z.string(),
  todo: z.string(),
});

export type Finding = z.infer<typeof findingSchema>;

export function finding(
  kind: Finding['kind'],
  check: string,
  rule: Rule,
  key: string,
  what: string,
  todo: string,
): Finding {
  const line = rule.lines[key] ?? rule.place.line;
  return { kind, check, file: rule.place.file, line, rule: rule.name, what, todo };
}

export function findingAt(
  kind: Finding['kind'],
  check: string,
  { file, line }: Place,
  what: string,
  todo: string,
): Finding {
  return { kind, check, file, line, rule: null, what, todo };
}
