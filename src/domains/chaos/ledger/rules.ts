// biome-ignore-all lint/suspicious/noTemplateCurlyInString: `${token}` and its like are filled in when a request is sent (template.ts)

import { z } from 'zod';
import { jsonPath } from '../experiment/values/jsonpath.ts';

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i, 'must be the name of a header');
const headers = z.record(headerName, z.string().regex(/^[\t\x20-\x7e]*$/));
const path = z.string().regex(/^\/(?!\/)[\x21-\x7e]*$/, 'must be a path that begins with one slash');
const place = z
  .string()
  .regex(/^\$?[\w-]*(\[\*\])?(\.[\w-]+(\[\*\])?)*$/, 'must be names and [*] joined by dots, such as orders[*].note');
const statuses = z.array(z.int().min(100).max(599)).max(100);
const idPath = z.string().refine((text) => isJsonPath(text), 'must be a JSONPath, such as $.id');
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

const write = z.strictObject({
  method: method.default('POST').describe('Method of the request.'),
  path: path.describe('Path and query of the request.'),
  headers: headers.optional().describe('Headers of the request; none when absent.'),
  body: z
    .unknown()
    .optional()
    .describe('Text, or JSON whose texts may hold ${token}, ${value}, ${key} and ${expected}; none when absent.'),
});
const read = z
  .strictObject({
    path: path.describe('Path and query of the request.'),
    headers: headers.optional().describe('Headers of the request; none when absent.'),
    values: place
      .optional()
      .describe(
        'Where in the JSON answer the values are: orders[*].note. Each counts as a copy. Needed when text is absent.',
      ),
    text: z.literal(true).optional().describe('The answer as a whole is the value. Needed when values is absent.'),
  })
  .refine((one) => (one.values === undefined) !== (one.text === undefined), 'needs either values or text');

/** What a configuration may say of the writes that are followed through faults. */
export const ledgerSchema = z
  .strictObject({
    subject: z
      .string()
      .min(1)
      .max(80)
      .optional()
      .describe('What is written, for the report; method and path when absent.'),
    login: z
      .strictObject({
        path: path.describe('Path and query of the request; it is a POST.'),
        body: z.unknown().optional().describe('Text or JSON; none when absent.'),
        headers: headers.optional().describe('Headers of the request; none when absent.'),
        token: place.describe('Where the token is in the JSON answer.'),
        header: z.string().min(1).default('authorization').describe('Header that carries the token.'),
        prefix: z.string().default('Bearer ').describe('Text before the token in that header.'),
      })
      .optional()
      .describe('How each client logs in; it does not when absent.'),
    write: write
      .extend({
        id: z
          .union([
            z.strictObject({
              json: idPath.describe('JSONPath in the JSON answer: $.id. Needed when header is absent.'),
            }),
            z.strictObject({
              header: headerName.describe(
                'Header of the answer; with Location the id is the last part of the path. Needed when json is absent.',
              ),
            }),
          ])
          .optional()
          .describe(
            'Where the answer has the id that the target assigned; read uses it as ${id}. Not looked for when absent.',
          ),
        acknowledged: statuses
          .optional()
          .describe('Statuses that acknowledge the write. 202 promises nothing, so 200 to 299 without it when absent.'),
        refused: statuses
          .optional()
          .describe(
            'Statuses after which it is certainly not there; 400 to 499 without 408, 409, 425 and 499 when absent.',
          ),
      })
      .describe('Stores ${value}, which begins with ${token}.'),
    read: read.describe('Finds what was written with ${token}; 404 means that it is not there.'),
    list: z
      .strictObject({
        path: path.describe('Path and query of the request.'),
        headers: headers.optional().describe('Headers of the request; none when absent.'),
        values: place.describe('Where in the JSON answer the values are.'),
        next: place
          .optional()
          .describe('Where in the JSON answer the cursor of the next page is; all is on one page when absent.'),
      })
      .optional()
      .describe(
        'Lists all that was written, page by page: the value at next is ${cursor} of the next page. Duplicates and strays are not looked for when absent.',
      ),
    register: z
      .strictObject({
        read: read.describe('Reads the value under ${key}.'),
        write: write.describe('Stores ${value} under ${key}.'),
        cas: write
          .optional()
          .describe(
            'Stores ${value} where ${expected} is, and answers 409 or 412 where it is not; not done when absent.',
          ),
        callsPerKey: z.int().min(10).max(2000).default(200).describe('After so many, another ${key} is used.'),
      })
      .optional()
      .describe('A single value under a key, checked for linearizability; none when absent.'),
    clients: z.int().min(1).max(64).default(4).describe('Clients that write and read side by side.'),
    ratePerSecond: z
      .number()
      .positive()
      .max(1000)
      .default(10)
      .describe('Writes, reads and calls on registers together.'),
    timeoutMs: z
      .int()
      .min(50)
      .max(600_000)
      .default(5000)
      .describe('A request that takes longer has an unknown outcome.'),
    settleMs: z
      .int()
      .min(0)
      .max(600_000)
      .default(2000)
      .describe('What is missing is looked for again after this time.'),
    recoverMs: z
      .int()
      .min(0)
      .max(3_600_000)
      .default(60_000)
      .describe('How long to wait until the target answers again.'),
    freshReads: z.boolean().default(true).describe('Whether a read after a write must show it.'),
    restart: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Program and arguments that restart the target with its caches gone; it is not restarted when absent.'),
  })
  .refine(({ write, read }) => write.id !== undefined || !read.path.includes('${id}'), {
    path: ['write', 'id'],
    error: 'must say where the id is, as read.path holds ${id}',
  });

function isJsonPath(text: string): boolean {
  try {
    jsonPath(text);
    return true;
  } catch {
    return false;
  }
}

export type LedgerRules = z.input<typeof ledgerSchema>;
export type LedgerWrite = z.output<typeof write>;
export type LedgerRead = z.output<typeof read>;

/** With every default filled in; plain JSON. */
export type ResolvedLedger = z.output<typeof ledgerSchema> & {
  subject: string;
  /** The requests are known to be right, so that a target which keeps nothing is distinguished from a mistaken configuration. */
  proven: boolean;
};

export function resolveLedger(rules: LedgerRules): ResolvedLedger {
  const parsed = ledgerSchema.parse(rules);
  const { method, path: written } = parsed.write;
  return { ...parsed, subject: parsed.subject ?? `${method} ${written.split('?')[0]}`, proven: false };
}

export const ledgerExample: LedgerRules = {
  subject: 'orders',
  login: {
    path: '/api/login',
    body: { email: 'ledger@shop.test', password: 'of a test account' },
    headers: { 'x-client': 'ledger' },
    token: 'token',
    header: 'authorization',
    prefix: 'Bearer ',
  },
  write: {
    method: 'POST',
    path: '/api/orders',
    headers: { 'x-client': 'ledger' },
    body: { note: '${value}' },
    id: { json: '$.order.id' },
    acknowledged: [201],
    refused: [400, 422],
  },
  read: { path: '/api/orders?note=${token}', headers: { 'x-client': 'ledger' }, values: 'orders[*].note' },
  list: {
    path: '/api/orders?after=${cursor}',
    headers: { 'x-client': 'ledger' },
    values: 'orders[*].note',
    next: 'next',
  },
  register: {
    read: { path: '/api/settings/${key}', headers: { 'x-client': 'ledger' }, text: true },
    write: { method: 'PUT', path: '/api/settings/${key}', headers: { 'x-client': 'ledger' }, body: '${value}' },
    cas: {
      method: 'PUT',
      path: '/api/settings/${key}?if=${expected}',
      headers: { 'x-client': 'ledger' },
      body: '${value}',
    },
    callsPerKey: 200,
  },
  clients: 4,
  ratePerSecond: 10,
  timeoutMs: 5000,
  settleMs: 2000,
  recoverMs: 60_000,
  freshReads: true,
  restart: ['systemctl', 'restart', 'shop'],
};
