import { type ApiDocument, isTree } from './document.ts';
import { at, child, children, followed, type Place } from './references.ts';

export interface Operation {
  /** `GET /orders/{id}`, as the document has it. */
  readonly id: string;
  readonly method: string;
  readonly template: string;
  readonly place: Place;
  /** Paths that its own servers begin with; null: those of the document. */
  readonly bases: readonly string[] | null;
  /** By status (`200`, `4XX`, `default`). */
  readonly responses: ReadonlyMap<string, ApiResponse>;
}

export interface ApiResponse {
  readonly place: Place;
  /** Media type in small letters, its parameters apart, and its schema; null: the document has none for it. */
  readonly contents: readonly { readonly type: string; readonly parameters: string; readonly schema: Place | null }[];
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
      const own = [place, path].find((one) => child(one, 'servers').value !== undefined)?.value;
      const bases = isTree(own) ? basePaths({ root: own }) : null;
      const id = `${method.toUpperCase()} ${template}`;
      return [{ id, method: method.toUpperCase(), template, place, bases, responses }];
    });
  });
}

function responseOf(root: ApiDocument['root'], given: Place): ApiResponse {
  const place = followed(root, given);
  const contents = children(child(place, 'content')).map(([type, media]) => {
    const schema = child(followed(root, media), 'schema');
    const parameters = mediaParameters(type);
    return { type: mediaType(type), parameters, schema: schema.value === undefined ? null : schema };
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

/** What the document says of a media type, of one with the same parameters if there are several; undefined: nothing. */
export function contentFor({ contents }: ApiResponse, type: string): ApiResponse['contents'][number] | undefined {
  const own = mediaType(type);
  const named = contents.filter((one) => one.type === own);
  return (
    named.find(({ parameters }) => parameters === mediaParameters(type)) ??
    named.find(({ parameters }) => parameters === '') ??
    named[0] ??
    contents.find((one) => one.type.endsWith('/*') && own.startsWith(one.type.slice(0, -1)) && one.type !== '*/*') ??
    contents.find((one) => one.type === '*/*')
  );
}

/** `application/json; charset=utf-8` → `application/json` */
export function mediaType(text: string): string {
  return (text.split(';', 1)[0] as string).trim().toLowerCase();
}

/** `application/json; charset=utf-8; version=1` → `version=1` */
function mediaParameters(text: string): string {
  const all = text.split(';').slice(1);
  const said = all.map((one) => one.replace(/[\s"]/g, '').toLowerCase());
  return said
    .filter((one) => one !== '' && !one.startsWith('charset='))
    .sort()
    .join(';');
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
