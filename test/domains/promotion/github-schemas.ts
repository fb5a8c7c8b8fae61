import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { sample } from 'openapi-sampler';

interface Operation {
  requestBody?: { required?: boolean };
  parameters?: { $ref?: string; name?: string; in?: string }[];
  responses: Record<string, { $ref?: string; content?: object }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, { name?: string; in?: string }>>;
}

const file = new URL('../../fixtures/github/openapi.json', import.meta.url);
const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: true });
(addFormats as unknown as (to: Ajv) => void)(ajv);
ajv.addFormat('repo.nwo', true);
ajv.addSchema(withNull(document) as object, 'github');
const compiled = new Map<string, ValidateFunction>();

export interface Call {
  readonly template: string;
  readonly params: Readonly<Record<string, string>>;
  /** What a request's body lacks by the document; null: nothing. */
  bodyProblem(body: unknown): string | null;
  /** What an answer lacks by the document; null: nothing. */
  answerProblem(status: number, body: unknown): string | null;
  /** An answer of that form, with values made up. */
  sampled(status: number): unknown;
  /** Names that a query may have. */
  readonly query: readonly string[];
}

const escaped = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** The operation of a request; null: GitHub has none there. */
export function callOf(method: string, path: string): Call | null {
  for (const [template, methods] of Object.entries(document.paths)) {
    const names = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
    const found = new RegExp(`^${template.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path);
    const operation = methods[method.toLowerCase()];
    if (found === null || operation === undefined) continue;
    const at = `github#/paths/${encodeURIComponent(escaped(template))}/${method.toLowerCase()}`;
    const parameters = (operation.parameters ?? []).map((each) =>
      each.$ref === undefined ? each : (document.components.parameters?.[each.$ref.split('/').at(-1) ?? ''] ?? {}),
    );
    return {
      template,
      params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')])),
      query: parameters.filter((each) => each.in === 'query').map(({ name }) => name ?? ''),
      bodyProblem: (body) =>
        operation.requestBody === undefined
          ? body === undefined
            ? null
            : 'takes no body'
          : problem(`${at}/requestBody/content/application~1json/schema`, body ?? {}),
      answerProblem: (status, body) => {
        const schema = operation.responses[status];
        if (schema === undefined) return `never answers ${status}`;
        return schema.content === undefined
          ? null
          : problem(`${at}/responses/${status}/content/application~1json/schema`, body);
      },
      sampled: (status) => {
        const content = operation.responses[status]?.content as Record<string, { schema: object }> | undefined;
        const schema = content?.['application/json']?.schema;
        return schema === undefined ? null : sample(schema as never, { skipReadOnly: false }, document as never);
      },
    };
  }
  return null;
}

/** `nullable` of OpenAPI 3.0 in the words of JSON Schema. */
function withNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNull);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withNull(one)]));
  return nullable === true
    ? { anyOf: [rest, { type: 'null' }] }
    : { ...rest, ...(typeof nullable === 'object' ? { nullable } : {}) };
}

/** What is made up, with what is known in its place, at every depth. */
export function filled(made: unknown, known: unknown): unknown {
  const isTable = (one: unknown): one is Record<string, unknown> =>
    typeof one === 'object' && one !== null && !Array.isArray(one);
  if (!isTable(made) || !isTable(known)) return known;
  return Object.fromEntries([
    ...Object.entries(made),
    ...Object.entries(known).map(([key, one]) => [key, filled(made[key], one)]),
  ]);
}

function problem($ref: string, value: unknown): string | null {
  const check = compiled.get($ref) ?? ajv.compile({ $ref });
  compiled.set($ref, check);
  if (check(value)) return null;
  const [error] = check.errors ?? [];
  return `${error?.instancePath ?? ''} ${error?.message ?? ''}`;
}
