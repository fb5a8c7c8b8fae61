// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${token}` and its like are filled in when a request is sent (template.ts)

import { z } from 'zod';

const headers = z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i), z.string().regex(/^[\t\x20-\x7e]*$/));
const path = z.string().regex(/^\/(?!\/)[\x21-\x7e]*$/, 'must be a path that begins with one slash');
const place = z
  .string()
  .regex(/^\$?[\w-]*(\[\*\])?(\.[\w-]+(\[\*\])?)*$/, 'must be names and [*] joined by dots, such as orders[*].note');
const statuses = z.array(z.int().min(100).max(599)).max(100);
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

const write = z.strictObject({
  method: method.optional().describe('POST when absent.'),
  path,
  headers: headers.optional(),
  body: z
    .unknown()
    .optional()
    .describe('Text, or JSON whose texts may hold ${token}, ${value}, ${key} and ${expected}.'),
});
const read = z
  .strictObject({
    path,
    headers: headers.optional(),
    values: place
      .optional()
      .describe('Where in the JSON answer the values are: orders[*].note. All of them are copies.'),
    text: z.literal(true).optional().describe('The answer is the value.'),
  })
  .refine((one) => (one.values === undefined) !== (one.text === undefined), 'needs either values or text');

/** What a configuration may say of the writes that are followed through faults. */
export const ledgerSchema = z.strictObject({
  subject: z.string().min(1).max(80).optional(),
  login: z
    .strictObject({
      path,
      body: z.unknown().optional(),
      headers: headers.optional(),
      token: place.describe('Where the token is in the JSON answer.'),
      header: z.string().min(1).optional().describe('Header it is sent in; authorization when absent.'),
      prefix: z.string().optional().describe('What comes before it; "Bearer " when absent.'),
    })
    .optional(),
  write: write
    .extend({
      acknowledged: statuses.optional().describe('Statuses that promise the write; 200 to 299 when absent.'),
      refused: statuses
        .optional()
        .describe('Statuses after which it is surely not there; 400 to 499 without 408, 409, 425 and 499 when absent.'),
    })
    .describe('Stores ${value}, which begins with ${token}.'),
  read: read.describe('Finds what was written with ${token}; 404 means that it is not there.'),
  list: z
    .strictObject({ path, headers: headers.optional(), values: place, next: place.optional() })
    .optional()
    .describe('Lists all that was written, page by page: the value at next is ${cursor} of the next page.'),
  register: z
    .strictObject({
      read,
      write,
      cas: write.optional().describe('Stores ${value} where ${expected} is; 409 or 412 where it is not.'),
      callsPerKey: z
        .int()
        .min(10)
        .max(2000)
        .optional()
        .describe('After so many, another ${key} is used; 200 when absent.'),
    })
    .optional()
    .describe('A single value under a key, checked for linearizability.'),
  clients: z.int().min(1).max(64).optional(),
  ratePerSecond: z
    .number()
    .positive()
    .max(1000)
    .optional()
    .describe('Writes, reads and calls on registers together; 10 when absent.'),
  timeoutMs: z.int().min(50).max(600_000).optional(),
  settleMs: z.int().min(0).max(600_000).optional().describe('What is missed is looked for again after this long.'),
  recoverMs: z.int().min(0).max(3_600_000).optional().describe('How long to wait until the target answers again.'),
  freshReads: z.boolean().optional().describe('A read after a write must show it; true when absent.'),
  restart: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe('Program that restarts the target with its caches gone.'),
});

export type LedgerRules = z.output<typeof ledgerSchema>;
export type LedgerWrite = z.output<typeof write>;
export type LedgerRead = z.output<typeof read>;

type Defaults = 'subject' | 'clients' | 'ratePerSecond' | 'timeoutMs' | 'settleMs' | 'recoverMs' | 'freshReads';

/** With every default filled in; plain JSON. */
export type ResolvedLedger = LedgerRules & { [K in Defaults]-?: Exclude<LedgerRules[K], undefined> } & {
  /** The requests are known to be right, so that a target which keeps nothing is told from a mistaken configuration. */
  proven: boolean;
};

export function resolveLedger(rules: LedgerRules): ResolvedLedger {
  return {
    ...rules,
    subject: rules.subject ?? `${rules.write.method ?? 'POST'} ${rules.write.path.split('?')[0]}`,
    clients: rules.clients ?? 4,
    ratePerSecond: rules.ratePerSecond ?? 10,
    timeoutMs: rules.timeoutMs ?? 5000,
    settleMs: rules.settleMs ?? 2000,
    recoverMs: rules.recoverMs ?? 60_000,
    freshReads: rules.freshReads ?? true,
    proven: false,
  };
}
