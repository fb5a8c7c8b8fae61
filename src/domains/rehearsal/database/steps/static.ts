import { onPath } from '../../../../environment/paths.ts';
import { runProgram } from '../../../../environment/run-program.ts';
import type { Statement } from './split.ts';
import type { Part, Step } from './step.ts';

export interface Finding {
  step: string;
  rule: string;
  says: string;
  by: 'own' | 'squawk';
}

interface Rule {
  id: string;
  says: string;
  finds(statement: Statement, part: Part, before: readonly Statement[]): boolean;
}

const notVolatile =
  /\b(now|current_timestamp|current_date|localtimestamp|transaction_timestamp|statement_timestamp)\b/i;

/** What keeps users waiting on a large table. A release's own measures decide; these say where to look. */
const rules: readonly Rule[] = [
  {
    id: 'unbatched-change',
    says: 'changes all rows at once, and their locks are held until the end',
    finds: ({ bare }, { isBatched }) =>
      !isBatched && /^(UPDATE|DELETE FROM)\b/i.test(bare) && !/\bWHERE\b.*(=|\bIN\b)/i.test(bare),
  },
  { id: 'lock-table', says: 'locks the table for everybody', finds: ({ bare }) => /^LOCK\b/i.test(bare) },
  {
    id: 'index-not-concurrent',
    says: 'keeps writers waiting until the index is built',
    finds: ({ bare }, _, before) =>
      /^(CREATE (UNIQUE )?INDEX|REINDEX|DROP INDEX)\b(?!.*\bCONCURRENTLY\b)/i.test(bare) && !isOnNewTable(bare, before),
  },
  {
    id: 'volatile-default',
    says: 'writes the table anew, as the default differs from row to row',
    finds: ({ bare }) =>
      /\bADD (COLUMN )?.*\bDEFAULT [^,]*\(/i.test(bare) &&
      !notVolatile.test(/\bDEFAULT ([^,]*)/i.exec(bare)?.[1] ?? '') &&
      /^ALTER TABLE\b/i.test(bare),
  },
  {
    id: 'type-change',
    says: 'writes the table anew while nobody may use it',
    finds: ({ bare }) => /^ALTER TABLE\b.*\bALTER (COLUMN )?\S+ (SET DATA )?TYPE\b/i.test(bare),
  },
  {
    id: 'not-null-without-check',
    says: 'reads the whole table while nobody may use it; a validated CHECK (… IS NOT NULL) before it saves that',
    finds: ({ bare }, _, before) => {
      const column = /^ALTER TABLE\b.*\bALTER (?:COLUMN )?(\S+) SET NOT NULL\b/i.exec(bare)?.[1];
      if (column === undefined) return false;
      const isChecked = before.some((one) => one.bare.includes(column) && /\bCHECK\b.*\bIS NOT NULL\b/i.test(one.bare));
      return !(isChecked && before.some((one) => /\bVALIDATE CONSTRAINT\b/i.test(one.bare)));
    },
  },
  {
    id: 'constraint-validated-at-once',
    says: 'reads the whole table under a lock; NOT VALID, and VALIDATE CONSTRAINT in a later step, do not',
    finds: ({ bare }, _, before) =>
      /^ALTER TABLE\b.*\bADD (CONSTRAINT \S+ )?(CHECK|FOREIGN KEY)\b(?!.*\bNOT VALID\b)/i.test(bare) &&
      !isOnNewTable(bare, before),
  },
];

/** Whether a statement is about a table that the migration made itself. */
function isOnNewTable(bare: string, before: readonly Statement[]): boolean {
  return before.some(({ bare: earlier }) => {
    const table = /^CREATE TABLE (?:IF NOT EXISTS )?(\S+)/i.exec(earlier)?.[1];
    return table !== undefined && new RegExp(`\\b${table.replaceAll(/\W/g, '\\$&')}\\b`, 'i').test(bare);
  });
}

/** What our own rules find in the steps forwards. */
export function ownFindings(steps: readonly Step[]): Finding[] {
  const before: Statement[] = [];
  return steps.flatMap(({ name, up }) =>
    up.statements.flatMap((statement) => {
      const found = rules.filter(({ finds }) => finds(statement, up, before));
      before.push(statement);
      return found.map(({ id, says }): Finding => ({ step: name, rule: id, says, by: 'own' }));
    }),
  );
}

/** What squawk finds; null: it is not on PATH, or cannot be read. Its opinions are listed, and judged by what is measured. */
export async function squawkFindings(
  steps: readonly Step[],
  write: (name: string, sql: string) => Promise<string>,
  signal: AbortSignal,
): Promise<{ version: string; findings: Finding[] } | null> {
  const [program] = onPath('squawk');
  if (program === undefined || steps.length === 0) return null;
  const asked = await runProgram(program, ['--version'], { timeoutMs: 10_000, signal });
  if (asked.kind !== 'ended' || asked.code !== 0) return null;
  const findings: Finding[] = [];
  for (const { name, up } of steps) {
    const file = await write(`${name}.sql`, up.statements.map(({ text }) => `${text};\n`).join(''));
    const outcome = await runProgram(program, ['--reporter', 'json', file], { timeoutMs: 30_000, signal });
    if (outcome.kind !== 'ended') return null;
    try {
      const found = JSON.parse(outcome.stdout) as {
        rule_name?: string;
        message?: string;
        messages?: { Note?: string }[];
      }[];
      for (const { rule_name: rule = '', message = '' } of found)
        findings.push({ step: name, rule, says: message, by: 'squawk' });
    } catch {
      return null;
    }
  }
  return { version: asked.stdout.trim(), findings };
}
