import { z } from 'zod';

const url = z.string().refine((text) => {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
}, 'must be an http:// or https:// URL without user and password');
const headers = z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i), z.string().regex(/^[\t\x20-\x7e]*$/));

/** Where the run's own figures go while it is on. */
export const metricsSchema = z.strictObject({
  remoteWrite: z
    .strictObject({
      url: url.describe('Receiver of Prometheus remote write, such as https://prometheus.example.com/api/v1/write.'),
      headers: headers.optional().describe('Headers of every request, such as a tenant.'),
      tokenEnv: z.string().min(1).optional().describe('Environment variable whose value is sent as a bearer token.'),
      everyS: z.number().min(1).max(3600).optional().describe('Seconds between batches; 15 when absent.'),
    })
    .optional(),
});

export interface RemoteWrite {
  url: string;
  headers: Record<string, string>;
  tokenEnv: string | null;
  everyMs: number;
}

export interface ResolvedMetrics {
  remoteWrite: RemoteWrite | null;
}

/** Fills in the defaults. */
export function resolveMetrics(given: z.output<typeof metricsSchema> | undefined): ResolvedMetrics {
  const remote = given?.remoteWrite;
  if (remote === undefined) return { remoteWrite: null };
  const { url, headers = {}, tokenEnv = null, everyS = 15 } = remote;
  return { remoteWrite: { url, headers, tokenEnv, everyMs: everyS * 1000 } };
}
