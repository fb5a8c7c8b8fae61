import { readFile } from 'node:fs/promises';
import { sample } from 'openapi-sampler';
import { parse } from 'yaml';
import { ShakedownError } from '../../../model/error.ts';
import { decodePercent } from '../../../model/percent-encoding.ts';
import type { Body, RecordedRequest } from '../../../model/traffic.ts';
import { createHarParser } from '../import/formats/har.ts';
import type { ImportedRecord } from '../import/record.ts';
import { segmentsMatch } from './path-templates.ts';

/** Bodies that requests of a route can have; null stands for none, where the source knows that it needs none. */
export interface BodySource {
  /** @returns empty where the source knows nothing of such a request */
  bodiesFor(request: RecordedRequest): readonly (Body | null)[];
}

/** Requests of a HAR file that reached a server. @throws ShakedownError PLAN_DATA */
export async function readHar(file: string): Promise<ImportedRecord[]> {
  return recordsOf(file, readDocument(file, await textOf(file)));
}

function recordsOf(file: string, document: Record<string, unknown>): ImportedRecord[] {
  const entries = asObject(document.log).entries;
  if (!Array.isArray(entries)) throw new ShakedownError('PLAN_DATA', `${file} is no HAR file: it has no log.entries.`);
  const parseEntry = createHarParser();
  return entries.flatMap((entry: unknown) => {
    const record = parseEntry(JSON.stringify(entry));
    return typeof record === 'object' && 'method' in record && record.notReplayable === undefined ? [record] : [];
  });
}

/** As it is, where it is an object; what is anything else has no fields. Documents are written by people, and half-written ones are read too. */
function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * Reads where bodies come from: a HAR file or an OpenAPI 3 document.
 * @throws ShakedownError PLAN_DATA for a file that cannot be read, or is neither
 */
export async function readBodySource(file: string): Promise<BodySource> {
  const document = readDocument(file, await textOf(file));
  if (typeof document.log === 'object') return harSource(recordsOf(file, document));
  if (/^3\./.test(String(document.openapi ?? ''))) return openApiSource(file, document);
  throw new ShakedownError('PLAN_DATA', `${file} is neither a HAR file nor an OpenAPI 3 document.`, {
    hint: 'Bodies are joined from a browser’s recording (HAR), or an OpenAPI document of version 3 in YAML or JSON.',
  });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ShakedownError('PLAN_DATA', `${file} cannot be read.`, { cause });
  }
}

function readDocument(file: string, text: string): Record<string, unknown> {
  try {
    // JSON is YAML too, but its own parser takes a large HAR in a fraction of the time.
    const document: unknown = /^\s*\{/.test(text) ? JSON.parse(text.replace(/^\ufeff/, '')) : parse(text);
    if (typeof document === 'object' && document !== null) return document as Record<string, unknown>;
  } catch (cause) {
    throw new ShakedownError('PLAN_DATA', `${file} is neither JSON nor YAML.`, { cause });
  }
  throw new ShakedownError('PLAN_DATA', `${file} holds no object.`);
}

/** Without an address's query. */
export function pathOf(target: string): string {
  return target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] || '/';
}

function harSource(records: readonly ImportedRecord[]): BodySource {
  const byMethod = new Map<string, { path: string; body: Body | null }[]>();
  for (const { method, target, body = null } of records) {
    const known = byMethod.get(method.toUpperCase()) ?? [];
    byMethod.set(method.toUpperCase(), [...known, { path: pathOf(target), body }]);
  }
  return {
    bodiesFor({ method, path, route }) {
      const all = byMethod.get(method) ?? [];
      const own = pathOf(path);
      const same = all.filter((entry) => entry.path === own);
      const found = same.length > 0 ? same : all.filter((entry) => segmentsMatch(route, entry.path));
      return found.map(({ body }) => body);
    },
  };
}

interface Media {
  schema?: unknown;
  example?: unknown;
  examples?: unknown;
}

interface Operation {
  method: string;
  /** With the path of the document's server before it. */
  template: string;
  bodies: (Body | null)[];
}

const methods = ['post', 'put', 'patch', 'delete'] as const;

function openApiSource(file: string, document: Record<string, unknown>): BodySource {
  const operations = operationsOf(file, document);
  return {
    bodiesFor({ method, path }) {
      const own = pathOf(path);
      const fitting = operations.filter((one) => one.method === method && segmentsMatch(one.template, own));
      // `/orders/draft` says more than `/orders/{id}`.
      const [best] = fitting.sort((a, b) => parameters(a.template) - parameters(b.template));
      return best?.bodies ?? [];
    },
  };
}

const parameters = (template: string) => template.split('{').length;

function operationsOf(file: string, document: Record<string, unknown>): Operation[] {
  const found: Operation[] = [];
  for (const [path, item] of Object.entries(asObject(resolved(document.paths, document)))) {
    const at = asObject(resolved(item, document));
    for (const method of methods) {
      if (typeof at[method] !== 'object' || at[method] === null) continue;
      const operation = asObject(at[method]);
      const servers = operation.servers ?? at.servers ?? document.servers;
      const bodies = bodiesOf(file, `${method.toUpperCase()} ${path}`, operation.requestBody, document);
      for (const prefix of prefixesOf(servers))
        found.push({ method: method.toUpperCase(), template: `${prefix}${path}`, bodies });
    }
  }
  return found;
}

/** Paths of servers; a proxy may have taken them away, so requests without them fit too. */
function prefixesOf(servers: unknown): Set<string> {
  const urls = Array.isArray(servers) ? servers.map((server) => String((server as { url?: unknown })?.url ?? '')) : [];
  return new Set(['', ...urls.map((url) => pathOf(url).replace(/\/+$/, ''))]);
}

function bodiesOf(file: string, name: string, requestBody: unknown, document: object): (Body | null)[] {
  if (requestBody === undefined || requestBody === null) return [null];
  const content = Object.entries(asObject(asObject(resolved(requestBody, document)).content));
  const [mime, described] = content.find(([type]) => isJson(type)) ?? content.find(([type]) => isForm(type)) ?? [];
  if (mime === undefined || typeof described !== 'object' || described === null) return [];
  const media: Media = described;
  const given = [
    ...(media.example === undefined ? [] : [media.example]),
    ...Object.values(asObject(media.examples)).map((one) => asObject(resolved(one, document)).value),
  ].filter((value) => value !== undefined);
  const values = given.length > 0 ? given : [sampled(file, name, media.schema, document)];
  const type = mime.includes('*') ? 'application/json' : mime;
  return values.map((value) => ({ mime: type, encoding: 'utf8', data: written(value, type) }));
}

const isJson = (mime: string) => /\bjson\b|^\*\/\*$|^application\/\*$/i.test(mime);
const isForm = (mime: string) => /x-www-form-urlencoded/i.test(mime);

/** A value that the schema allows: its required properties, with the examples and defaults that it has. */
function sampled(file: string, name: string, schema: unknown, document: object): unknown {
  const options = { skipNonRequired: true, skipReadOnly: true, quiet: true, enablePatterns: true };
  try {
    return sample((schema ?? {}) as Parameters<typeof sample>[0], options, document);
  } catch (cause) {
    throw new ShakedownError('PLAN_DATA', `${file}: no body can be made from the schema of ${name}.`, {
      hint: 'Give the request an example in the document, or a body of its own in replay.bodies.',
      cause,
    });
  }
}

function written(value: unknown, mime: string): string {
  if (!isForm(mime)) return typeof value === 'string' && !isJson(mime) ? value : JSON.stringify(value);
  if (typeof value === 'string') return value;
  const fields = Object.entries((value ?? {}) as object).map(([name, field]): [string, string] => [
    name,
    typeof field === 'object' ? JSON.stringify(field) : String(field),
  ]);
  return new URLSearchParams(fields).toString();
}

/** What a reference within the document points to; anything else as it is. */
function resolved(value: unknown, document: object): unknown {
  let found = value;
  for (let steps = 0; steps < 20; steps++) {
    const reference = asObject(found).$ref;
    if (typeof reference !== 'string' || !reference.startsWith('#/')) return found;
    found = reference
      .slice(2)
      .split('/')
      .map((key) => decodePercent(key).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((at, key) => asObject(at)[key], document);
  }
  return found;
}
