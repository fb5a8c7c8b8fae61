import { z } from 'zod';
import { secret } from '../../model/secret.ts';
import type { Configuration } from '../configuration.ts';

const reference = z.strictObject({
  route: z.string().startsWith('/').describe('As the recording has it: `/products/:id`.'),
  parameter: z.int().min(1).default(1).describe('Which of its parameters names the row, from 1.'),
  column: z
    .string()
    .regex(/^[^.]+(?:\.[^.]+){1,2}$/, 'must be table.column or schema.table.column')
    .describe('Column that it is looked for in: `products.id`.'),
});

const schemas = {
  data: z
    .strictObject({
      database: secret('address', z.string().regex(/^postgres(?:ql)?:\/\//, 'must be a postgres:// URL'))
        .nullable()
        .default(null)
        .describe(
          "URL of staging's PostgreSQL database; for the sample system a copy of its own, else nothing is looked at, when absent.",
        ),
      report: z
        .string()
        .nullable()
        .default(null)
        .describe('Report of `shakedown data anonymize`; the one in the database when absent.'),
      maxAgeDays: z.number().positive().default(30).describe('How old the copy may be.'),
      counts: z.record(z.string(), z.int().min(0)).default({}).describe("Production's numbers of rows, by table."),
      leastCountShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.9)
        .describe('Least share of production’s rows that each of these tables must have.'),
      references: z.array(reference).max(200).default([]).describe('Which rows the requests of the recording name.'),
      leastFoundShare: z
        .number()
        .min(0)
        .max(1)
        .default(0.99)
        .describe('Least share of these requests whose row must exist.'),
      sampledRows: z.int().min(1).default(20_000).describe('Rows of each table that are scanned for leaks.'),
      ignored: z
        .record(z.string(), z.string().min(1).max(500))
        .default({})
        .describe('Columns whose findings are no leaks, each with the reason.'),
    })
    .prefault({})
    .describe("Whether staging's data resembles production's, and holds no personal data."),
};

type Written = z.output<(typeof schemas)['data']>;

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    data: Written;
  }
}

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      data: {
        database: 'postgres://shop:secret@staging-db:5432/shop',
        report: null,
        maxAgeDays: 14,
        counts: { 'public.users': 120000, 'public.orders': 900000 },
        leastCountShare: 0.9,
        references: [{ route: '/products/:id', parameter: 1, column: 'products.id' }],
        leastFoundShare: 0.99,
        sampledRows: 20000,
        ignored: { 'public.shops.phone': 'numbers of our own shops' },
      },
    },
  ],
  resolve: ({ data }, { at }) => ({ data: { ...data, report: data.report === null ? null : at(data.report) } }),
};
