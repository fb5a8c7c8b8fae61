import { stringify } from 'yaml';
import type { Node } from './node.ts';
import { type Row, rowsOf } from './rows.ts';

/** `docs/configuration.md`: a section for each key at the top, with what is in it and an example. */
export function markdownOf(schema: Node, examples: readonly Readonly<Record<string, unknown>>[]): string {
  const keys = Object.entries(schema.properties ?? {})
    .filter(([key]) => key !== '$schema')
    .map(([key, node]): Key => ({ key, node, rows: rowsOf(node, [key], schema.required?.includes(key) ?? false) }));
  const [single, holding] = [true, false].map((isSingle) =>
    keys.filter(({ rows }) => (rows.length === 1) === isSingle),
  );
  const shown = (key: string) => examples.filter((one) => one[key] !== undefined).map((one) => ({ [key]: one[key] }));
  const general: object = Object.assign({}, ...(single ?? []).flatMap(({ key }) => shown(key)));
  const sections = [
    section('General', 'Keys that hold one value.', single?.flatMap(({ rows }) => rows) ?? [], [general]),
    ...(holding ?? []).map(({ key, node, rows }) => section(`\`${key}\``, node.description ?? '', rows, shown(key))),
  ];
  return `# Configuration

*Made from the schemas by \`npm run reference\`.*

\`shakedown.config.ts\`, \`.mts\`, \`.js\`, \`.mjs\`, \`.yaml\`, \`.yml\` or \`.json\` in the project's folder, or the file that \`--config\` names.
Paths are relative to the folder of that file. Options of the command line take precedence: \`shakedown simulate --help\`.
An unknown key is an error. \`shakedown init\` writes a file to begin with; without a file, the sample system is the target.
In a key, \`[]\` stands for each entry of a list, \`<name>\` for a name of your own.

${sections.join('\n')}`;
}

interface Key {
  key: string;
  node: Node;
  rows: Row[];
}

function section(title: string, description: string, rows: readonly Row[], examples: readonly object[]): string {
  return `## ${title}

${description}

${tableOf(rows)}

${examples.map((example) => `\`\`\`yaml\n${stringify(example, { lineWidth: 120 })}\`\`\`\n`).join('\n')}`;
}

/** A table of keys. */
export function tableOf(rows: readonly Row[]): string {
  return `| Key | Type | Unit | Default | Meaning |
| --- | --- | --- | --- | --- |
${rows.map(line).join('\n')}`;
}

function line({ path, kind, type, unit, preset, meaning }: Row): string {
  const key = path.reduce((so, part) => (part === '[]' ? `${so}[]` : `${so}.${part}`));
  const cells = [`\`${key}\`${kind === null ? '' : ` (${kind})`}`, type, unit, preset ?? '', meaning];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
}
