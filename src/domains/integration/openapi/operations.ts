import { type ApiDocument, isTree } from './document.ts';
import { at, child, children, followed, type Place } from './references.ts';

export interface Operation {
  /** `GET /orders/{id}`, as the document has it. */
  readonly id: string;
  readonly method: string;
  readonly template: string;
  readonly place: Place;
  /** By status (`200`, `4XX`, `default`). */
  readonly responses: ReadonlyMap<string, ApiResponse>;
}

export interface ApiResponse {
  readonly place: Place;
  /** Media type in small letters, without parameters, and its schema; null: the document has none for it. */
  readonly contents: readonly { readonly type: string; readonly schema: Place | null }[];
  /** Headers that the answer must have, in small letters. */
  readonly requiredHeaders: readonly string[];
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

/** All operations of a document, in its order. */
export function operationsOf({ root }: Pick<ApiDocument, 'root'>): Operation[] {
  return children(at(root, '#/paths')).flatMap(([template, item]) => {
    if (!template.startsWith('/')) return [];
    const path = followed(root, item);
    return methods.flatMap((method) => {
      const place = child(path, method);
      if (!isTree(place.value)) return [];
      const responses = new Map<string, ApiResponse>();
      for (const [status, each] of children(child(place, 'responses'))) {
        if (/^(\d{3}|[1-5]XX|default)$/i.test(status)) responses.set(status.toUpperCase(), responseOf(root, each));
      }
      return [{ id: `${method.toUpperCase()} ${template}`, method: method.toUpperCase(), template, place, responses }];
    });
  });
}

function responseOf(root: ApiDocument['root'], given: Place): ApiResponse {
  const place = followed(root, given);
  const contents = children(child(place, 'content')).map(([type, media]) => {
    const schema = child(followed(root, media), 'schema');
    return { type: mediaType(type), schema: schema.value === undefined ? null : schema };
  });
  const requiredHeaders = children(child(place, 'headers')).flatMap(([name, header]) => {
    const { value } = followed(root, header);
    return isTree(value) && value.required === true && name.toLowerCase() !== 'content-type'
      ? [name.toLowerCase()]
      : [];
  });
  return { place, contents, requiredHeaders };
}

/** What the document says of a status; null: nothing. A range and `default` stand in for what is not named. */
export function responseFor(
  { responses }: Operation,
  status: number,
): { status: string; response: ApiResponse } | null {
  for (const key of [String(status), `${Math.floor(status / 100)}XX`, 'DEFAULT']) {
    const response = responses.get(key);
    if (response !== undefined) return { status: key === 'DEFAULT' ? 'default' : key, response };
  }
  return null;
}

/** What the document says of a media type; undefined: nothing. */
export function contentFor({ contents }: ApiResponse, type: string): ApiResponse['contents'][number] | undefined {
  const own = mediaType(type);
  return (
    contents.find((one) => one.type === own) ??
    contents.find((one) => one.type.endsWith('/*') && own.startsWith(one.type.slice(0, -1)) && one.type !== '*/*') ??
    contents.find((one) => one.type === '*/*')
  );
}

/** `application/json; charset=utf-8` → `application/json` */
export function mediaType(text: string): string {
  return (text.split(';', 1)[0] as string).trim().toLowerCase();
}

/** Paths that the document's servers begin with, without a slash at the end; one empty where it names none. */
export function basePaths({ root }: Pick<ApiDocument, 'root'>): string[] {
  const servers = Array.isArray(root.servers) ? root.servers : [];
  const found = servers.flatMap((server: unknown) => {
    if (!isTree(server) || typeof server.url !== 'string') return [];
    const variables = isTree(server.variables) ? server.variables : {};
    const filled = server.url.replace(/\{([^{}]{1,100})\}/g, (_, name: string) => {
      const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
      return isTree(variable) ? String(variable.default ?? '') : '';
    });
    return URL.canParse(filled, 'http://target.invalid')
      ? [new URL(filled, 'http://target.invalid').pathname.replace(/\/+$/, '')]
      : [];
  });
  return found.length === 0 ? [''] : [...new Set(found)];
}
