import { forms, type Node } from './node.ts';

/** A key of the configuration, as `docs/configuration.md` lists it. */
export interface Row {
  /** Names and `[]` for each of a list, `<name>` for each of a table: `watch.scrape[].url`. */
  path: readonly string[];
  /** Which of several kinds has it: `kind: process`; null: there is one kind only. */
  kind: string | null;
  type: string;
  /** Empty: none. */
  unit: string;
  /** A value, or words that say what it depends on; `required`; null: nothing says. */
  preset: string | null;
  meaning: string;
}

/** All keys beneath one, and that one, but where it only holds others and is always there. */
export function rowsOf(node: Node, path: readonly string[], isRequired: boolean, kind: string | null = null): Row[] {
  const inner = forms(node).flatMap((form) => [...within(form, path, kind)]);
  const isHolder = forms(node).every((form) => form.properties !== undefined);
  const isThere = isRequired || node.default !== undefined || path.length === 1;
  return isHolder && isThere ? inner : [row(node, path, isRequired, kind), ...inner];
}

function* within(node: Node, path: readonly string[], kind: string | null): Generator<Row> {
  const { properties = {}, required = [], items, additionalProperties } = node;
  const own = properties.kind?.const === undefined ? kind : `kind: ${properties.kind.const}`;
  for (const [key, property] of Object.entries(properties)) {
    yield* rowsOf(property, [...path, key], required.includes(key), own);
  }
  const each = items ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
  const place = items === undefined ? '<name>' : '[]';
  // A list of texts or numbers is one key.
  for (const form of each === undefined ? [] : forms(each)) yield* within(form, [...path, place], kind);
}

function row(node: Node, path: readonly string[], isRequired: boolean, kind: string | null): Row {
  const said = /^(.*)[;.] (.+?),? when absent\.$/s.exec(node.description ?? '');
  const preset = isRequired
    ? 'required'
    : node.default !== undefined
      ? JSON.stringify(node.default)
      : (said?.[2] ?? null);
  const meaning = said === null ? (node.description ?? '') : `${said[1]}.`;
  return { path, kind, type: typeOf(node), unit: unitOf(path), preset, meaning };
}

function typeOf(node: Node): string {
  const kinds = forms(node);
  if (kinds.length > 1) return [...new Set(kinds.map(typeOf))].join(' or ');
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum !== undefined) return node.enum.map((each) => `\`${each}\``).join(', ');
  switch (node.type) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return `whole number${bounds(node)}`;
    case 'number':
      return `number${bounds(node)}`;
    case 'array':
      return node.prefixItems === undefined
        ? `list: ${typeOf(node.items ?? {})}`
        : node.prefixItems.map(typeOf).join(', ');
    case 'object':
      return node.properties === undefined ? 'table by name' : 'table';
    case 'null':
      return 'null';
    default:
      return 'anything';
  }
}

function bounds({ minimum, exclusiveMinimum, maximum = Number.MAX_SAFE_INTEGER }: Node): string {
  const isOpen = maximum >= Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined && minimum > -Number.MAX_SAFE_INTEGER)
    return isOpen ? ` from ${minimum}` : ` ${minimum} to ${maximum}`;
  if (exclusiveMinimum === undefined) return '';
  return isOpen ? ` above ${exclusiveMinimum}` : ` above ${exclusiveMinimum}, at most ${maximum}`;
}

const units: readonly [RegExp, string][] = [
  [/^(LCP|INP|FCP|TTFB)$|Ms$/, 'ms'],
  [/[a-z]S$/, 's'],
  [/Days$/, 'days'],
  [/Percent$/, '%'],
  [/Megabytes$/, 'MB'],
  [/PerSecond$/, '/s'],
];

/** Names of keys bear their units. */
function unitOf(path: readonly string[]): string {
  return units.find(([pattern]) => pattern.test(path.at(-1) ?? ''))?.[1] ?? '';
}
