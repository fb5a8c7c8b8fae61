import { z } from 'zod';
import { headersSchema, urlSchema } from '../../../../model/http-schemas.ts';
import { secret } from '../../../../model/secret.ts';
import { type HealthSetting, type Subject, subjects } from '../health/settings.ts';

const text = z.string().min(1).max(500);
const port = z.int().min(1).max(65_535);
const of = z.enum(subjects).describe('Which part of the system it checks.');
const caFile = text.optional().describe('PEM file of the CA that signed its certificate; those of Node when absent.');
const wrongPassword = z
  .boolean()
  .default(true)
  .describe('Log in once with a wrong password as well, which must be refused.');
const seconds = z.number().positive().max(86_400);

const common = {
  name: text.max(80).describe('Name in the report.'),
  timeoutS: seconds.max(60).default(5).describe('No answer within so many seconds fails.'),
};

/** A URL of one protocol, with its login. */
function address(...protocols: string[]) {
  const isOf = (given: string) => URL.canParse(given) && protocols.includes(new URL(given).protocol.slice(0, -1));
  return secret('address', z.string().refine(isOf, `must be a URL that begins with ${protocols.join(':// or ')}://`));
}

const check = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('http').describe('The check asks a URL over HTTP.'),
    ...common,
    of: of.default('api'),
    url: urlSchema.describe(
      'It is requested by GET; redirects are not followed. For a CDN, the second answer must come from its cache.',
    ),
    headers: headersSchema.default({}).describe('Headers of every request.'),
    status: z.int().min(100).max(599).optional().describe('The expected status; any from 200 to 299 when absent.'),
    contains: text.optional().describe('Text that the answer must have; none when absent.'),
    caFile,
  }),
  z.strictObject({
    kind: z.literal('tcp').describe('The check opens a connection.'),
    ...common,
    of: of.default('external'),
    host: text.describe('Its name or address.'),
    port: port.describe('Its port.'),
  }),
  z.strictObject({
    kind: z.literal('postgres').describe('The check logs in to a PostgreSQL and asks it.'),
    ...common,
    of: of.default('database'),
    url: address('postgres', 'postgresql').describe('With user and password.'),
    limits: z
      .strictObject({
        connectionsPercent: z.number().positive().max(100).default(80).describe('Share of its connections in use.'),
        lockWaitS: seconds.default(5).describe('The longest wait for a lock.'),
        statementS: seconds.default(60).describe('The longest statement.'),
        idleInTransactionS: seconds.default(60).describe('The longest transaction that does nothing.'),
        replicationLagS: seconds.default(10).describe('How far replicas are behind.'),
      })
      .prefault({})
      .describe('How busy it may be.'),
    wrongPassword,
  }),
  z.strictObject({
    kind: z.literal('redis').describe('The check pings a Redis.'),
    ...common,
    of: of.default('cache'),
    url: address('redis', 'rediss').describe('With user and password where it has them.'),
    memoryPercent: z
      .number()
      .positive()
      .max(100)
      .default(90)
      .describe('Share of its memory in use, where that is limited.'),
    caFile,
    wrongPassword,
  }),
  z.strictObject({
    kind: z.literal('amqp').describe('The check opens an AMQP 0-9-1 connection.'),
    ...common,
    of: of.default('queue'),
    url: address('amqp', 'amqps').describe('With user, password and virtual host.'),
    queues: z
      .array(
        z.strictObject({
          name: text.describe('Its name. The check does not create it.'),
          messagesAtMost: z.int().min(0).default(1000).describe('Messages that wait in it.'),
          consumersAtLeast: z.int().min(0).default(1).describe('Consumers that read it.'),
        }),
      )
      .max(100)
      .default([])
      .describe('Queues that must be there.'),
    caFile,
    wrongPassword,
  }),
  z.strictObject({
    kind: z.literal('dns').describe('The check resolves a name.'),
    ...common,
    of: of.default('external'),
    host: text.describe('The name that is resolved.'),
    type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT']).default('A').describe('Type of record.'),
    server: text
      .optional()
      .describe(
        'Address of the server that is asked. What programs of this machine ask, its hosts file first, when absent.',
      ),
    expect: z.array(text).max(100).default([]).describe('One answer must be among these; any when empty.'),
  }),
  z.strictObject({
    kind: z.literal('tls').describe('The check reads how long a certificate is valid.'),
    ...common,
    of: of.default('external'),
    host: text.describe('Host that shows the certificate.'),
    port: port.default(443).describe('Its port.'),
    servername: text.optional().describe('Name that the certificate is for; the host when absent.'),
    daysLeft: z.number().min(0).max(3650).default(14).describe('Days for which the certificate must still be valid.'),
    caFile,
  }),
]);

/** Health checks, each of which is also tried with something wrong. */
export const healthSettings = z
  .strictObject({
    checks: z
      .array(check)
      .max(200)
      .default([])
      .describe('Each check runs twice: as it is, and with something wrong on purpose, when it must fail.'),
    notThere: z.array(z.enum(subjects)).max(subjects.length).default([]).describe('What your system does not have.'),
  })
  .prefault({})
  .describe('Health checks of your system and of what it relies on.');

export interface ResolvedHealth {
  checks: HealthSetting[];
  notThere: Subject[];
}

/** @param at makes a path absolute */
export function resolveHealth(
  { checks, notThere }: z.output<typeof healthSettings>,
  at: (path: string) => string,
): ResolvedHealth {
  const path = (one: string | undefined) => (one === undefined ? null : at(one));
  return {
    notThere,
    checks: checks.map((one): HealthSetting => {
      switch (one.kind) {
        case 'http':
          return { ...one, status: one.status ?? null, contains: one.contains ?? null, caFile: path(one.caFile) };
        case 'redis':
        case 'amqp':
          return { ...one, caFile: path(one.caFile) };
        case 'dns':
          return { ...one, server: one.server ?? null };
        case 'tls':
          return { ...one, servername: one.servername ?? null, caFile: path(one.caFile) };
        default:
          return one;
      }
    }),
  };
}

/** Each kind of check, with every key. */
export const healthExample: z.input<typeof healthSettings> = {
  checks: [
    {
      ...{ kind: 'http', name: 'orders API', of: 'api', timeoutS: 5, url: 'https://shop.example.com/healthz' },
      ...{ headers: { 'x-probe': 'shakedown' }, status: 200, contains: '"up"', caFile: 'ca.pem' },
    },
    { kind: 'tcp', name: 'payments', of: 'external', timeoutS: 5, host: 'payments.example.com', port: 443 },
    {
      ...{ kind: 'postgres', name: 'orders database', of: 'database', timeoutS: 5, wrongPassword: true },
      url: 'postgres://health:test@db.example.com:5432/orders',
      limits: {
        ...{ connectionsPercent: 80, lockWaitS: 5, statementS: 60, idleInTransactionS: 60 },
        replicationLagS: 10,
      },
    },
    {
      ...{ kind: 'redis', name: 'sessions', of: 'cache', timeoutS: 5, url: 'rediss://:test@cache.example.com:6379' },
      ...{ memoryPercent: 90, caFile: 'ca.pem', wrongPassword: true },
    },
    {
      ...{ kind: 'amqp', name: 'order queue', of: 'queue', timeoutS: 5, caFile: 'ca.pem', wrongPassword: true },
      url: 'amqps://health:test@queue.example.com:5671/shop',
      queues: [{ name: 'orders', messagesAtMost: 1000, consumersAtLeast: 1 }],
    },
    {
      ...{ kind: 'dns', name: 'shop name', of: 'external', timeoutS: 5, host: 'shop.example.com', type: 'A' },
      ...{ server: '192.0.2.53', expect: ['192.0.2.7'] },
    },
    {
      ...{ kind: 'tls', name: 'shop certificate', of: 'external', timeoutS: 5, host: 'shop.example.com', port: 443 },
      ...{ servername: 'shop.example.com', daysLeft: 14, caFile: 'ca.pem' },
    },
  ],
  notThere: ['cdn'],
};
