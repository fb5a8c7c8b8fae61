import { z } from 'zod';
import { postgresUrlSchema } from '../../model/address-schemas.ts';
import { headersSchema, urlSchema } from '../../model/http-schemas.ts';
import type { Configuration } from '../configuration.ts';
import type { CaptureFrom } from './capture.ts';
import { type Rule, ruleSchema } from './compare/rules.ts';

const file = z.string().min(1);
const name = z.string().regex(/^[\w.-]{1,60}$/, 'must be letters, digits, dots, dashes and underscores');

const captureSchema = z.strictObject({
  kubernetes: z
    .strictObject({
      context: z.string().min(1).optional().describe('Context of kubectl; its current one when absent.'),
      namespace: z.string().min(1).optional().describe("Its namespace; the context's own when absent."),
    })
    .optional()
    .describe('A cluster, asked by kubectl; not asked when absent.'),
  kubernetesFiles: z.array(file).max(50).default([]).describe('Files of `kubectl get -o json`.'),
  terraform: z.array(file).max(50).default([]).describe('Files of `terraform show -json`, of a state or a plan.'),
  compose: z.array(file).max(50).default([]).describe('Compose files, best as `docker compose config` writes them.'),
  outside: z
    .array(
      z.strictObject({
        name: name.describe('What it is called on both sides, such as `shop`.'),
        url: urlSchema.describe('Its URL.'),
        paths: z
          .array(z.string().regex(/^\//, 'must begin with /'))
          .min(1)
          .max(20)
          .default(['/'])
          .describe('Pages whose headers are looked at.'),
        headers: headersSchema.default({}).describe('Headers of every request.'),
      }),
    )
    .max(50)
    .default([])
    .describe('What is looked at from outside: TLS, HTTP and DNS. No other host is asked.'),
  served: z
    .array(
      z.strictObject({
        name: name.describe('What it is called on both sides.'),
        url: urlSchema.describe('Its URL; it answers with JSON.'),
        aspect: z.enum(['configuration', 'flag', 'version']).describe('What it shows.'),
        headers: headersSchema.default({}).describe('Headers of the request.'),
      }),
    )
    .max(50)
    .default([])
    .describe('What the system says of itself: settings in force, feature flags as served.'),
  postgres: z
    .array(
      z.strictObject({
        name: name.describe('What it is called on both sides.'),
        url: postgresUrlSchema.describe('Connection string of a role that may read all settings.'),
      }),
    )
    .max(20)
    .default([])
    .describe('PostgreSQL databases, asked for their settings.'),
});

const side = z.union([file, captureSchema]);

const schemas = {
  parity: z
    .strictObject({
      production: side
        .optional()
        .describe('Production: its descriptor, or the sources to capture it from; not compared when absent.'),
      staging: side
        .optional()
        .describe('Staging: its descriptor, or the sources to capture it from; the target from outside when absent.'),
      rules: z
        .array(ruleSchema)
        .max(1000)
        .default([])
        .describe('What may differ, and how; the first rule that fits an item applies.'),
      names: z
        .array(
          z.strictObject({
            production: z.string().min(1).max(200).describe('As production calls it.'),
            staging: z.string().min(1).max(200).describe('As staging calls it.'),
          }),
        )
        .max(200)
        .default([])
        .describe('What has another name in each environment, such as a namespace or a domain.'),
      minimumCoverage: z
        .number()
        .min(0)
        .max(100)
        .default(90)
        .describe('Share of what there is to compare that must be compared, in percent.'),
      maximumAgeDays: z.number().positive().max(3650).default(30).describe('Days for which a capture counts.'),
      keyFile: file
        .optional()
        .describe(
          'File with the key that secrets are hashed with, the same for both sides; SHAKEDOWN_PARITY_KEY when absent.',
        ),
    })
    .prefault({})
    .describe('Comparison of staging with production, item by item.'),
};

export interface ResolvedParity {
  production: string | CaptureFrom | null;
  staging: string | CaptureFrom | null;
  rules: Rule[];
  names: { production: string; staging: string }[];
  minimumCoverage: number;
  maximumAgeDays: number;
  keyFile: string | null;
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    parity: ResolvedParity;
  }
}

/** @param host of one environment */
const captureExample = (environment: string, host: string) => ({
  kubernetes: { context: environment, namespace: 'shop' },
  kubernetesFiles: ['deployments.json'],
  terraform: [`${environment}.json`],
  compose: ['compose.yaml'],
  outside: [{ name: 'shop', url: `https://${host}`, paths: ['/', '/api/products'], headers: { 'x-test': '1' } }],
  served: [
    {
      ...{ name: 'shop', url: `https://${host}/flags`, aspect: 'flag' as const },
      headers: { authorization: 'Bearer test' },
    },
  ],
  postgres: [{ name: 'orders', url: `postgres://parity@db.${host}/orders` }],
});

export const configuration: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      parity: {
        production: 'production.parity.yaml',
        staging: captureExample('staging', 'staging.example.com'),
        rules: [
          { item: 'instances/shop', rule: 'ratio', scale: '1:3', reason: 'a third of production' },
          {
            item: 'cdn/**',
            rule: 'ignored',
            owner: 'platform team',
            reason: 'staging has no CDN',
            until: '2027-03-31',
          },
        ],
        names: [{ production: 'example.com', staging: 'staging.example.com' }],
        minimumCoverage: 90,
        maximumAgeDays: 30,
        keyFile: 'parity.key',
      },
    },
    { parity: { production: captureExample('production', 'example.com'), staging: 'staging.parity.yaml' } },
  ],
  resolve: ({ parity }, { at }) => ({
    parity: {
      ...parity,
      production: resolvedSide('production', parity.production, at),
      staging: resolvedSide('staging', parity.staging, at),
      keyFile: parity.keyFile === undefined ? null : at(parity.keyFile),
    },
  }),
};

function resolvedSide(
  environment: string,
  written: z.output<typeof side> | undefined,
  at: (path: string) => string,
): string | CaptureFrom | null {
  if (written === undefined) return null;
  if (typeof written === 'string') return at(written);
  const { kubernetes } = written;
  return {
    ...written,
    environment,
    kubernetes:
      kubernetes === undefined
        ? null
        : { context: kubernetes.context ?? null, namespace: kubernetes.namespace ?? null },
    kubernetesFiles: written.kubernetesFiles.map(at),
    terraform: written.terraform.map(at),
    compose: written.compose.map(at),
  };
}
