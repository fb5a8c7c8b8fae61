import { forms, type Node } from './node.ts';

/** The configuration as a user writes it, as a TypeScript interface whose comments are the schema's descriptions. */
export function typesOf(schema: Node): string {
  return `// Made from the schemas by \`npm run reference\`.

/** ${schema.description} Paths are relative to the file's folder. */
export interface UserConfig ${typeOf(schema, '')}
`;
}

function typeOf(node: Node, indent: string): string {
  const alternatives = forms(node);
  if (alternatives.length > 1) return [...new Set(alternatives.map((one) => typeOf(one, indent)))].join(' | ');
  if (node.const !== undefined) return literal(node.const);
  if (node.enum !== undefined) return node.enum.map(literal).join(' | ');
  switch (node.type) {
    case 'integer':
      return 'number';
    case 'array':
      return arrayOf(node, indent);
    case 'object':
      return objectOf(node, indent);
    case undefined:
      return 'unknown';
    default:
      return String(node.type);
  }
}

function arrayOf({ prefixItems, items = {} }: Node, indent: string): string {
  if (prefixItems !== undefined) return `[${prefixItems.map((one) => typeOf(one, indent)).join(', ')}]`;
  const item = typeOf(items, indent);
  return / \| (?![^{]*\})/.test(item) ? `(${item})[]` : `${item}[]`;
}

function objectOf(node: Node, indent: string): string {
  const { properties, required = [], propertyNames, additionalProperties } = node;
  if (properties === undefined) {
    const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties, indent) : 'unknown';
    const keys = propertyNames?.enum;
    return keys === undefined
      ? `Record<string, ${value}>`
      : `Partial<Record<${keys.map(literal).join(' | ')}, ${value}>>`;
  }
  const inner = `${indent}  `;
  const lines = Object.entries(properties).flatMap(([key, property]) => {
    const isRequired = required.includes(key);
    const type = typeOf(property, inner);
    return [
      ...comment(property, inner),
      `${inner}${key}${isRequired ? '' : '?'}: ${type}${isRequired ? '' : ' | undefined'};`,
    ];
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
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
