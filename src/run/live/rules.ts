import { z } from 'zod';
import { headersSchema, urlSchema } from '../../domains/monitoring/watch/rules.ts';
import type { ResolvedConfig } from '../../model/config.ts';

/** Where the run's own figures go while it is on. */
export const metricsSchema = z.strictObject({
  remoteWrite: z
    .strictObject({
      url: urlSchema.describe(
        'Receiver of Prometheus remote write, such as https://prometheus.example.com/api/v1/write.',
      ),
      headers: headersSchema.optional().describe('Headers of every request, such as a tenant.'),
      tokenEnv: z.string().min(1).optional().describe('Environment variable whose value is sent as a bearer token.'),
      everyS: z.number().min(1).max(3600).optional().describe('Seconds between batches; 15 when absent.'),
    })
    .optional(),
});

/** Fills in the defaults. */
export function resolveMetrics(given: z.output<typeof metricsSchema> | undefined): ResolvedConfig['metrics'] {
  const remote = given?.remoteWrite;
  if (remote === undefined) return { remoteWrite: null };
  const { url, headers = {}, tokenEnv = null, everyS = 15 } = remote;
  return { remoteWrite: { url, headers, tokenEnv, everyMs: everyS * 1000 } };
}
