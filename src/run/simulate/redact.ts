import { configurationRules } from '../../config/schema.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { withoutSecrets } from '../../model/secret.ts';
import { domains } from '../domains.ts';

/** The configuration as the journal may keep it: without what the domains that its keys belong to call secret. */
export async function shownConfig(config: ResolvedConfig): Promise<unknown> {
  const { schema } = await configurationRules(domains, { hasObjectives: false });
  return withoutSecrets(schema, config);
}
