import { readFileSync } from 'node:fs';
import { policyJsonSchema } from '../../../src/config/policy.ts';
import { judgeable } from '../../../src/config/schema.ts';
import { requirement } from '../../../src/gate/words.ts';
import { domains } from '../../../src/run/domains.ts';
import { tableOf } from './markdown.ts';
import type { Node } from './node.ts';
import { rowsOf } from './rows.ts';

const example = new URL('../../../reports/policies/five-minutes.yaml', import.meta.url);
const places = new URL('../../../reports/policies/whole-stage.yaml', import.meta.url);

/** `docs/policies.md`: keys, gates, objectives and their units. */
export async function policiesReference(): Promise<string> {
  const schema = policyJsonSchema() as Node;
  const rows = Object.entries(schema.properties ?? {}).flatMap(([key, node]) =>
    rowsOf(node, [key], schema.required?.includes(key) ?? false),
  );
  const { defaults } = await judgeable(domains);
  const gates = domains.flatMap(({ id: domain, gates: own }) => (own ?? []).map((gate) => ({ ...gate, domain })));
  const named =
    readFileSync(places, 'utf8')
      .match(/^ {2}- \S+$/gm)
      ?.map((line) => line.slice(4)) ?? [];
  const later = named.filter((id) => !gates.some((gate) => gate.id === id));
  const unit = { ms: 'ms', '/s': 'requests a second', '%': '%', score: 'score', h: 'hours', count: 'count' } as const;
  return `# Policies

*Made from the schemas by \`npm run reference\`.*

A policy says what READY means: a YAML file in \`reports/policies/\` of the project, asked for with \`policy: five-minutes\` in the configuration or \`--policy\`. Without one a command
says PASSED or FAILED of the gates that it judged itself. READY needs every gate of the policy to pass, to the end of the run, and without a doubt. A gate that the policy does not name
decides nothing; where it failed, the headline says so.

\`\`\`yaml
${readFileSync(example, 'utf8').trim()}
\`\`\`

## Keys

${tableOf(rows)}

Where the configuration asks for less than the policy and the default objectives do, the report says so under *missing*. Where it has a table of objectives of its own, that table must have those that the
policy names.

## Gates

| id | gate | judged by |
| --- | --- | --- |
${gates.map(({ id, title, domain }) => `| \`${id}\` | ${title} | \`${domain}\` |`).join('\n')}

Gates of the whole stage that other tools judge, and that this version leaves open: ${later.map((id) => `\`${id}\``).join(', ') || 'none'}.

## Objectives

Targets are in the unit of the objective, and cannot have another one: \`stable-time: { target: 0.08 }\` is in hours, and so 4 min 48 s. Why each has its target:
[objectives.md](objectives.md).

| id | gate | default | unit |
| --- | --- | --- | --- |
${defaults.map((one) => `| \`${one.id}\` | ${one.gate} | ${requirement(one)} | ${unit[one.unit]} |`).join('\n')}
`;
}
