import type { ApiDocument } from '../openapi/document.ts';
import { createMatcher } from '../openapi/match.ts';
import { basePaths, contentFor, mediaType, type Operation, operationsOf, responseFor } from '../openapi/operations.ts';
import type { Place } from '../openapi/references.ts';
import { type Bundle, bundleOf } from '../openapi/schema.ts';
import type { BodyProblem, BodyResult } from './body.ts';

/** One answer of the target. */
export interface Answer {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Of the recording: `GET /products/:id`. */
  readonly route: string;
  /** 0: there was none. */
  readonly status: number;
  /** Names in small letters. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** It was longer than what is read, or did not come to its end. */
  readonly isCut: boolean;
}

export type ProblemKind =
  | BodyProblem['kind']
  | 'unknown-route'
  | 'unknown-method'
  | 'unknown-status'
  | 'unknown-type'
  /** The document says nothing of the body of an error. */
  | 'no-content'
  | 'missing-header';

export interface Problem {
  /** Of the document, or where it has none the recording's route. */
  readonly operation: string;
  readonly kind: ProblemKind;
  /** `200`; empty: it is not of one. */
  readonly status: string;
  readonly what: string;
}

export interface Held {
  /** Operation and status of the document that it showed; null: it has none of it. */
  readonly shown: { readonly operation: string; readonly status: string } | null;
  readonly problems: readonly Problem[];
  readonly doubts: readonly string[];
}

let made = 0;

/** A document, prepared to hold answers against. */
export class Contract {
  /** Documents have schemas at the same places. */
  readonly #number = made++;
  readonly operations: readonly Operation[];
  readonly #document: ApiDocument;
  readonly #match: ReturnType<typeof createMatcher>;
  readonly #bundles = new Map<string, Bundle>();

  constructor(document: ApiDocument) {
    this.#document = document;
    this.operations = operationsOf(document);
    this.#match = createMatcher(this.operations, basePaths(document));
  }

  /**
   * Holds an answer against the document.
   * @param check holds a body against a schema, as `Validator` does
   */
  async hold(
    answer: Answer,
    check: (key: string, schema: Bundle['schema'], text: string) => Promise<BodyResult>,
  ): Promise<Held> {
    const { method, path, route, status } = answer;
    const found = this.#match(method, path);
    const none = { shown: null, doubts: [] };
    if (found.kind === 'none')
      return {
        ...none,
        problems: [{ operation: route, kind: 'unknown-route', status: '', what: `${route} is not documented` }],
      };
    if (found.kind === 'method') {
      const what = `${method} of ${found.template} is not documented`;
      return {
        ...none,
        problems: [{ operation: `${method} ${found.template}`, kind: 'unknown-method', status: '', what }],
      };
    }
    const { operation } = found;
    const said = responseFor(operation, status);
    const problem = (kind: ProblemKind, what: string): Problem => ({
      ...{ operation: operation.id, kind, status: String(status), what },
    });
    // That what the client has is still valid is said by HTTP, of whatever is documented.
    if (said === null && status === 304) return { ...none, problems: [] };
    if (said === null) return { ...none, problems: [problem('unknown-status', `status ${status} is not documented`)] };
    const shown = { operation: operation.id, status: said.status };
    const problems = said.response.requiredHeaders
      .filter((name) => !answer.headers.has(name))
      .map((name) => problem('missing-header', `header ${name} is missing, which is documented as required`));
    const doubts: string[] = [];
    const isEmpty = answer.body === '' || method === 'HEAD' || status === 204 || status === 304;
    const { contents } = said.response;
    if (isEmpty) {
      const wants = contents.length > 0 && method !== 'HEAD' && status !== 304 && !answer.isCut;
      if (wants) problems.push(problem('unknown-type', `its body is empty, where ${contents[0]?.type} is documented`));
      return { shown, problems, doubts };
    }
    const type = mediaType(answer.headers.get('content-type') ?? '');
    const content = contentFor(said.response, answer.headers.get('content-type') ?? '');
    if (content === undefined) {
      const documented = contents.map((one) => one.type).join(', ') || 'no body';
      // A document that names no content of an error or a redirect seldom means that there is none.
      const isOpen = contents.length === 0 && (status < 200 || status >= 300);
      problems.push(
        problem(
          isOpen ? 'no-content' : 'unknown-type',
          `content type ${type || '(none)'}, where ${documented} is documented`,
        ),
      );
      return { shown, problems, doubts };
    }
    if (content.schema === null) doubts.push(`${operation.id} ${said.status}: the document has no schema for it`);
    else if (!isJson(type))
      doubts.push(`${operation.id} ${said.status}: bodies of ${type} are not held against a schema`);
    else if (answer.isCut) doubts.push(`${operation.id} ${said.status}: an answer did not come whole`);
    else {
      const bundle = this.#bundle(content.schema);
      for (const doubt of bundle.doubts) doubts.push(`${operation.id} ${said.status}: ${doubt}`);
      if (bundle.isUsable) {
        const result = await check(`${this.#number} ${content.schema.pointer}`, bundle.schema, answer.body);
        if (result.doubt !== null) doubts.push(`${operation.id} ${said.status}: ${result.doubt}`);
        for (const { kind, field, words } of result.problems)
          problems.push(problem(kind, `${field === '' ? 'the body' : field}: ${words}`));
      }
    }
    return { shown, problems, doubts };
  }

  /** What the document has of it: the operation, the path with other methods only, or nothing. */
  knows(method: string, path: string): 'operation' | 'method' | 'none' {
    return this.#match(method, path).kind;
  }

  #bundle(schema: Place): Bundle {
    const known = this.#bundles.get(schema.pointer) ?? bundleOf(this.#document, schema);
    this.#bundles.set(schema.pointer, known);
    return known;
  }
}

export function isJson(type: string): boolean {
  return /^(application|text)\/(.+\+)?json$/.test(type);
}
