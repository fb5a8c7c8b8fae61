import { parse } from 'yaml';
import { z } from 'zod';
import { readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';

const mostBytes = 2 ** 20;

const columnAction = z
  .string()
  .regex(
    /^(?:keep|pseudonym|name|text|letters|date|birth|digits|null|fixed:.*)$/s,
    'unknown action; use keep, pseudonym, name, text, letters, date, birth, digits, null or fixed:<value>',
  );

const schema = z.strictObject({
  k: z.int().min(2).optional(),
  columns: z
    .record(z.string().regex(/^[^.]+(?:\.[^.]+){1,2}$/, 'write table.column or schema.table.column'), columnAction)
    .default({}),
  tables: z.record(z.string().min(1), z.enum(['empty', 'leave'])).default({}),
  constants: z.record(z.string().min(1), z.enum(['keep', 'leave'])).default({}),
  comments: z.enum(['keep', 'leave']).optional(),
  polymorphic: z
    .array(
      z.strictObject({
        table: z.string().min(1),
        type: z.string().min(1),
        id: z.string().min(1),
        targets: z.record(z.string(), z.string().min(1)),
      }),
    )
    .default([]),
});

/** How a database is anonymized, where that is not found by names, types and contents. */
export interface DataRules {
  /** A text that so many rows of different owners share is vocabulary; absent: 10. */
  k?: number | undefined;
  columns: Record<string, string>;
  /** `empty`: without its rows; `leave`: not copied at all. */
  tables: Record<string, 'empty' | 'leave'>;
  /** What a definition says about someone, by the name of the object: `keep` or `leave` the object out. */
  constants: Record<string, 'keep' | 'leave'>;
  comments?: 'keep' | 'leave' | undefined;
  /** References that no foreign key declares: a column says of which table the id is. */
  polymorphic: { table: string; type: string; id: string; targets: Record<string, string> }[];
}

export const noRules: DataRules = { columns: {}, tables: {}, constants: {}, polymorphic: [] };

/** @throws ShakedownError DATA_RULES, naming file and place */
export async function loadDataRules(file: string): Promise<DataRules> {
  const refuse = (what: string, cause?: unknown) =>
    new ShakedownError('DATA_RULES', `${file}: ${what}.`, {
      hint: 'A rules file is YAML or JSON with columns, tables, constants and polymorphic; see docs/data.md.',
      cause,
    });
  let raw: unknown;
  try {
    raw = parse((await readBounded(file, mostBytes)).toString('utf8'), { maxAliasCount: 0 });
  } catch (cause) {
    throw refuse(`cannot be read: ${(cause as Error).message.split('\n')[0]}`, cause);
  }
  const parsed = schema.safeParse(raw ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuse(`${issue?.path.join(' › ') || 'rules'}: ${issue?.message ?? 'not valid'}`);
}

/** Of a table, with its schema or without. */
export function ruleFor<T>(
  rules: Readonly<Record<string, T>>,
  schemaName: string,
  table: string,
  column?: string,
): T | undefined {
  const name = column === undefined ? table : `${table}.${column}`;
  return rules[`${schemaName}.${name}`] ?? rules[name];
}
