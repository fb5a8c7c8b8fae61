import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ConfigurationContext } from '../../configuration.ts';
import type { ResolvedConfigurationChange } from './settings.ts';

/** How a change of the configuration is rehearsed. */
export const configurationRules = z
  .strictObject({
    file: z.string().min(1).optional().describe(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how references are written
      'The new configuration: JSON, YAML or an environment file. ${env:NAME} and ${file:path} are secrets, ${name} is one of values. The sample system has its own, and the rehearsal is inconclusive, when absent.',
    ),
    present: z
      .string()
      .min(1)
      .optional()
      .describe('The configuration that is declared for what runs now; drift is not looked for when absent.'),
    schema: z.string().min(1).optional().describe('File with its JSON Schema; the check is inconclusive when absent.'),
    values: z.record(z.string(), z.string()).default({}).describe('Values for names, without secrets.'),
    variable: z
      .string()
      .regex(/^[A-Za-z_]\w*$/)
      .default('SETTINGS_FILE')
      .describe(
        'Environment variable in which an instance finds the path of the rendered file; the entries of an environment file are variables themselves.',
      ),
    probePath: z
      .string()
      .startsWith('/')
      .optional()
      .describe(
        'Where each instance answers with the configuration in force as JSON, secrets as sha256:… digests; nothing is seen of it when absent.',
      ),
    settleMs: z.number().min(0).max(86_400_000).default(4000).describe('Load before the configuration changes.'),
  })
  .prefault({})
  .describe('The rehearsal of a change of the configuration.');

const ofSample = (name: string) => fileURLToPath(new URL(`./sample-shop/${name}`, import.meta.url));

/** As written; on the sample system what is bundled, where no file is named. */
export function configurationChangeOf(
  { file, present, schema, probePath, ...rest }: z.output<typeof configurationRules>,
  { at, isSample }: Pick<ConfigurationContext, 'at' | 'isSample'>,
): ResolvedConfigurationChange {
  const own = (path: string | undefined) => (path === undefined ? null : at(path));
  const isBundled = isSample && file === undefined;
  return {
    ...rest,
    file: isBundled ? ofSample('next.json') : own(file),
    present: isSample && present === undefined ? ofSample('present.json') : own(present),
    schema: isBundled && schema === undefined ? ofSample('schema.json') : own(schema),
    probePath: probePath ?? (isSample ? '/configuration' : null),
  };
}
