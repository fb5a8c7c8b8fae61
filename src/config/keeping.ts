import { z } from 'zod';
import type { Configuration } from '../domains/configuration.ts';
import { headersSchema, urlSchema } from '../model/http-schemas.ts';
import { secret } from '../model/secret.ts';

const path = z.string().min(1);

const schemas = {
  policy: z
    .string()
    .min(1)
    .optional()
    .describe(
      'What READY means: the name of a policy in reports/policies/, or its file; without one a command only says whether its own gates passed. None when absent.',
    ),
  reports: z
    .strictObject({
      folder: path.default('reports/runs').describe('Where the folders of runs go.'),
      keep: z.int().min(1).optional().describe('How many finished runs are kept in the folder; all when absent.'),
      keepDays: z
        .number()
        .positive()
        .optional()
        .describe('Finished runs older than this many days are removed; none when absent.'),
      publicUrl: z
        .string()
        .max(500)
        .regex(
          /^https?:\/\/[^@?#\s<>"'()[\]]+$/,
          'must be an http:// or https:// address without user, password and query',
        )
        .refine((text) => URL.canParse(text), 'must be a valid URL')
        .optional()
        .describe(
          'Where the folder of runs can be read on the web, for links in promotion requests and messages; nowhere when absent.',
        ),
    })
    .prefault({})
    .describe('Where reports are written, and how long they are kept.'),
  baselines: z
    .strictObject({
      folder: path
        .default('reports/baselines')
        .describe('Folder of the passing runs that later ones are compared with.'),
      keep: z.int().min(1).default(30).describe('How many baselines are kept for a system.'),
      runs: z.int().min(1).max(20).default(3).describe('How many of the newest baselines a run is compared with.'),
    })
    .prefault({})
    .describe('Passing runs that later ones are compared with.'),
  metrics: z
    .strictObject({
      remoteWrite: z
        .strictObject({
          // Receivers of metrics take tokens in the path too.
          url: secret(
            'path',
            urlSchema.describe('Where it answers, such as https://prometheus.example.com/api/v1/write.'),
          ),
          headers: headersSchema.default({}).describe('Headers of every request, such as a tenant.'),
          tokenEnv: z
            .string()
            .min(1)
            .optional()
            .describe('Environment variable whose value is sent as a bearer token; no token when absent.'),
          everyS: z.number().min(1).max(3600).default(15).describe('Seconds between batches.'),
        })
        .optional()
        .describe('Receiver of Prometheus remote write; none when absent.'),
    })
    .prefault({})
    .describe("Where the run's own figures go while it is on."),
};

/** Where what is measured is kept, and for how long. */
export const keeping: Configuration<typeof schemas> = {
  schemas,
  examples: [
    {
      policy: 'five-minutes',
      reports: { folder: 'reports/runs', keep: 50, keepDays: 30, publicUrl: 'https://reports.example.com/shop' },
      baselines: { folder: 'reports/baselines', keep: 30, runs: 3 },
      metrics: {
        remoteWrite: {
          url: 'https://prometheus.example.com/api/v1/write',
          headers: { 'x-scope-orgid': 'shop' },
          tokenEnv: 'METRICS_TOKEN',
          everyS: 15,
        },
      },
    },
  ],
  resolve({ reports, baselines, metrics: { remoteWrite } }, { at }) {
    return {
      reports: {
        folder: at(reports.folder),
        keep: reports.keep ?? null,
        keepDays: reports.keepDays ?? null,
        publicUrl: reports.publicUrl ?? null,
      },
      baselines: { ...baselines, folder: at(baselines.folder) },
      metrics: { remoteWrite: remoteWrite === undefined ? null : remote(remoteWrite) },
    };
  },
};

type Remote = NonNullable<z.output<(typeof schemas)['metrics']>['remoteWrite']>;

function remote({ everyS, tokenEnv, ...rest }: Remote) {
  return { ...rest, tokenEnv: tokenEnv ?? null, everyMs: everyS * 1000 };
}
