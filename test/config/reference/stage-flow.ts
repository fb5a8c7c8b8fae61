import { flowChart, flowTable } from '../../../src/domains/stage/flow.ts';
import { domains } from '../../../src/run/domains.ts';

/** How roles, events and state of the stage hang together, from what the domains declare. */
export async function stageFlow(): Promise<string> {
  const all = await Promise.all(
    domains.map(async ({ id, phases }) => ((await phases?.()) ?? []).map((phase) => ({ ...phase, domain: id }))),
  );
  const phases = all.flat();
  return `# The flow of the stage

Made from what the domains declare, by \`npm run reference\`. What it means: [the whole stage](stage.md).

A phase begins when one of the events that it listens to was announced, and every phase has ended that writes what it reads. Solid arrows are events, dashed ones wait.

\`\`\`mermaid
${flowChart(phases)}\`\`\`

${flowTable(phases)}`;
}
