import type { Header } from '../../../../model/traffic.ts';
import { type FormatName, type ImportedRecord, importedRecord, type ParsedLine } from '../record.ts';
import type { Unit } from './duration-unit.ts';
import {
  durationAt,
  headersIn,
  isObject,
  type JsonRow,
  numberAt,
  objectAt,
  stampOf,
  textAt,
  valueAt,
} from './json-fields.ts';

/** A JSON log whose fields are fixed by the tool that writes it. */
export interface JsonLog {
  name: FormatName;
  /** Whether a line is of this log. */
  is: (row: JsonRow) => boolean;
  read: (row: JsonRow) => ParsedLine;
  /** The unit of its response times; undefined where each says its own. */
  unit: Unit | undefined;
  /** Who writes it, in words. */
  writer: string;
}

interface Common {
  time: unknown;
  method: string;
  target: string;
  stampedAtEnd: boolean;
  status?: number | undefined;
  durationMs?: number | undefined;
  responseBytes?: number | undefined;
  client?: string;
  user?: string;
  host?: string;
  scheme?: string;
  headers?: (Header | undefined)[];
}

function header(name: string, value: string): Header | undefined {
  return value === '' ? undefined : [name, value];
}

function record(fields: Common): ImportedRecord | string {
  const stamp = stampOf(fields.time);
  if (stamp === undefined) return 'no time that can be read';
  const made = importedRecord(stamp.time, fields.method, fields.target);
  made.resolutionMs = stamp.resolutionMs;
  made.stampedAtEnd = fields.stampedAtEnd;
  if (fields.status !== undefined && fields.status >= 100 && fields.status <= 999) made.status = fields.status;
  made.durationMs = fields.durationMs;
  made.responseBytes = fields.responseBytes;
  made.client = fields.client || undefined;
  made.user = fields.user || undefined;
  made.host = fields.host || undefined;
  const scheme = fields.scheme?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') made.scheme = scheme;
  if (scheme === 'ws' || scheme === 'wss') made.notReplayable = 'WebSocket';
  const headers = (fields.headers ?? []).filter((one) => one !== undefined);
  if (headers.length > 0) made.headers = headers;
  return made;
}

/** Caddy (`log` directive). Durations are seconds unless `duration_format` says otherwise; the stamp is the end. */
const caddy: JsonLog = {
  name: 'caddy',
  unit: undefined,
  writer: 'Caddy',
  is: (row) => isObject(row.request) && typeof row.request.uri === 'string' && row.ts !== undefined && 'status' in row,
  read: (row) => {
    const request = objectAt(row, 'request');
    const remote = textAt(request, 'remote_ip') || textAt(request, 'remote_addr').replace(/:\d+$/, '');
    return record({
      time: row.ts,
      stampedAtEnd: true,
      method: textAt(request, 'method'),
      target: textAt(request, 'uri'),
      status: numberAt(row, 'status'),
      durationMs: durationAt(row, 'duration', 1000),
      responseBytes: numberAt(row, 'size'),
      client: textAt(request, 'client_ip') || remote,
      user: textAt(row, 'user_id'),
      host: textAt(request, 'host'),
      scheme: isObject(request.tls) ? 'https' : 'http',
      headers: headersIn(objectAt(request, 'headers')),
    });
  },
};

/** Traefik (`accessLog.format: json`): nanoseconds; `StartUTC` is the arrival. */
const traefik: JsonLog = {
  name: 'traefik',
  unit: 'ns',
  writer: 'Traefik',
  is: (row) => typeof row.RequestMethod === 'string' && typeof row.RequestPath === 'string' && 'Duration' in row,
  read: (row) => {
    const headers = Object.keys(row)
      .filter((key) => key.startsWith('request_'))
      .map((key) => header(key.slice('request_'.length).toLowerCase(), textAt(row, key)));
    return record({
      time: row.StartUTC ?? row.StartLocal ?? row.time,
      stampedAtEnd: row.StartUTC === undefined && row.StartLocal === undefined,
      method: textAt(row, 'RequestMethod'),
      target: textAt(row, 'RequestPath'),
      status: numberAt(row, 'DownstreamStatus'),
      durationMs: durationAt(row, 'Duration', 1e-6),
      responseBytes: numberAt(row, 'DownstreamContentSize'),
      client: textAt(row, 'ClientHost'),
      user: textAt(row, 'ClientUsername'),
      host: textAt(row, 'RequestHost'),
      scheme: textAt(row, 'RequestScheme') || (row.TLSVersion === undefined ? '' : 'https'),
      headers,
    });
  },
};

/** Envoy and Istio with a JSON format: names as in Istio's default; milliseconds; `start_time` is the arrival. */
const envoy: JsonLog = {
  name: 'envoy-json',
  unit: 'ms',
  writer: 'Envoy',
  is: (row) =>
    row.start_time !== undefined && 'response_code' in row && ('path' in row || 'x-envoy-origin-path' in row),
  read: (row) =>
    record({
      time: row.start_time,
      stampedAtEnd: false,
      method: textAt(row, 'method'),
      target: textAt(row, 'path') || textAt(row, 'x-envoy-origin-path'),
      status: numberAt(row, 'response_code'),
      durationMs: durationAt(row, 'duration', 1),
      responseBytes: numberAt(row, 'bytes_sent'),
      client: textAt(row, 'downstream_direct_remote_address') || textAt(row, 'downstream_remote_address'),
      host: textAt(row, 'authority'),
      headers: [
        header('user-agent', textAt(row, 'user_agent')),
        header('x-forwarded-for', textAt(row, 'x_forwarded_for')),
        header('referer', textAt(row, 'referer')),
      ],
    }),
};

/** Google Cloud: load balancers, Cloud Run and all that fill `httpRequest`; latency as `0.058s`; the stamp is the arrival. */
const gcp: JsonLog = {
  name: 'gcp',
  unit: undefined,
  writer: 'Google Cloud',
  is: (row) => isObject(row.httpRequest) && ('insertId' in row || 'logName' in row || 'receiveTimestamp' in row),
  read: (row) => {
    const request = objectAt(row, 'httpRequest');
    return record({
      time: row.timestamp ?? row.receiveTimestamp,
      stampedAtEnd: false,
      method: textAt(request, 'requestMethod'),
      target: textAt(request, 'requestUrl'),
      status: numberAt(request, 'status'),
      durationMs: durationAt(request, 'latency', 1000),
      responseBytes: numberAt(request, 'responseSize'),
      client: textAt(request, 'remoteIp'),
      headers: [header('user-agent', textAt(request, 'userAgent')), header('referer', textAt(request, 'referer'))],
    });
  },
};

/** Azure Front Door: seconds; the stamp is the end. */
const frontDoor: JsonLog = {
  name: 'azure-front-door',
  unit: 's',
  writer: 'Azure Front Door',
  is: (row) => isObject(row.properties) && /^frontdooraccesslog$/i.test(textAt(row, 'category')),
  read: (row) => {
    const of = objectAt(row, 'properties');
    return record({
      time: row.time,
      stampedAtEnd: true,
      method: textAt(of, 'httpMethod'),
      target: textAt(of, 'requestUri'),
      status: numberAt(of, 'httpStatusCode'),
      durationMs: durationAt(of, 'timeTaken', 1000),
      responseBytes: numberAt(of, 'responseBytes'),
      client: textAt(of, 'clientIp'),
      host: textAt(of, 'hostName'),
      headers: [header('user-agent', textAt(of, 'userAgent')), header('referer', textAt(of, 'referer'))],
    });
  },
};

/** Azure Application Gateway: version 2 writes seconds, version 1 milliseconds, and calls its instances `…Role_IN_0`. */
const applicationGateway: JsonLog = {
  name: 'azure-application-gateway',
  unit: undefined,
  writer: 'Azure Application Gateway',
  is: (row) => isObject(row.properties) && /^applicationgatewayaccesslog$/i.test(textAt(row, 'category')),
  read: (row) => {
    const of = objectAt(row, 'properties');
    const isFirstVersion = /Role_IN_\d+$/.test(textAt(of, 'instanceId') || textAt(row, 'instanceId'));
    const query = textAt(of, 'requestQuery').replace(
      /(?:^|&)(?:X-AzureApplicationGateway-[^&]*|SERVER-(?:ROUTED|STATUS)=[^&]*)/g,
      '',
    );
    const uri = textAt(of, 'originalRequestUriWithArgs') || textAt(of, 'requestUri');
    const target = query === '' || uri.includes('?') ? uri : `${uri}?${query.replace(/^&/, '')}`;
    return record({
      time: row.timeStamp ?? row.time,
      stampedAtEnd: true,
      method: textAt(of, 'httpMethod'),
      target,
      status: numberAt(of, 'httpStatus'),
      durationMs: durationAt(of, 'timeTaken', isFirstVersion ? 1 : 1000),
      responseBytes: numberAt(of, 'sentBytes'),
      client: textAt(of, 'clientIP'),
      host: textAt(of, 'originalHost') || textAt(of, 'host'),
      scheme: textAt(of, 'sslEnabled') === 'on' ? 'https' : 'http',
      headers: [header('user-agent', textAt(of, 'userAgent').replaceAll('+', isFirstVersion ? ' ' : '+'))],
    });
  },
};

/** Cloudflare Logpush, data set `http_requests`, with any of its notations of time. The duration is known where they are finer than a second. */
const cloudflare: JsonLog = {
  name: 'cloudflare',
  unit: undefined,
  writer: 'Cloudflare',
  is: (row) => typeof row.ClientRequestMethod === 'string' && 'EdgeStartTimestamp' in row,
  read: (row) => {
    const begun = stampOf(row.EdgeStartTimestamp);
    const ended = stampOf(row.EdgeEndTimestamp);
    const isFine = begun !== undefined && ended !== undefined && begun.resolutionMs < 1000 && ended.resolutionMs < 1000;
    return record({
      time: row.EdgeStartTimestamp,
      stampedAtEnd: false,
      method: textAt(row, 'ClientRequestMethod'),
      target: textAt(row, 'ClientRequestURI') || textAt(row, 'ClientRequestPath'),
      status: numberAt(row, 'EdgeResponseStatus'),
      durationMs: isFine ? Math.max(0, ended.time - begun.time) : undefined,
      responseBytes: numberAt(row, 'EdgeResponseBytes'),
      client: textAt(row, 'ClientIP'),
      host: textAt(row, 'ClientRequestHost'),
      scheme: textAt(row, 'ClientRequestScheme'),
      headers: [
        header('user-agent', textAt(row, 'ClientRequestUserAgent')),
        header('referer', textAt(row, 'ClientRequestReferer')),
        ...headersIn(objectAt(row, 'RequestHeaders')),
        header('cookie', cookiesIn(valueAt(row, 'Cookies'))),
      ],
    });
  },
};

function cookiesIn(value: unknown): string {
  return isObject(value)
    ? Object.entries(value)
        .map(([name, text]) => `${name}=${typeof text === 'string' ? text : ''}`)
        .join('; ')
    : '';
}

/** Logs with fixed fields, the most particular first. */
export const jsonLogs: readonly JsonLog[] = [caddy, traefik, envoy, frontDoor, applicationGateway, cloudflare, gcp];
