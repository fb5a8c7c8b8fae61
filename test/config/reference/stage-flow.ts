import { flowChart, flowTable } from '../../../src/domains/stage/flow.ts';
import { domains } from '../../../src/run/domains.ts';

/** How roles, events and state of the stage hang together, from what the domains declare. */
export async function stageFlow(): Promise<string> {
  const all = await Promise.all(
    domains.map(async ({ id, phases }) => ((await phases?.()) ?? []).map((phase) => ({ ...phase, domain: id }))),
  );
  const phases = all.flat();
  return `# The flow of the stage

Made from the declarations of the domains by \`npm run reference\`. [The whole stage](stage.md) explains it.

A phase begins when one of the events that it listens to was announced, and every phase that writes what it reads has ended. Solid arrows are events; a dashed arrow leads to a phase that waits for another one.

\`\`\`mermaid
${flowChart(phases)}\`\`\`

${flowTable(phases)}`;
}
