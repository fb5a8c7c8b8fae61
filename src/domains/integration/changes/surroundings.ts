import { type ApiDocument, isTree } from '../openapi/document.ts';
import { basePaths } from '../openapi/operations.ts';
import { children, type Place } from '../openapi/references.ts';
import { flat, type Of, same } from './flat.ts';
import type { Found } from './security.ts';

/** How the value of a parameter is written on the wire. */
export interface Writing {
  readonly style: string;
  readonly explode: boolean;
  readonly allowReserved: boolean;
  readonly allowEmptyValue: boolean;
  /** null: it has a schema, and no media type. */
  readonly media: string | null;
}

/** @param value a parameter of the document */
export function writingOf(value: Readonly<Record<string, unknown>>, media: string | null): Writing {
  const usual = value.in === 'query' || value.in === 'cookie' ? 'form' : 'simple';
  const style = typeof value.style === 'string' ? value.style.slice(0, 40) : usual;
  return {
    ...{ style, media, explode: typeof value.explode === 'boolean' ? value.explode : style === 'form' },
    ...{ allowReserved: value.allowReserved === true, allowEmptyValue: value.allowEmptyValue === true },
  };
}

/** What has to be written in another way. Where all values are single ones, how lists are written is of no matter. */
export function compareWriting(old: Writing, now: Writing, schemas: readonly Of[]): Found[] {
  const found: Found[] = [];
  if (old.media !== now.media) {
    const words = (media: string | null) => media ?? 'plain';
    const what = `it was written as ${words(old.media)}, and is as ${words(now.media)}`;
    return [{ id: 'request-parameter-media-type-changed', level: 'error', what }];
  }
  if (old.media === null) {
    const isSingle = schemas.every((schema) => {
      const types = flat(schema)?.types ?? new Set();
      return types.size > 0 && !types.has('array') && !types.has('object');
    });
    if (old.style !== now.style)
      found.push({
        ...{ id: 'request-parameter-style-changed', level: 'error' },
        what: `its style was ${old.style}, and is ${now.style}`,
      });
    else if (old.explode !== now.explode && !isSingle)
      found.push({
        ...{ id: 'request-parameter-explode-changed', level: 'error' },
        what: `explode was ${old.explode}, and is ${now.explode}`,
      });
  }
  if (old.allowReserved !== now.allowReserved)
    found.push({
      id: `request-parameter-became-${now.allowReserved ? '' : 'not-'}allow-reserved`,
      ...{ level: 'warning', what: `allowReserved was ${old.allowReserved}, and is ${now.allowReserved}` },
    });
  if (old.allowEmptyValue && !now.allowEmptyValue)
    found.push({
      id: 'request-parameter-became-not-allow-empty-value',
      ...{ level: 'warning', what: 'it could be empty, and cannot' },
    });
  return found;
}

/** What an operation is called at: its own servers, or those of its path, or of the document. */
export function serversOf(
  { root }: ApiDocument,
  path: Place,
  { value }: Place,
): { of: 'all' | 'one'; servers: unknown } {
  if (isTree(value) && value.servers !== undefined) return { of: 'one', servers: value.servers };
  if (isTree(path.value) && path.value.servers !== undefined) return { of: 'one', servers: path.value.servers };
  return { of: 'all', servers: root.servers };
}

/** Addresses that clients were made with, and that are gone. oasdiff has no rule for them. */
export function compareServers(old: unknown, now: unknown): Found[] {
  const paths = (servers: unknown) => basePaths({ root: { servers } });
  const shown = (all: readonly string[]) =>
    all
      .map((one) => one || '/')
      .join(', ')
      .slice(0, 200);
  const after = paths(now);
  const gone = paths(old).filter((path) => !after.includes(path));
  if (gone.length > 0) {
    const what = `its base path was ${shown(gone)}, and is ${shown(after)}`;
    return [{ id: 'server-base-path-changed', level: 'error', what }];
  }
  const [was, is] = [originsOf(old), originsOf(now)];
  // One that is relative goes by where the document is.
  const missing = is.length === 0 ? [] : was.filter((origin) => !is.includes(origin));
  if (missing.length === 0) return [];
  const what = `the server was ${shown(missing)}, and is ${shown(is)}`;
  return [{ id: 'server-removed', level: 'warning', what }];
}

function originsOf(servers: unknown): string[] {
  return Array.isArray(servers)
    ? servers.flatMap((server: unknown) => {
        if (!isTree(server) || typeof server.url !== 'string') return [];
        const variables = isTree(server.variables) ? server.variables : {};
        const filled = server.url.replace(/\{([^{}]{1,100})\}/g, (_, name: string) => {
          const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
          return isTree(variable) ? String(variable.default ?? '') : '';
        });
        return URL.canParse(filled) ? [new URL(filled).host.slice(0, 200)] : [];
      })
    : [];
}

const said = /^(x-|description$|summary$|title$|tags$|operationId$|deprecated$|externalDocs$|examples?$|links$)/;

/** Keys that the baseline has, that nothing here compares, and that are not as they were. */
export function notCompared(
  [oldDocument, old]: readonly [ApiDocument, Place],
  [nowDocument, now]: readonly [ApiDocument, Place],
  compared: readonly string[],
): string[] {
  const after = new Map(children(now));
  return children(old).flatMap(([key, { value }]) =>
    said.test(key) || compared.includes(key) || same(oldDocument, value, nowDocument, after.get(key)?.value)
      ? []
      : [`${key.slice(0, 100)} differs, which is not compared`],
  );
}

const stability = ['draft', 'alpha', 'beta', 'stable'];

/** Less is promised of an operation than was, where both documents say what is (`x-stability-level`). */
export function compareStability(old: unknown, now: unknown): Found[] {
  const level = (given: unknown) => (isTree(given) ? stability.indexOf(String(given['x-stability-level'])) : -1);
  const [was, is] = [level(old), level(now)];
  if (is < 0 || was <= is) return [];
  const what = `its stability was ${stability[was]}, and is ${stability[is]}`;
  return [{ id: 'api-stability-decreased', level: 'error', what }];
}
