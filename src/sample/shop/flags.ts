import { readFileSync, watchFile } from 'node:fs';
import { json, type Route } from './http.ts';

const flag = 'quick-delivery';
const usual = 'in three days';
const lookEveryMs = 500;

/**
 * `/api/delivery?session=…`: what the shop promises a session, by a feature flag. Flags are evaluated in this process, through OpenFeature, by the
 * rules of flagd.
 * @param file flags as flagd reads them; undefined: nothing is flagged
 */
export async function flagRoutes(file: string | undefined): Promise<Route[]> {
  if (file === undefined) return [];
  const { OpenFeature } = await import('@openfeature/server-sdk');
  const { FlagdCore } = await import('@openfeature/flagd-core');
  const core = new FlagdCore();
  core.setConfigurations(readFileSync(file, 'utf8'));
  watchFile(file, { interval: lookEveryMs, persistent: false }, ({ nlink }) => {
    if (nlink > 0) core.setConfigurations(readFileSync(file, 'utf8'));
  });
  await OpenFeature.setProviderAndWait({
    metadata: { name: 'flagd rules from a file' },
    runsOn: 'server',
    resolveBooleanEvaluation: async (key, value, context) => core.resolveBooleanEvaluation(key, value, context),
    resolveStringEvaluation: async (key, value, context) => core.resolveStringEvaluation(key, value, context),
    resolveNumberEvaluation: async (key, value, context) => core.resolveNumberEvaluation(key, value, context),
    resolveObjectEvaluation: async (key, value, context) => core.resolveObjectEvaluation(key, value, context),
  });
  const client = OpenFeature.getClient();
  return [
    {
      method: 'GET',
      path: '/api/delivery',
      kind: 'api',
      async handle({ query }) {
        const targetingKey = query.get('session') ?? '';
        const { value, variant, reason } = await client.getStringDetails(flag, usual, { targetingKey });
        return json({ delivery: value, variant, reason });
      },
    },
  ];
}
