import { isObject, type Json } from './json.ts';
import { equal } from './python.ts';

/** From the root and one value, the values that a path leads to. */
type Walk = (root: Json, from: Json) => Json[];

/**
 * Reads a JSONPath as Chaos Toolkit's (the `jsonpath2` package) writes them: `.name`, `.*`, `..name`, `['name']`, `[0]`, `[-1]`, `[0:2]`,
 * `[a,b]`, `[*][?(@.price > 10 and @.name = "x")]`, and `.length()`.
 * @throws SyntaxError where it cannot be read
 */
export function jsonPath(text: string): (value: Json) => Json[] {
  const tokens = tokensOf(text);
  if (tokens.shift() !== '$') throw new SyntaxError('a path begins with $');
  const walk = steps(tokens);
  if (tokens.length > 0) throw new SyntaxError(`"${tokens[0]}" was not expected`);
  return (value) => walk(value, value);
}

function tokensOf(text: string): string[] {
  const found =
    text.match(/\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|[A-Za-z_][\w-]*|\.\.|[<>!]=|==|[^\s]/g) ?? [];
  return found.filter((token) => token.trim() !== '');
}

function expect(tokens: string[], token: string): void {
  const found = tokens.shift();
  if (found !== token)
    throw new SyntaxError(`${found === undefined ? 'it ends' : `"${found}" is`} where ${token} belongs`);
}

const children = (value: Json): Json[] => (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []);
const descent = (value: Json): Json[] => [value, ...children(value).flatMap(descent)];

function steps(tokens: string[]): Walk {
  let walk: Walk = (_, from) => [from];
  for (let next = tokens[0]; next === '.' || next === '..' || next === '['; next = tokens[0]) {
    if (next !== '[') tokens.shift();
    const step = tokens[0] === '[' ? bracket(tokens) : member(tokens);
    const before = walk;
    const deep = next === '..';
    walk = (root, from) =>
      before(root, from).flatMap((value) => (deep ? descent(value) : [value]).flatMap((item) => step(root, item)));
  }
  return walk;
}

function member(tokens: string[]): Walk {
  const name = tokens.shift();
  if (name === undefined || !/^([A-Za-z_]|\*$)/.test(name)) throw new SyntaxError('a name is missing after a dot');
  if (tokens[0] !== '(') return name === '*' ? (_, from) => children(from) : child(name);
  expect(tokens, '(');
  expect(tokens, ')');
  if (name !== 'length') throw new SyntaxError(`the function ${name}() is not known`);
  return (_, from) =>
    typeof from === 'string' || Array.isArray(from) ? [from.length] : isObject(from) ? [Object.keys(from).length] : [];
}

const child =
  (name: string): Walk =>
  (_, from) =>
    isObject(from) && Object.hasOwn(from, name) ? [from[name] ?? null] : [];

function bracket(tokens: string[]): Walk {
  expect(tokens, '[');
  const parts = [subscript(tokens)];
  while (tokens[0] === ',') {
    tokens.shift();
    parts.push(subscript(tokens));
  }
  expect(tokens, ']');
  return (root, from) => parts.flatMap((part) => part(root, from));
}

function subscript(tokens: string[]): Walk {
  const token = tokens.shift() ?? '';
  if (token === '*') return (_, from) => children(from);
  if (/^["']/.test(token)) return child(unquoted(token));
  if (token === '?') {
    expect(tokens, '(');
    const test = either(tokens);
    expect(tokens, ')');
    // Of the value itself; other JSONPaths filter what it holds, which is `[*][?(…)]` here.
    return (root, from) => (test(root, from) ? [from] : []);
  }
  if (token === ':') return slice(null, tokens);
  if (!/^-?\d+$/.test(token)) throw new SyntaxError(`"${token}" is no index, name, slice or filter`);
  if (tokens[0] === ':') {
    tokens.shift();
    return slice(Number(token), tokens);
  }
  return (_, from) => {
    const item = Array.isArray(from) ? from.at(Number(token)) : undefined;
    return item === undefined ? [] : [item];
  };
}

function slice(start: number | null, tokens: string[]): Walk {
  const number = () => (/^-?\d+$/.test(tokens[0] ?? '') ? Number(tokens.shift()) : null);
  const end = number();
  if (tokens[0] === ':') tokens.shift();
  const step = number() ?? 1;
  if (step < 1) throw new SyntaxError('the step of a slice must be above 0');
  return (_, from) =>
    Array.isArray(from) ? from.slice(start ?? 0, end ?? from.length).filter((_item, index) => index % step === 0) : [];
}

type Test = (root: Json, item: Json) => boolean;

function either(tokens: string[]): Test {
  const tests = [both(tokens)];
  while (tokens[0] === 'or') {
    tokens.shift();
    tests.push(both(tokens));
  }
  return (root, item) => tests.some((test) => test(root, item));
}

function both(tokens: string[]): Test {
  const tests = [comparison(tokens)];
  while (tokens[0] === 'and') {
    tokens.shift();
    tests.push(comparison(tokens));
  }
  return (root, item) => tests.every((test) => test(root, item));
}

function comparison(tokens: string[]): Test {
  if (tokens[0] === 'not') {
    tokens.shift();
    const test = comparison(tokens);
    return (root, item) => !test(root, item);
  }
  if (tokens[0] === '(') {
    tokens.shift();
    const test = either(tokens);
    expect(tokens, ')');
    return test;
  }
  const left = operand(tokens);
  const compare = comparisons[tokens[0] ?? ''];
  if (compare === undefined) return (root, item) => left(root, item).length > 0;
  tokens.shift();
  const right = operand(tokens);
  return (root, item) => left(root, item).some((one) => right(root, item).some((other) => compare(one, other)));
}

const numeric = (compare: (one: number, other: number) => boolean) => (one: Json, other: Json) =>
  typeof one === 'number' && typeof other === 'number' && compare(one, other);

const comparisons: Record<string, (one: Json, other: Json) => boolean> = {
  '=': equal,
  '==': equal,
  '!=': (one, other) => !equal(one, other),
  '<': numeric((one, other) => one < other),
  '<=': numeric((one, other) => one <= other),
  '>': numeric((one, other) => one > other),
  '>=': numeric((one, other) => one >= other),
};

function operand(tokens: string[]): Walk {
  const token = tokens.shift() ?? '';
  if (token === '@') return steps(tokens);
  if (token === '$') {
    const walk = steps(tokens);
    return (root) => walk(root, root);
  }
  const constants: Record<string, Json> = { true: true, false: false, null: null };
  if (Object.hasOwn(constants, token)) return () => [constants[token] ?? null];
  if (/^["']/.test(token)) return () => [unquoted(token)];
  if (!/^-?\d/.test(token)) throw new SyntaxError(`"${token}" is no value and no path`);
  return () => [Number(token)];
}

const unquoted = (token: string) => token.slice(1, -1).replace(/\\(.)/g, '$1');
