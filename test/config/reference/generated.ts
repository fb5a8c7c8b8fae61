import { z } from 'zod';
import { configurationRules } from '../../../src/config/schema.ts';
import { rulesJsonSchema } from '../../../src/domains/traffic/anonymize/rules.ts';
import { domains } from '../../../src/run/domains.ts';
import { commandsReference, manualPage } from './commands.ts';
import { faultArguments } from './fault-arguments.ts';
import { markdownOf } from './markdown.ts';
import type { Node } from './node.ts';
import { policiesReference } from './policies.ts';
import { stageFlow } from './stage-flow.ts';
import { typesOf } from './types.ts';

/** Files that are made from the schemas of the configuration and the table of commands, by their path in the repository. */
export async function generatedFiles(): Promise<Record<string, string>> {
  const { parts, schema } = await configurationRules(domains);
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const examples = parts.flatMap((part) => part.examples);
  return {
    'src/config/schema.json': `${JSON.stringify({ ...json, title: 'shakedown.config' }, null, 2)}\n`,
    'src/domains/traffic/anonymize/rules.schema.json': `${JSON.stringify(rulesJsonSchema(), null, 2)}\n`,
    'src/config/user-config.ts': typesOf(json as Node),
    'docs/commands.md': commandsReference(),
    'docs/shakedown.1': manualPage(),
    'docs/configuration.md': markdownOf(json as Node, examples),
    'docs/fault-arguments.md': faultArguments(),
    'docs/policies.md': await policiesReference(),
    'docs/stage-flow.md': await stageFlow(),
  };
}
