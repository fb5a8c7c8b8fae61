import { z } from 'zod';
import { browserSchema } from '../domains/browsers/rules.ts';
import { chaosSchema } from '../domains/chaos/rules.ts';
import { featuresSchema, journeysSchema } from '../domains/journeys/rules.ts';
import { kubernetesSchema } from '../domains/load/kubernetes/rules.ts';
import { watchSchema } from '../domains/monitoring/watch/rules.ts';
import { dataRuleSchema, extractionRuleSchema } from '../domains/traffic/plan/rules.ts';
import { profileSchema } from '../domains/traffic/profile.ts';
import { uatSchema } from '../domains/uat/rules.ts';
import { artifactSchema } from '../model/artifact.ts';
import { vitalNames } from '../model/vital.ts';
import { metricsSchema } from '../run/live/rules.ts';

const path = z.string().min(1);

const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9._-]*[a-z0-9])?)(:\d{1,5})?$/i;
const host = z.string().regex(hostPattern, 'must be a host or host:port, such as staging.example.com:8443');

const httpUrl = z.string().refine(isHttpUrl, 'must be an http:// or https:// URL without user, query or fragment');
const origin = z.string().refine(isOrigin, 'must be an origin, such as https://shop.example.com');

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i, 'must be an HTTP header name');
// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are refused here
const headerValue = z.string().regex(/^[^\u0000-\u0008\u000a-\u001f\u007f]*$/, 'must not hold control characters');

/** Versions that the sample system can be started at. */
export const sampleVersions = ['v2.0.0', 'v2.1.0'] as const;

const sample = z.strictObject({
  defects: z.string().optional().describe('Defects planted in the sample system, such as `slow=250,errors=0.02`.'),
  version: z.enum(sampleVersions).optional().describe('Version of the sample system to start.'),
});

const tls = z.strictObject({
  caFile: path.optional().describe('PEM file of the CA that signed the certificate of the target.'),
  certFile: path.optional().describe('PEM file of the client certificate.'),
  keyFile: path.optional().describe('PEM file of the key of the client certificate.'),
});

const tokenHook = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe('Program and arguments; prints the token on its standard output.'),
  header: headerName.optional().describe('Header that carries it; `authorization` when absent.'),
  everyS: z.number().positive().optional().describe('How often a new one is fetched, in seconds; 300 when absent.'),
});

const scale = z.strictObject({
  command: z
    .array(z.string().min(1))
    .min(1)
    .describe('Program and arguments; {instances} stands for how many. Ends with 0 when they are there.'),
  instances: z.int().min(1).max(10_000).describe('How many there are otherwise: gone back to afterwards.'),
});

const target = z
  .strictObject({
    sample: sample.optional().describe('Start the bundled sample system and use it as the target.'),
    baseUrl: httpUrl.optional().describe('Where the release candidate answers.'),
    allowHosts: z.array(host).optional().describe('Hosts that may be sent traffic besides that of baseUrl.'),
    hosts: z
      .record(origin, origin.nullable())
      .optional()
      .describe('Recorded origin → origin to send it to; null leaves its requests out. Others go to baseUrl.'),
    headers: z.record(headerName, headerValue).optional().describe('Headers added to every request.'),
    dropHeaders: z.array(headerName).optional().describe('Recorded headers that are not sent.'),
    tls: tls.optional(),
    http2: z.boolean().optional().describe('Offer HTTP/2 where the target has TLS; true when absent.'),
    tokenHook: tokenHook.optional().describe('A program that prints a token to send with every request.'),
    scale: scale.optional().describe('How instances are added and removed, for --find-capacity --instances.'),
    healthPath: z.string().startsWith('/').optional().describe('Path that answers 2xx when the target is up.'),
    artifactPath: z
      .string()
      .startsWith('/')
      .optional()
      .describe(
        'Path that answers the digests of what runs there: {"artifacts": [{"name": …, "digest": "sha256:…"}]}.',
      ),
  })
  .refine((value) => (value.sample === undefined) !== (value.baseUrl === undefined), {
    error: 'needs either baseUrl (your system) or sample (the bundled one), not both',
  });

const objective = z.strictObject({
  id: z.string().min(1),
  title: z.string().min(1),
  gate: z.string().min(1),
  metric: z.string().min(1),
  statistic: z.enum(['p50', 'p90', 'p95', 'p99', 'p99.9', 'mean', 'max', 'value']),
  route: z.string().min(1).optional().describe('Only this route, such as `GET /products/:id`.'),
  vital: z.enum(vitalNames).optional().describe('Which, for the metric web_vital.'),
  journey: z.string().min(1).optional().describe('Which, for the metric journey_completion.'),
  comparison: z.enum(['<', '<=', '>', '>=', '=']),
  target: z.number(),
  unit: z.enum(['ms', '/s', '%', 'score', 'h', 'count']),
  weight: z.number().min(0),
  key: z.boolean(),
  minimumSamples: z.int().min(0),
});

const objectiveOverride = objective
  .pick({ comparison: true, target: true, weight: true, key: true, minimumSamples: true, title: true })
  .partial();

/** The configuration as a user writes it. Paths are relative to the file's folder. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    name: z.string().min(1).optional().describe('Name of the system under test.'),
    version: z.string().min(1).optional().describe('Version of the release candidate.'),
    baselineVersion: z.string().min(1).optional().describe('Version in production, to compare with.'),
    environment: z.string().min(1).optional().describe('Name of the environment: `staging`.'),
    artifacts: z
      .array(artifactSchema)
      .min(1)
      .optional()
      .describe('What the release candidate is made of, by digest: images, archives, packages.'),
    target,
    traffic: z
      .strictObject({
        recording: path.describe('Folder of a recording made by `shakedown traffic import` and `… anonymize`.'),
        declaredOwn: z.boolean().optional().describe('You may use this recording as it is, without a leak scan.'),
      })
      .optional(),
    profile: z.union([path, profileSchema]).optional().describe('A file of load/profiles/, or a profile inline.'),
    replay: z
      .strictObject({
        writes: z.enum(['safe', 'recorded']).optional().describe('recorded: also send methods that write.'),
        extraction: z.array(extractionRuleSchema).optional().describe('Values to take from live responses.'),
        data: z.array(dataRuleSchema).optional().describe('Values to put in place of recorded ones.'),
      })
      .optional(),
    engine: z
      .strictObject({
        prefer: z.enum(['auto', 'k6', 'autocannon', 'kubernetes', 'k6-operator']).optional(),
        k6Path: path.optional().describe('The k6 program to use.'),
        relayS: z
          .number()
          .min(5)
          .max(36_000)
          .optional()
          .describe('After so many seconds the next k6 process takes over; 3600 when absent.'),
      })
      .optional(),
    windows: z.strictObject({ durationMs: z.int().min(100).max(3_600_000).optional() }).optional(),
    honesty: z
      .strictObject({
        maxGeneratorLatenessMs: z.number().positive().optional().describe('A window later than this at p99 is void.'),
        maxVoidShare: z.number().min(0).max(1).optional().describe('More void windows make the run inconclusive.'),
      })
      .optional(),
    objectives: z
      .union([z.record(z.string(), objectiveOverride), z.array(objective).min(1)])
      .optional()
      .describe('Changes to the default objectives by id, or a whole table of your own.'),
    journeys: journeysSchema.optional().describe('Ways through the system that the business lives on, as funnels.'),
    features: featuresSchema
      .optional()
      .describe('What people use: routes by name; by the first part of the path when absent.'),
    apdexThresholdMs: z.number().positive().optional(),
    reports: z
      .strictObject({
        folder: path.optional(),
        keep: z.int().min(1).optional().describe('How many finished runs stay in the folder; all when absent.'),
        keepDays: z.number().positive().optional().describe('Runs older than so many days are removed.'),
      })
      .optional(),
    metrics: metricsSchema.optional().describe("Where the run's own figures go while it is on."),
    uat: uatSchema.optional().describe('Business scenarios in browsers.'),
    browser: browserSchema.optional().describe('Visitors in real browsers beside the load.'),
    chaos: chaosSchema.optional().describe('What may be broken on purpose, and when that stops.'),
    watch: watchSchema.optional().describe('What of the target is watched while the load is on.'),
    baselines: z
      .strictObject({
        folder: path.optional().describe('Where passing runs are kept to compare with; reports/baselines when absent.'),
        keep: z.int().min(1).optional().describe('How many are kept of a system; 10 when absent.'),
        runs: z
          .int()
          .min(1)
          .max(20)
          .optional()
          .describe('With how many of the newest a run is compared; 3 when absent.'),
      })
      .optional(),
    kubernetes: kubernetesSchema.optional().describe('Where `--engine kubernetes` and `k6-operator` run generators.'),
    timeouts: z.strictObject({ requestMs: z.int().min(1).max(3_600_000).optional() }).optional(),
  })
  .describe('Configuration of Shakedown.');

export type UserConfig = z.input<typeof configSchema>;
export type ParsedConfig = z.output<typeof configSchema>;

function isHttpUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}

function isOrigin(text: string): boolean {
  return isHttpUrl(text) && new URL(text).origin === text.toLowerCase();
}
