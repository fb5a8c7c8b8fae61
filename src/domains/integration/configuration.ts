import { z } from 'zod';
import type { Configuration } from '../configuration.ts';
import type { LeftOut } from '../validation.ts';
import { filePath as file, pathOnTarget as path, refused, serviceSchema, serviceSettings } from './service-settings.ts';
import {
  type ChangeSettings,
  type ContractSettings,
  type DocumentSource,
  type MessageSettings,
  type ServiceSettings,
  sampleChanges,
  sampleContracts,
  sampleServices,
} from './settings.ts';

const source = z
  .strictObject({
    file: file.optional().describe('The document; not a file when absent.'),
    path: path.optional().describe('Where the target serves it, such as /openapi.json; not asked for when absent.'),
  })
  .refine((one) => (one.file === undefined) !== (one.path === undefined), 'must have either file or path');

const accepted = z.strictObject({
  operation: z.string().min(1).max(300).default('*').describe('Such as `GET /products/{id}`; `*` stands for any text.'),
  what: z.string().min(1).max(300).describe('As the report names it; `*` stands for any text.'),
  reason: z.string().min(1).max(1000).describe('Why it is accepted.'),
  expires: z.iso.date().describe('Last day on which that counts.'),
});

const contract = z.strictObject({
  document: source.describe('The OpenAPI 3.0 or 3.1 document, JSON or YAML, in one file.'),
  routes: z
    .array(z.string().regex(/^\//, 'must begin with /').max(300))
    .min(1)
    .max(200)
    .nullable()
    .default(null)
    .describe(
      'Paths that the document covers, such as `/api/*`; `*` stands for any text. An answer there that the document does not have is undocumented. Those that it has, and all that answer with JSON, when absent.',
    ),
  madeUp: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe(
      'How many requests Schemathesis generates for each operation with GET, beyond those of the recording; 0: none.',
    ),
  accepted: z.array(accepted).max(500).default([]).describe('Differences that are known.'),
});

const messages = z.strictObject({
  name: z
    .string()
    .regex(/^[\w .-]{1,80}$/, 'must be 1 to 80 letters, digits, spaces, dots and dashes')
    .describe('Name in reports, such as `orders`.'),
  schema: file.describe('JSON Schema of one message, in one file.'),
  messages: file.describe('Recorded messages, one JSON text a line; the first 20,000 are compared with it.'),
});

const changes = z.strictObject({
  baseline: source.describe('The document that clients were made from.'),
  candidate: source.describe('The document of the release candidate.'),
  accepted: z.array(accepted).max(500).default([]).describe('Intended breaking changes.'),
});

const integrationParts = ['contracts', 'changes', 'services'] as const;

const leftOut = z.strictObject({
  reason: z.string().min(3).max(300).describe('Why, in 3 to 300 characters; the report shows it.'),
  owner: z.string().min(1).max(80).optional().describe('Who decided it; nobody is named when absent.'),
});

const schemas = {
  integration: z
    .strictObject({
      contracts: z
        .array(contract)
        .max(20)
        .nullable()
        .default(null)
        .describe('Documents that answers are compared with; for the sample system its own, else none when absent.'),
      answersPerRoute: z
        .int()
        .min(1)
        .max(500)
        .default(12)
        .describe('In how many sessions of the recording each route is asked.'),
      operationsPercent: z
        .number()
        .min(0)
        .max(100)
        .default(25)
        .describe('Share of a document’s operations that must have answered with success, in percent.'),
      messages: z
        .array(messages)
        .max(50)
        .default([])
        .describe('Messages of queues and streams, which are compared with their schemas.'),
      changes: z
        .array(changes)
        .max(20)
        .nullable()
        .default(null)
        .describe(
          'Documents of two versions to compare; for the sample system those of its versions, else none when absent.',
        ),
      services: z
        .array(serviceSchema)
        .max(50)
        .nullable()
        .default(null)
        .describe(
          'External services; for the sample system its own catalogue, its carrier and a CDN, else none when absent.',
        ),
      leaveOut: z
        .partialRecord(z.enum(integrationParts), leftOut)
        .default({})
        .describe(
          `Parts for which the system has nothing, each with the reason, which the report shows: ${integrationParts.join(', ')}.`,
        ),
    })
    .prefault({})
    .describe('What the target agreed with others: interfaces, their changes, and external services.'),
};

type Written = z.output<(typeof schemas)['integration']>;

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    integration: Pick<Written, 'answersPerRoute' | 'operationsPercent'> & {
      contracts: readonly ContractSettings[];
      messages: readonly MessageSettings[];
      changes: readonly ChangeSettings[];
      services: readonly ServiceSettings[];
      leaveOut: Readonly<Partial<Record<string, LeftOut>>>;
    };
  }
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      integration: {
        contracts: [
          { document: { file: 'contracts/partners.yaml' } },
          {
            document: { path: '/openapi.json' },
            routes: ['/api/*'],
            madeUp: 20,
            accepted: [
              { operation: 'GET /api/products*', what: '*beta*', reason: 'being tried out', expires: '2027-03-31' },
            ],
          },
        ],
        answersPerRoute: 30,
        operationsPercent: 60,
        messages: [{ name: 'orders', schema: 'contracts/order.schema.json', messages: 'contracts/orders.ndjson' }],
        changes: [
          {
            baseline: { path: '/v1/openapi.json' },
            candidate: { file: 'contracts/v2.14.yaml' },
            accepted: [],
          },
          {
            baseline: { file: 'contracts/v2.13.yaml' },
            candidate: { path: '/openapi.json' },
            accepted: [
              { operation: '*', what: 'response-property-removed*', reason: 'announced in May', expires: '2027-03-31' },
            ],
          },
        ],
        services: [
          {
            ...{ name: 'payments', kind: 'real', url: 'https://sandbox.payments.example.com' },
            probe: {
              path: '/v1/ping',
              status: 200,
              document: 'contracts/payments.yaml',
              headersEnv: { authorization: 'PAY_AUTH' },
            },
            ...{ certificateDays: 21, latencyMs: 300, quota: { header: 'x-ratelimit-remaining', atLeast: 100 } },
            degrades: {
              link: 'shop to payments',
              slowMs: 8000,
              recoverS: 60,
              routes: [
                { path: '/products' },
                {
                  path: '/checkout/methods',
                  usual: 200,
                  without: [503],
                  withinMs: 2000,
                  when: ['unavailable', 'erroring'],
                },
              ],
            },
          },
          {
            ...{ name: 'carrier', kind: 'stand-in', recording: 'stand-ins/carrier', maxAgeDays: 30 },
            degrades: { port: 9400, routes: [{ path: '/delivery' }] },
          },
          { name: 'CDN', kind: 'cdn', hitSharePoints: 5 },
          { name: 'mail', kind: 'other', degrades: { link: 'shop to mail', routes: [{ path: '/contact' }] } },
        ],
      },
    },
    { integration: { leaveOut: { services: { reason: 'it uses none', owner: 'platform team' } } } },
  ],
  resolve({ integration }, { at, isSample }) {
    const found = (one: z.output<typeof source>): DocumentSource =>
      one.file === undefined ? { kind: 'target', path: one.path as string } : { kind: 'file', file: at(one.file) };
    const services = integration.services?.map((one, i) => serviceSettings(one, i, integration.services ?? [], at));
    for (const part of integrationParts) {
      if (integration.leaveOut[part] !== undefined && (integration[part] ?? []).length > 0)
        throw refused(
          `integration.leaveOut.${part}: there are ${part} in the configuration`,
          `Take integration.${part} out, or do not leave them out.`,
        );
    }
    return {
      integration: {
        ...integration,
        leaveOut: Object.fromEntries(
          Object.entries(integration.leaveOut).map(([part, { reason, owner }]) => [
            part,
            { reason, owner: owner ?? null },
          ]),
        ),
        messages: integration.messages.map(({ name, schema, messages: recorded }, i, all) => {
          if (all.findIndex((one) => one.name === name) !== i)
            throw refused(
              `integration.messages.${i}: ${JSON.stringify(name)} is named twice`,
              'Give each a name of its own.',
            );
          return { name, schema: at(schema), messages: at(recorded) };
        }),
        services: services ?? (isSample ? sampleServices : []),
        contracts:
          integration.contracts?.map((one) => ({ ...one, document: found(one.document) })) ??
          (isSample ? sampleContracts : []),
        changes:
          integration.changes?.map((one) => ({
            ...one,
            ...{ baseline: found(one.baseline), candidate: found(one.candidate) },
          })) ?? (isSample ? sampleChanges : []),
      },
    };
  },
};
