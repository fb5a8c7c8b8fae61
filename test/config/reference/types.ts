import { forms, type Node } from './node.ts';

/** What of the types is declared once, in front of them. */
interface Hoisted {
  /** By name. */
  interfaces: Map<string, string>;
  /** Of an object: the interface with the properties that it shares with the other forms of the same key, and those properties as text. */
  of: Map<Node, { name: string; properties: ReadonlySet<string> }>;
}

/** Forms of one key that have fewer properties in common are written out one by one. */
const sharedAtLeast = 5;

/** The configuration as a user writes it, as a TypeScript interface whose comments are the schema's descriptions. */
export function typesOf(schema: Node): string {
  const hoisted: Hoisted = { interfaces: new Map(), of: new Map() };
  const type = typeOf(schema, '', '', hoisted);
  return `// Made from the schemas by \`npm run reference\`.

${[...hoisted.interfaces.values()].join('')}/** ${schema.description} Paths are relative to the file's folder. */
export interface UserConfig ${type}
`;
}

function typeOf(node: Node, indent: string, key: string, hoisted: Hoisted): string {
  const alternatives = forms(node);
  if (alternatives.length > 1) {
    hoist(alternatives, key, hoisted);
    return [...new Set(alternatives.map((one) => typeOf(one, indent, key, hoisted)))].join(' | ');
  }
  if (node.const !== undefined) return literal(node.const);
  if (node.enum !== undefined) return node.enum.map(literal).join(' | ');
  switch (node.type) {
    case 'integer':
      return 'number';
    case 'array':
      return arrayOf(node, indent, key, hoisted);
    case 'object':
      return objectOf(node, indent, key, hoisted);
    case undefined:
      return 'unknown';
    default:
      return String(node.type);
  }
}

/** Declares once what all forms of a key have in common, where that is much: a list of objects, and a table of such. */
function hoist(alternatives: readonly Node[], key: string, hoisted: Hoisted): void {
  const objects = alternatives.map(objectWithin);
  const texts = objects.map((node) => new Set(node === null ? [] : propertiesOf(node, '  ', hoisted)));
  const common = [...(texts[0] ?? [])].filter((text) => texts.every((all) => all.has(text)));
  if (common.length < sharedAtLeast) return;
  const name = `EachOf${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
  const text = `/** What every form of \`${key}\` has. */\ninterface ${name} {\n${common.join('\n')}\n}\n\n`;
  hoisted.interfaces.set(name, text);
  for (const node of objects) if (node !== null) hoisted.of.set(node, { name, properties: new Set(common) });
}

/** The object that a form is, or is a list or a table of; null: of none. */
function objectWithin(node: Node): Node | null {
  const inner = node.type === 'array' ? node.items : node.properties === undefined ? node.additionalProperties : node;
  return typeof inner === 'object' && inner.properties !== undefined ? inner : null;
}

function arrayOf({ prefixItems, items = {} }: Node, indent: string, key: string, hoisted: Hoisted): string {
  if (prefixItems !== undefined) return `[${prefixItems.map((one) => typeOf(one, indent, key, hoisted)).join(', ')}]`;
  const item = typeOf(items, indent, key, hoisted);
  return / [|&] (?![^{]*\})/.test(item) ? `(${item})[]` : `${item}[]`;
}

function objectOf(node: Node, indent: string, key: string, hoisted: Hoisted): string {
  const { properties, propertyNames, additionalProperties } = node;
  if (properties === undefined) {
    const value =
      typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent, key, hoisted) : 'unknown';
    const keys = propertyNames?.enum;
    return keys === undefined
      ? `Record<string, ${value}>`
      : `Partial<Record<${keys.map(literal).join(' | ')}, ${value}>>`;
  }
  const shared = hoisted.of.get(node);
  const all = propertiesOf(node, `${indent}  `, hoisted);
  if (shared === undefined) return `{\n${all.join('\n')}\n${indent}}`;
  const texts = propertiesOf(node, '  ', hoisted);
  const own = all.filter((_, i) => !shared.properties.has(texts[i] ?? ''));
  return `${shared.name} & {\n${own.join('\n')}\n${indent}}`;
}

/** Each property with its comment. */
function propertiesOf({ properties = {}, required = [] }: Node, indent: string, hoisted: Hoisted): string[] {
  return Object.entries(properties).map(([key, property]) => {
    const isRequired = required.includes(key);
    const type = typeOf(property, indent, key, hoisted);
    const line = `${indent}${key}${isRequired ? '' : '?'}: ${type}${isRequired ? '' : ' | undefined'};`;
    return [...comment(property, indent), line].join('\n');
  });
}

function comment({ description, default: initial }: Node, indent: string): string[] {
  const preset = initial === undefined || isEmpty(initial) ? '' : ` @default ${JSON.stringify(initial)}`;
  return description === undefined ? [] : [`${indent}/** ${`${description}${preset}`.replaceAll('*/', '*\\/')} */`];
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value);
}
