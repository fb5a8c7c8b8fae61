import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Tree } from '../openapi/document.ts';
import { oddFields } from './fields.ts';

/** What of a body is against its schema. It holds names and types, never a value. */
export interface BodyProblem {
  readonly kind: 'unknown-field' | 'write-only-field' | 'missing-field' | 'wrong-type' | 'wrong-value' | 'wrong-format';
  /** `products[].price`; empty: the body itself. */
  readonly field: string;
  /** `a text, where a number is documented` */
  readonly words: string;
  /** Of an unknown field: the schema says that there is no other. Absent: it says nothing of others. */
  readonly isForbidden?: boolean;
}

export interface BodyResult {
  readonly problems: readonly BodyProblem[];
  /** Why it was not judged, or not all of it; null: it was. */
  readonly doubt: string | null;
}

const problemsAtMost = 50;
const bodyDepthAtMost = 200;
const compiled = new Map<string, ValidateFunction>();

/**
 * Holds a body against a schema. It may take for ever, by a pattern of the schema: it runs in a thread that can be ended.
 * @param key of the schema, which is compiled once
 */
export function checkBody(key: string, schema: Tree, text: string): BodyResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      problems: [{ kind: 'wrong-type', field: '', words: 'no JSON, which its content type says it is' }],
      doubt: null,
    };
  }
  if (deeperThan(value, bodyDepthAtMost))
    return { problems: [], doubt: `an answer is nested deeper than ${bodyDepthAtMost} levels` };
  let validate = compiled.get(key);
  if (validate === undefined) {
    try {
      validate = ajv().compile({ ...schema });
    } catch (error) {
      return { problems: [], doubt: `its schema cannot be used (${(error as Error).message.slice(0, 160)})` };
    }
    compiled.set(key, validate);
  }
  const { fields, whole } = oddFields(schema, value);
  const problems = new Map<string, BodyProblem>();
  const add = (problem: BodyProblem) => {
    if (problems.size < problemsAtMost) problems.set(`${problem.kind} ${problem.field} ${problem.words}`, problem);
  };
  for (const { path, kind } of fields)
    add(
      kind === 'unknown'
        ? { kind: 'unknown-field', field: path, words: 'a field that is not documented' }
        : { kind: 'write-only-field', field: path, words: 'a field that is documented as one of requests only' },
    );
  if (!validate(value)) for (const error of telling(validate.errors ?? [])) add(problemOf(error, value));
  return { problems: [...problems.values()], doubt: cutWords(whole, problems.size) };
}

/** What is past a bound may be something else than what is accepted. */
function cutWords(whole: boolean, found: number): string | null {
  if (!whole) return 'an answer has more fields than are looked at';
  return found < problemsAtMost ? null : `an answer differs in ${problemsAtMost} ways, and no more of them are kept`;
}

function ajv(): Ajv2020 {
  const made = new Ajv2020({
    strict: false,
    allErrors: true,
    validateFormats: true,
    validateSchema: false,
    logger: false,
    code: { regExp },
  });
  (addFormats as unknown as (ajv: Ajv2020) => void)(made);
  return made;
}

/** Patterns are meant to be of Unicode; many escape what needs no escape, which is allowed without it only. */
const regExp = Object.assign(
  (pattern: string, flags: string) => {
    try {
      return new RegExp(pattern, flags);
    } catch {
      return new RegExp(pattern);
    }
  },
  { code: 'new RegExp' },
);

/** Of alternatives of which none holds, only that is said: what is against each of them says nothing. */
function telling(errors: readonly ErrorObject[]): ErrorObject[] {
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
  return errors.filter(
    (error) =>
      !['if', 'allOf'].includes(error.keyword) &&
      !alternatives.some(
        (one) =>
          one !== error &&
          (error.schemaPath.startsWith(`${one.schemaPath}/`) || error.instancePath.startsWith(one.instancePath)) &&
          error.instancePath.startsWith(one.instancePath),
      ),
  );
}

function problemOf({ keyword, instancePath, params, message }: ErrorObject, body: unknown): BodyProblem {
  const field = fieldOf(instancePath, body);
  const inner = (name: unknown) => `${field === '' ? '' : `${field}.`}${String(name).slice(0, 80)}`;
  switch (keyword) {
    case 'required':
    case 'dependentRequired':
      return {
        kind: 'missing-field',
        field: inner(params.missingProperty),
        words: 'missing, which is documented as required',
      };
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return {
        kind: 'unknown-field',
        field: inner(params.additionalProperty ?? params.unevaluatedProperty),
        words: 'a field that is not documented',
        isForbidden: true,
      };
    case 'type':
      return {
        kind: 'wrong-type',
        field,
        words: `${typeWords(valueAt(instancePath, body))}, where ${[params.type].flat().join(' or ')} is documented`,
      };
    case 'format':
      return { kind: 'wrong-format', field, words: `a text that is no ${String(params.format).slice(0, 40)}` };
    case 'enum':
    case 'const':
      return { kind: 'wrong-value', field, words: 'a value that is not among those documented' };
    case 'anyOf':
    case 'oneOf':
      return {
        kind: 'wrong-type',
        field,
        words:
          (params.passingSchemas ?? null) === null
            ? `${typeWords(valueAt(instancePath, body))} that fits none of the documented alternatives`
            : `${typeWords(valueAt(instancePath, body))} that fits more than one of the alternatives, of which one only may fit`,
      };
    case 'false schema':
      return { kind: 'wrong-value', field, words: 'there, where the document allows nothing' };
    default:
      return { kind: 'wrong-value', field, words: `a value that ${(message ?? keyword).slice(0, 120)}` };
  }
}

/** `/products/0/price` → `products[].price` */
function fieldOf(pointer: string, body: unknown): string {
  let [text, value]: [string, unknown] = ['', body];
  for (const part of partsOf(pointer)) {
    text += Array.isArray(value) ? '[]' : `${text === '' ? '' : '.'}${part.slice(0, 80)}`;
    value = (value as Record<string, unknown>)[part];
  }
  return text;
}

function valueAt(pointer: string, body: unknown): unknown {
  return partsOf(pointer).reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], body);
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function typeWords(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a whole number' : 'a number';
  return { string: 'a text', boolean: 'true or false', object: 'an object' }[typeof value as string] ?? 'a value';
}

function deeperThan(value: unknown, most: number): boolean {
  const open: [unknown, number][] = [[value, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [one, depth] = next;
    if (typeof one !== 'object' || one === null) continue;
    if (depth >= most) return true;
    for (const inner of Object.values(one)) open.push([inner, depth + 1]);
  }
  return false;
}
