import { parse as parseYaml } from 'yaml';
import type { Body, Header } from '../../../../model/traffic.ts';
import { type ImportedRecord, importedRecord, type RecordBatch } from '../record.ts';
import { form, multipartBody, percentEncoded } from './form-bodies.ts';
import { isObject, type JsonRow, objectAt, valueAt } from './json-fields.ts';
import { parseJsonObject } from './ndjson.ts';

/**
 * Collections of Postman and Insomnia: requests in their order, without times. They are one session whose requests come a second apart; nothing
 * of it was measured.
 */
const betweenMs = 1000;
const maxBytes = 256 * 1024 * 1024;
const maxDepth = 50;

export function isPostman(start: string): boolean {
  return /"schema"\s*:\s*"https?:\/\/schema\.(?:get)?postman\.com\/json\/collection\//.test(start);
}

export function isInsomnia(start: string): boolean {
  return /"?__export_format"?\s*:\s*4\b/.test(start) || /^\s*type:\s*collection\.insomnia\.rest\/5/m.test(start);
}

type Variables = ReadonlyMap<string, string>;

/** Replaces `{{name}}` and `{{ _.name }}`, also within values; what has no value stays as it is. */
function filled(text: string, variables: Variables): string {
  let out = text;
  for (let round = 0; round < 5 && out.includes('{{'); round++) {
    const before = out;
    out = out.replaceAll(/\{\{\s*(?:_\.)?([^{}\s]+)\s*\}\}/g, (whole, name: string) => variables.get(name) ?? whole);
    if (out === before) break;
  }
  return out;
}

interface Found {
  method: string;
  url: string;
  headers: [string, string][];
  body: Body | undefined;
  /** Why it cannot be sent, where the collection lacks something. */
  lacks: string | undefined;
}

/** Text or a number as text; a dash stays one, other than in logs. */
function textIn(row: JsonRow, name: string): string {
  const value = valueAt(row, name);
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}

function listOf(value: unknown): JsonRow[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];
}

function pairs(value: unknown, key: string): [string, string][] {
  return listOf(value)
    .filter((pair) => pair.disabled !== true)
    .map((pair) => [textIn(pair, key), textIn(pair, 'value')]);
}

async function readWhole(chunks: AsyncIterable<Buffer>): Promise<string> {
  const held: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`longer than ${maxBytes >> 20} MB`);
  }
  return Buffer.concat(held).toString('utf8');
}

function toRecord(found: Found, index: number, variables: Variables, client: string): ImportedRecord {
  const target = filled(found.url, variables);
  const record = importedRecord(index * betweenMs, found.method.toUpperCase() || 'GET', target);
  record.untimed = true;
  record.client = client;
  record.headers = found.headers
    .filter(([name]) => name !== '')
    .map(([name, value]): Header => [name.toLowerCase(), filled(value, variables)]);
  if (found.body !== undefined) record.body = { ...found.body, data: filled(found.body.data, variables) };
  if (found.lacks !== undefined) record.notReplayable = found.lacks;
  else if (target.includes('{{')) record.notReplayable = 'request whose address holds a variable without a value';
  else if (!/^[a-z]+:\/\//i.test(target)) record.target = `http://${target}`;
  return record;
}

async function* batchOf(
  chunks: AsyncIterable<Buffer>,
  read: (text: string) => { found: Found[]; variables: Variables },
  client: string,
): AsyncGenerator<RecordBatch> {
  let result: { found: Found[]; variables: Variables };
  try {
    result = read(await readWhole(chunks));
  } catch (error) {
    const reason = `no collection that can be read: ${(error as Error).message.split('\n')[0]}`;
    yield { records: [], damaged: [{ line: 1, reason, text: '' }] };
    return;
  }
  const { found, variables } = result;
  yield { records: found.map((one, index) => toRecord(one, index, variables, client)), damaged: [] };
}

function postmanUrl(url: unknown): string {
  if (typeof url === 'string') return url;
  if (!isObject(url)) return '';
  const path = new Map(pairs(url.variable, 'key'));
  // A path parameter stands as `/:id` with its value beside it.
  return textIn(url, 'raw').replaceAll(/\/:([\w-]+)/g, (whole, name: string) =>
    path.get(name) ? `/${path.get(name)}` : whole,
  );
}

const languages: Readonly<Record<string, string>> = {
  json: 'application/json',
  xml: 'application/xml',
  html: 'text/html',
  text: 'text/plain',
  javascript: 'application/javascript',
};

function postmanBody(body: JsonRow, contentType: string): Body | 'lacks' | undefined {
  const mode = textIn(body, 'mode');
  if (mode === 'raw') {
    const language = textIn(body, 'options.raw.language');
    return { mime: contentType || (languages[language] ?? 'text/plain'), encoding: 'utf8', data: textIn(body, 'raw') };
  }
  if (mode === 'urlencoded') return form(pairs(body.urlencoded, 'key'));
  if (mode === 'graphql') {
    const graphql = objectAt(body, 'graphql');
    const variables = textIn(graphql, 'variables');
    const data = `{"query":${JSON.stringify(textIn(graphql, 'query'))},"variables":${variables.trim() || '{}'}}`;
    return { mime: 'application/json', encoding: 'utf8', data };
  }
  if (mode === 'formdata') {
    const parts = listOf(body.formdata).filter((part) => part.disabled !== true);
    if (parts.some((part) => part.type === 'file')) return 'lacks';
    return multipartBody(parts.map((part) => ({ name: textIn(part, 'key'), value: textIn(part, 'value') })));
  }
  return mode === 'file' ? 'lacks' : undefined;
}

function postmanItems(items: unknown, found: Found[], depth: number): void {
  if (depth > maxDepth) throw new Error('folders lie too deep');
  for (const item of listOf(items)) {
    if (Array.isArray(item.item)) postmanItems(item.item, found, depth + 1);
    const request = item.request;
    if (typeof request === 'string')
      found.push({ method: 'GET', url: request, headers: [], body: undefined, lacks: undefined });
    if (!isObject(request)) continue;
    const headers = pairs(request.header, 'key');
    const contentType = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
    const body = postmanBody(objectAt(request, 'body'), contentType);
    found.push({
      method: textIn(request, 'method'),
      url: postmanUrl(request.url),
      headers,
      body: body === 'lacks' ? undefined : body,
      lacks: body === 'lacks' ? 'upload whose file the recording lacks' : undefined,
    });
  }
}

/** Requests of a Postman collection (format 2.0 and 2.1), with the collection's own variables filled in. */
export function parsePostman(chunks: AsyncIterable<Buffer>, client: string): AsyncGenerator<RecordBatch> {
  const read = (text: string) => {
    const collection = JSON.parse(text) as JsonRow;
    const found: Found[] = [];
    postmanItems(collection.item, found, 0);
    return { found, variables: new Map(pairs(collection.variable, 'key')) };
  };
  return batchOf(chunks, read, client);
}

function insomniaBody(body: JsonRow): Body | 'lacks' | undefined {
  const mime = textIn(body, 'mimeType');
  const params = listOf(body.params).filter((part) => part.disabled !== true);
  if (mime === 'application/x-www-form-urlencoded') return form(pairs(body.params, 'name'));
  if (mime.startsWith('multipart/')) {
    if (params.some((part) => part.type === 'file')) return 'lacks';
    return multipartBody(params.map((part) => ({ name: textIn(part, 'name'), value: textIn(part, 'value') })));
  }
  if (textIn(body, 'fileName') !== '') return 'lacks';
  const text = textIn(body, 'text');
  return text === '' ? undefined : { mime, encoding: 'utf8', data: text };
}

function insomniaRequest(request: JsonRow): Found {
  const query = pairs(request.parameters, 'name')
    .filter(([name]) => name !== '')
    .map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`)
    .join('&');
  const url = textIn(request, 'url');
  const body = insomniaBody(objectAt(request, 'body'));
  return {
    method: textIn(request, 'method'),
    url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`,
    headers: pairs(request.headers, 'name'),
    body: body === 'lacks' ? undefined : body,
    lacks: body === 'lacks' ? 'upload whose file the recording lacks' : undefined,
  };
}

function collectVariables(data: unknown, prefix: string, into: Map<string, string>): void {
  if (!isObject(data)) return;
  for (const [name, value] of Object.entries(data)) {
    if (isObject(value)) collectVariables(value, `${prefix}${name}.`, into);
    else if (typeof value === 'string' || typeof value === 'number') into.set(`${prefix}${name}`, String(value));
  }
}

function insomniaTree(items: unknown, found: Found[], depth: number): void {
  if (depth > maxDepth) throw new Error('folders lie too deep');
  for (const item of listOf(items)) {
    if (Array.isArray(item.children)) insomniaTree(item.children, found, depth + 1);
    else if (typeof item.url === 'string' && typeof item.method === 'string') found.push(insomniaRequest(item));
  }
}

/** Requests of an Insomnia export (format 4, JSON; format 5, YAML), with its base environment filled in. */
export function parseInsomnia(chunks: AsyncIterable<Buffer>, client: string): AsyncGenerator<RecordBatch> {
  const read = (text: string) => {
    const found: Found[] = [];
    const variables = new Map<string, string>();
    // Aliases could make a small file large.
    const whole = (parseJsonObject(text) ?? parseYaml(text, { maxAliasCount: 20 })) as JsonRow;
    if (Array.isArray(whole.resources)) {
      for (const one of listOf(whole.resources)) {
        if (one._type === 'request') found.push(insomniaRequest(one));
        if (one._type === 'environment') collectVariables(one.data, '', variables);
      }
    } else {
      insomniaTree(whole.collection, found, 0);
      collectVariables(objectAt(whole, 'environments').data, '', variables);
    }
    return { found, variables };
  };
  return batchOf(chunks, read, client);
}
