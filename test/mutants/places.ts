import { parseAst } from 'rolldown/parseAst';

/** One small fault that can be put into a file: `text` in place of what is there from `start` to `end`. */
export interface Mutant {
  path: string;
  line: number;
  start: number;
  end: number;
  text: string;
  /** For a reader: `a < b → a <= b`. */
  words: string;
}

interface Node {
  type: string;
  start: number;
  end: number;
  [key: string]: unknown;
}

const swapped: Record<string, string> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
  '%': '*',
  '**': '*',
  '&&': '||',
  '||': '&&',
  '+=': '-=',
  '-=': '+=',
  '*=': '/=',
  '/=': '*=',
  '++': '--',
  '--': '++',
};

/**
 * Every mutant of a file: operators and comparisons swapped, conditions negated, numbers and truth values changed, statements removed.
 * Not texts, not types, not imports, and not what is behind `??`, which is there for the compiler more often than for the program.
 */
export function mutantsOf(path: string, source: string): Mutant[] {
  const found: Mutant[] = [];
  const add = (start: number, end: number, text: string, shown: Node) => {
    const changed = source.slice(0, start) + text + source.slice(end);
    if (!parses(changed)) return;
    const line = source.slice(0, start).split('\n').length;
    const to = changed.slice(shown.start, shown.end + changed.length - source.length);
    const words = `${oneLine(source.slice(shown.start, shown.end))} → ${to === ';' ? 'nothing' : oneLine(to)}`;
    found.push({ path, line, start, end, text, words });
  };
  walk(parsed(source), (node) => mutate(node, source, add));
  return found;
}

function mutate(
  node: Node,
  source: string,
  add: (start: number, end: number, text: string, shown: Node) => void,
): void {
  const operator = String(node.operator);
  /** What an operator becomes, where it is first found behind `from`. */
  const operate = (from: number, to: string | undefined) => {
    const at = source.indexOf(operator, from);
    if (to !== undefined) add(at, at + operator.length, to, node);
  };
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression': {
      const { left, right } = node as unknown as { left: Node; right: Node };
      if (operator !== '+' || !(isText(left) || isText(right))) operate(left.end, swapped[operator]);
      return;
    }
    case 'UpdateExpression':
      operate(node.prefix === true ? node.start : (node.argument as Node).end, swapped[operator]);
      return;
    case 'UnaryExpression':
      if (operator === '!' || operator === '-') operate(node.start, '');
      return;
    case 'IfStatement':
    case 'ConditionalExpression': {
      const test = node.test as Node;
      // Where it is one comparison or negation, that is swapped already.
      if (/^([!=]==|!)$/.test(String(test.operator))) return;
      add(test.start, test.end, `!(${source.slice(test.start, test.end)})`, test);
      return;
    }
    case 'ExpressionStatement':
      if (typeof node.directive !== 'string') add(node.start, node.end, ';', node);
      return;
    case 'Literal':
      if (typeof node.value === 'number') add(node.start, node.end, String(node.value + 1), node);
      if (typeof node.value === 'boolean') add(node.start, node.end, String(!node.value), node);
  }
}

function walk(node: Node, visit: (node: Node) => void): void {
  // The few nodes of TypeScript that hold a value rather than a type.
  const hasValue = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(node.type);
  if (/^(TS|Import)/.test(node.type) && !hasValue) return;
  visit(node);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'right' && node.operator === '??') continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && 'type' in child) walk(child as Node, visit);
    }
  }
}

function parsed(source: string): Node {
  return parseAst(source, { lang: 'ts' }) as unknown as Node;
}

function parses(source: string): boolean {
  try {
    parsed(source);
    return true;
  } catch {
    return false;
  }
}

function isText(node: Node): boolean {
  return node.type === 'TemplateLiteral' || (node.type === 'Literal' && typeof node.value === 'string');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 70 ? `${line.slice(0, 69)}…` : line;
}
