import { readFileSync } from 'node:fs';
import { policyJsonSchema } from '../../../src/config/policy.ts';
import { judgeable } from '../../../src/config/schema.ts';
import { requirement } from '../../../src/gate/words.ts';
import type { Objective } from '../../../src/model/verdict.ts';
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
  const judging = await Promise.all(domains.map((domain) => domain.judging?.()));
  const words = new Map(judging.flatMap((one) => (one?.metrics ?? []).map((metric) => [metric.id, metric.words])));
  const gates = domains.flatMap(({ id: domain, gates: own }) => (own ?? []).map((gate) => ({ ...gate, domain })));
  const named =
    readFileSync(places, 'utf8')
      .match(/^ {2}- \S+$/gm)
      ?.map((line) => line.slice(4)) ?? [];
  const later = named.filter((id) => !gates.some((gate) => gate.id === id));
  const unit = { ms: 'ms', '/s': 'requests a second', '%': '%', score: 'score', h: 'hours', count: 'count' } as const;
  const required = (one: Objective) => (one.unit === 'count' && one.target === 0 ? 'exactly 0' : requirement(one));
  // Of a part, its checks that failed are counted; its metric is called after what it does.
  const counted = ({ metric, unit: of }: Objective) =>
    /^the (validation|rehearsal) of/.test(words.get(metric) ?? '') ? 'checks that failed' : unit[of];
  return `# Policies

*Made from the schemas by \`npm run reference\`.*

A policy says what READY means. It is a YAML file in \`reports/policies/\` of the project; name it with \`policy: five-minutes\` in the configuration or with \`--policy\`. Without a policy a
command says PASSED, FAILED or INCONCLUSIVE of the gates that it judged itself. READY requires that every gate of the policy passed, that the run ended, and that nothing was left in doubt. A gate that the policy
does not name decides nothing; if it failed, the headline says so.

\`\`\`yaml
${readFileSync(example, 'utf8').trim()}
\`\`\`

## Keys

${tableOf(rows)}

If the configuration asks for less than the policy and the default objectives do, the report says so under *missing*. If the configuration has a table of objectives of its own, that table must have the
objectives that the policy names.

## Gates

| id | gate | judged by |
| --- | --- | --- |
${gates.map(({ id, title, domain }) => `| \`${id}\` | ${title} | \`${domain}\` |`).join('\n')}

Gates of the whole stage that this version cannot judge: ${later.map((id) => `\`${id}\``).join(', ') || 'none'}.

## Objectives

Targets are in the unit of the objective: \`stable-time: { target: 0.08 }\` is in hours, which is 4 min 48 s. The reason for each target is in
[objectives.md](objectives.md).

| id | gate | default | unit |
| --- | --- | --- | --- |
${defaults.map((one) => `| \`${one.id}\` | ${one.gate} | ${required(one)} | ${counted(one)} |`).join('\n')}
`;
}
