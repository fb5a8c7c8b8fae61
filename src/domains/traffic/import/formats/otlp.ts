import type { Header } from '../../../../model/traffic.ts';
import { type ImportedRecord, importedRecord, type ParsedLine } from '../record.ts';
import { isObject, type JsonRow, textAt, textOf } from './json-fields.ts';
import { toMicros } from './log-time.ts';

/** An attribute's value: the first of its typed fields. */
function attributeText(value: unknown): string {
  if (!isObject(value)) return '';
  for (const key of ['stringValue', 'intValue', 'doubleValue', 'boolValue']) {
    if (value[key] !== undefined) return typeof value[key] === 'boolean' ? String(value[key]) : textOf(value[key]);
  }
  const list = isObject(value.arrayValue) ? value.arrayValue.values : undefined;
  return Array.isArray(list) ? (list as unknown[]).map(attributeText).join(', ') : '';
}

function attributesOf(of: JsonRow): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const one of Array.isArray(of.attributes) ? (of.attributes as unknown[]) : []) {
    if (isObject(one) && typeof one.key === 'string') attributes.set(one.key, attributeText(one.value));
  }
  return attributes;
}

function listOf(value: unknown): JsonRow[] {
  return Array.isArray(value) ? (value as unknown[]).filter(isObject) : [];
}

const capturedHeader = 'http.request.header.';

function recordOf(span: JsonRow): ImportedRecord | string {
  const attributes = attributesOf(span);
  const first = (...names: string[]): string => {
    for (const name of names) {
      const text = attributes.get(name);
      if (text !== undefined && text !== '') return text;
    }
    return '';
  };
  const begun = textAt(span, 'startTimeUnixNano');
  const ended = textAt(span, 'endTimeUnixNano');
  if (!/^\d{1,19}$/.test(begun)) return 'startTimeUnixNano is missing';
  const path = first('url.path', 'http.target', 'url.full', 'http.url');
  const query = first('url.query');
  const target = query === '' || path.includes('?') ? path : `${path}?${query.replace(/^\?/, '')}`;
  const record = importedRecord(toMicros(Number(begun) / 1e6), first('http.request.method', 'http.method'), target);
  record.resolutionMs = 0.001;
  const tookNs = /^\d{1,19}$/.test(ended) ? BigInt(ended) - BigInt(begun) : -1n;
  if (tookNs >= 0n) record.durationMs = Number(tookNs) / 1e6;
  const status = Number(first('http.response.status_code', 'http.status_code'));
  if (status >= 100 && status <= 999) record.status = status;
  const size = Number(first('http.response.body.size', 'http.response_content_length') || Number.NaN);
  if (size >= 0) record.responseBytes = size;
  const scheme = first('url.scheme', 'http.scheme').toLowerCase();
  if (scheme === 'http' || scheme === 'https') record.scheme = scheme;
  const name = first('server.address', 'net.host.name');
  const port = first('server.port', 'net.host.port');
  record.host = first('http.host') || (name !== '' && port !== '' ? `${name}:${port}` : name) || undefined;
  record.client = first('network.peer.address', 'net.sock.peer.addr', 'net.peer.ip') || undefined;
  record.user = first('user.id', 'enduser.id', 'enduser.pseudo.id') || undefined;
  const headers: Header[] = [];
  const agent = first('user_agent.original', 'http.user_agent');
  if (agent !== '') headers.push(['user-agent', agent]);
  for (const [key, text] of attributes) {
    if (key.startsWith(capturedHeader) && key !== `${capturedHeader}user-agent`)
      headers.push([key.slice(capturedHeader.length).replaceAll('_', '-').toLowerCase(), text]);
  }
  // What the instrumentation took for the client, from the headers of proxies.
  const client = first('client.address', 'http.client_ip');
  if (client !== '' && !headers.some(([key]) => key === 'x-forwarded-for')) headers.push(['x-forwarded-for', client]);
  if (headers.length > 0) record.headers = headers;
  return record;
}

function isServer(span: JsonRow): boolean {
  return span.kind === 2 || span.kind === 'SPAN_KIND_SERVER';
}

/**
 * Requests of OpenTelemetry spans: one element of `resourceSpans` (OTLP JSON), spans of HTTP servers, by the present and the earlier semantic
 * conventions. Spans of other kinds are parts of a request, or requests that the server sent itself.
 */
export function resourceSpanRequests(resource: JsonRow): ParsedLine {
  const records: ImportedRecord[] = [];
  for (const scope of listOf(resource.scopeSpans ?? resource.instrumentationLibrarySpans)) {
    for (const span of listOf(scope.spans)) {
      const attributes = attributesOf(span);
      if (!isServer(span) || !(attributes.has('http.request.method') || attributes.has('http.method'))) continue;
      const record = recordOf(span);
      if (typeof record === 'string') return record;
      records.push(record);
    }
  }
  return records;
}
