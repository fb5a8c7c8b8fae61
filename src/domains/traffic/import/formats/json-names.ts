import { ShakedownError } from '../../../../model/error.ts';
import type { Unit } from './duration-unit.ts';

/** Our fields, and the names under which they usually stand, the most exact first; a dot leads into an object. */
export const usualNames = {
  time: [
    'msec',
    'time_iso8601',
    'time_local',
    '@timestamp',
    'time',
    'timestamp',
    'ts',
    'date',
    'datetime',
    'start_time',
  ],
  /** `requested_url` of logback's access log is the whole request line. */
  request: ['request', 'request_line', 'requested_url'],
  method: [
    'request_method',
    'method',
    'verb',
    'http_method',
    'http.request.method',
    'request.method',
    'req.method',
    'http.method',
  ],
  url: [
    'request_uri',
    'url',
    'uri',
    'path',
    'url.original',
    'url.full',
    'url.path',
    'request.uri',
    'request.url',
    'request.path',
    'req.url',
    'http.url',
    'requested_uri',
  ],
  args: ['args', 'query_string', 'query', 'url.query'],
  status: [
    'status',
    'status_code',
    'response_status',
    'statusCode',
    'http.response.status_code',
    'response.status',
    'res.statusCode',
    'http.status_code',
    'code',
  ],
  responseBytes: [
    'body_bytes_sent',
    'bytes_sent',
    'bytes',
    'size',
    'http.response.body.bytes',
    'http.response.bytes',
    'response_size',
    'response.size',
    'content_length',
    'content-length',
  ],
  /** Seconds. */
  requestTime: ['request_time'],
  durationMs: [],
  durationUs: [],
  /** Nanoseconds, in Elastic's common schema. */
  durationNs: ['event.duration'],
  client: [
    'remote_addr',
    'client_ip',
    'clientip',
    'remote_ip',
    'client',
    'client.ip',
    'source.ip',
    'client.address',
    'req.remoteAddress',
    'ip',
    'remote_address',
    'remote-addr',
    'remote_host',
  ],
  user: ['remote_user', 'user', 'user.name', 'user.id', 'user_id', 'remote-user'],
  host: [
    'http_host',
    'host',
    'server_name',
    'url.domain',
    'request.host',
    'req.headers.host',
    'req.host',
    'req.hostname',
    'vhost',
  ],
  scheme: ['scheme', 'http_x_forwarded_proto', 'url.scheme'],
  userAgent: [
    'http_user_agent',
    'user_agent',
    'agent',
    'userAgent',
    'user_agent.original',
    'request.headers.user-agent',
    'req.headers.user-agent',
    'request_headers.user-agent',
    'user-agent',
  ],
  referer: ['http_referer', 'http_referrer', 'referer', 'referrer', 'http.request.referrer', 'req.headers.referer'],
  cookie: ['http_cookie', 'cookie', 'req.headers.cookie'],
  forwardedFor: [
    'http_x_forwarded_for',
    'x_forwarded_for',
    'xff',
    'forwarded_for',
    'x-forwarded-for',
    'req.headers.x-forwarded-for',
  ],
  contentType: ['content_type', 'http_content_type'],
  requestBody: ['request_body'],
} as const satisfies Record<string, readonly string[]>;

export type FieldName = keyof typeof usualNames;

export const durationFields: [FieldName, Unit][] = [
  ['durationMs', 'ms'],
  ['durationUs', 'µs'],
  ['durationNs', 'ns'],
  ['requestTime', 's'],
];
/** Names of durations whose unit they do not say, or say behind it. */
export const durationName =
  /(?:^|[._-])(?:duration|latency|elapsed(?:[_-]?time)?|took|time[_-]?taken|(?:request|response|processing|total|serve)[_-]?time)(?:[_-]?(?:m|u|n)?s(?:ec(?:ond)?s?)?|[_-]?(?:milli|micro|nano)(?:s|seconds))?$/i;

/** Milliseconds, in the loggers whose name it is: pino-http and hapi; morgan; logback's access log. */
export const millisecondNames: ReadonlySet<string> = new Set(['responseTime', 'response-time', 'elapsed_time']);

export function isFieldName(name: string): name is FieldName {
  return Object.hasOwn(usualNames, name);
}

/** Checks a field map as given by the user. @throws ShakedownError TRAFFIC_FIELD_MAP */
export function checkFieldMap(fieldMap: Readonly<Record<string, string>>): void {
  const wrong = Object.keys(fieldMap).find((name) => !isFieldName(name));
  if (wrong === undefined) return;
  throw new ShakedownError(
    'TRAFFIC_FIELD_MAP',
    `The field map names ${JSON.stringify(wrong)}, which is no field here.`,
    {
      hint: `Fields are ${Object.keys(usualNames).join(', ')}.`,
    },
  );
}
