import { eventOf, stageRoles } from '../phase.ts';
import { before, type DomainPhase, inOrder } from './order.ts';

/**
 * The flow of the stage as a Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), made from what the phases declare: events are round,
 * phases stand with their role, and the keys that they hand on are on the arrows between them.
 */
export function flowChart(phases: readonly DomainPhase[]): string {
  const ordered = inOrder(phases);
  const lines = ['flowchart TD'];
  const events = [...new Set(ordered.flatMap(({ listens, emits }) => [...listens, ...emits.map(eventOf)]))];
  for (const event of events) lines.push(`  ${node(event)}(["${event}"])`);
  for (const [role, name] of Object.entries(stageRoles)) {
    lines.push(`  subgraph ${node(role)}["${name}"]`);
    for (const { id, title } of ordered.filter((phase) => phase.role === role))
      lines.push(`    ${node(id)}["${title}"]`);
    lines.push('  end');
  }
  for (const phase of ordered) {
    for (const event of phase.listens) lines.push(`  ${node(event)} --> ${node(phase.id)}`);
    for (const emitted of phase.emits)
      lines.push(
        `  ${node(phase.id)} --> ${typeof emitted === 'string' ? '' : '|where it holds| '}${node(eventOf(emitted))}`,
      );
    for (const id of before(phase, phases)) {
      const keys = phase.reads.filter((key) => phases.find((each) => each.id === id)?.writes.includes(key));
      lines.push(`  ${node(id)} -.->${keys.length === 0 ? '' : `|${keys.join(', ')}|`} ${node(phase.id)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What each phase listens to, reads, writes and announces, as a table of Markdown. */
export function flowTable(phases: readonly DomainPhase[]): string {
  const code = (list: readonly string[]) => (list.length === 0 ? '–' : list.map((each) => `\`${each}\``).join(', '));
  const rows = inOrder(phases).map(
    ({ id, role, listens, reads, writes, emits, gates, partOf }) =>
      `| \`${id}\` | ${stageRoles[role]} | ${code(listens)} | ${code(reads)} | ${code(writes)} | ${code(emits.map(eventOf))} | ${code(gates.length > 0 || partOf === undefined ? gates : [partOf])} |`,
  );
  return [
    '| phase | role | listens to | reads | writes | announces | gates |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** Mermaid's own words, such as `end`, are no names. */
function node(id: string): string {
  return `n_${id.replaceAll(/[^a-z0-9]+/gi, '_')}`;
}
