import { exitCodes, ShakedownError } from '../../../model/error.ts';

const codes: Record<string, readonly [code: string, what: string, hint: string]> = {
  '53100': [
    'DATA_TARGET_FULL',
    'The disk of the target is full',
    'Free some space; the same command, with the same key, goes on from there.',
  ],
  ENOSPC: [
    'DATA_TARGET_FULL',
    'The disk of the target is full',
    'Free some space; the same command, with the same key, goes on from there.',
  ],
  '42501': [
    'DATA_PERMISSION',
    'This role may not do that',
    'Reading needs SELECT on all tables and BYPASSRLS where rows are secured; writing needs a database of its own.',
  ],
  '57P01': [
    'DATA_INTERRUPTED',
    'A database ended the connection',
    'The same command, with the same key, goes on from there.',
  ],
  ECONNRESET: [
    'DATA_INTERRUPTED',
    'A database closed the connection',
    'The same command, with the same key, goes on from there.',
  ],
};
const insecure = /row-level security|row security/;

/** What PostgreSQL or the system says, as one line with what to do. */
export function shownFailure(error: unknown): unknown {
  if (error instanceof ShakedownError) return error;
  const { code = '', message = '', where, table, column } = error as Record<string, string | undefined>;
  const found =
    codes[code] ?? (/Connection terminated|connection/i.test(message) && code === '' ? codes.ECONNRESET : undefined);
  const secured = insecure.test(message) ? codes['42501'] : undefined;
  const [name, what, hint] =
    secured ?? found ?? (/^[0-9A-Z]{5}$/.test(code) ? ['DATA_COPY', 'A database refuses', refused(code)] : []);
  if (name === undefined || what === undefined || hint === undefined) return error;
  // The line of the COPY holds values; where it is says enough.
  const place =
    /COPY ([^,]+)/.exec(where ?? '')?.[1] ??
    ([table, column].filter((each) => each !== undefined).join('.') || undefined);
  return new ShakedownError(
    name,
    `${what}${place === undefined ? '' : ` (${place})`}: ${message.replace(/\.$/, '')}.`,
    {
      hint,
      exitCode: exitCodes.usage,
      cause: error,
    },
  );
}

const refused = (code: string) =>
  code.startsWith('22') || code.startsWith('23')
    ? 'The pseudonym does not fit the column: say in the rules what is done with it, such as `columns: {table.column: keep}`.'
    : 'See what it says, and whether both databases are of a version that is supported (12 and later).';
