import { z } from 'zod';
import { grouped } from '../../gate/words.ts';
import type { Fault } from './fault.ts';

/** An argument of a fault, in words. */
export interface FaultArgument {
  name: string;
  /** `a whole number from 400 to 599, or "reset"`. */
  wanted: string;
  /** As JSON; null: it must be given. Undefined: it may be left out, and has none. */
  usual: string | null | undefined;
  description: string;
}

interface Node {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Node[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  pattern?: string;
  default?: unknown;
  description?: string;
  properties?: Record<string, Node>;
  required?: string[];
}

/** What a fault's schema takes, in its order, for documents and for errors. */
export function argumentsOf(fault: Pick<Fault, 'schema'>): FaultArgument[] {
  const { properties = {}, required = [] } = z.toJSONSchema(fault.schema, {
    io: 'input',
    unrepresentable: 'any',
  }) as Node;
  return Object.entries(properties).map(([name, node]) => ({
    name,
    wanted: wantedOf(node),
    usual: required.includes(name) ? null : node.default === undefined ? undefined : JSON.stringify(node.default),
    description: node.description ?? '',
  }));
}

/** What is wrong with the arguments of a fault, each with the form that is wanted; none where nothing is. */
export function argumentProblems(fault: Fault, given: unknown): string[] {
  const { error } = fault.schema.safeParse(given);
  const known = argumentsOf(fault);
  return (error?.issues ?? []).map((issue) => {
    const [name] = issue.path;
    const argument = known.find((one) => one.name === name);
    if (argument !== undefined) return `${argument.name}: wanted is ${argument.wanted}`;
    if (issue.code !== 'unrecognized_keys') return [...issue.path, issue.message].join(': ');
    const names = known.length === 0 ? 'it takes none' : `it takes ${known.map((one) => one.name).join(', ')}`;
    return `no argument ${issue.keys.join(', ')}; ${names}`;
  });
}

function wantedOf(node: Node): string {
  if (node.anyOf !== undefined) return node.anyOf.map(wantedOf).join(', or ');
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum !== undefined) return node.enum.map((one) => JSON.stringify(one)).join(' or ');
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'integer' || node.type === 'number') {
    const what = node.type === 'integer' ? 'a whole number' : 'a number';
    const most =
      node.maximum === undefined || node.maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${grouped(node.maximum)}`;
    if (node.exclusiveMinimum !== undefined)
      return `${what} above ${grouped(node.exclusiveMinimum)}${most && `, up${most}`}`;
    return node.minimum === undefined ? what : `${what} from ${grouped(node.minimum)}${most || ' on'}`;
  }
  if (node.pattern === '^\\/.*') return 'a text that begins with /';
  return node.pattern === undefined ? 'a text' : `a text of the form ${node.pattern}`;
}
