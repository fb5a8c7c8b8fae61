import type { Body, Header, RecordedResponse } from '../../../model/traffic.ts';

export const formatNames = [
  'har',
  'access-log',
  'log-format',
  'nginx-proxy-manager',
  'envoy',
  'haproxy',
  'alb',
  'elb',
  's3',
  'w3c',
  'nginx-json',
  'envoy-json',
  'caddy',
  'traefik',
  'gcp',
  'azure-front-door',
  'azure-application-gateway',
  'cloudflare',
  'otlp',
  'goreplay',
  'postman',
  'insomnia',
  'ndjson',
] as const;

export type FormatName = (typeof formatNames)[number];

/** One request as a format's parser hands it on, before times, paths, sessions and routes are worked out. */
export interface ImportedRecord {
  /** Milliseconds since the epoch, as stamped in the source. */
  time: number;
  /** Resolution of the stamp in milliseconds: 1000, 1 or 0.001. */
  resolutionMs: number;
  /** The source has no times: `time` counts up from 0 to keep the order. */
  untimed?: boolean;
  /** The stamp was taken when the response ended (nginx, ALB), not when the request arrived. */
  stampedAtEnd: boolean;
  method: string;
  /** Request target as received: path and query, or an absolute URL. */
  target: string;
  /** `http` or `https` where the source says so. */
  scheme: string | undefined;
  host: string | undefined;
  headers: Header[] | undefined;
  body: Body | undefined;
  status: number | undefined;
  durationMs: number | undefined;
  responseBytes: number | undefined;
  response: RecordedResponse | undefined;
  /** Address at the other end of the connection: the client's, or a proxy's, whose headers name the client. */
  client: string | undefined;
  user: string | undefined;
  /** Set where the source itself says that this is no plain HTTP exchange. */
  notReplayable: string | undefined;
}

/** A record with nothing known but what is given. All records share one shape, which keeps parsing fast. */
export function importedRecord(time: number, method: string, target: string): ImportedRecord {
  return {
    time,
    resolutionMs: 1,
    stampedAtEnd: false,
    method,
    target,
    scheme: undefined,
    host: undefined,
    headers: undefined,
    body: undefined,
    status: undefined,
    durationMs: undefined,
    responseBytes: undefined,
    response: undefined,
    client: undefined,
    user: undefined,
    notReplayable: undefined,
  };
}

/** What a parser found: a record, several, none (a line that is no request by its nature, such as a header), or why it cannot be read. */
export type ParsedLine = ImportedRecord | readonly ImportedRecord[] | string;

/** A line that holds no request and is no damage. */
export const noRecord: readonly ImportedRecord[] = [];

/** Parses one line (without its end); a string is the reason why it cannot be read. */
export type LineParser = (line: string) => ParsedLine;

/** Something unreadable in a source. `line` counts from 1; in formats without lines it is the line where the record begins. */
export interface DamagedPart {
  line: number;
  reason: string;
  text: string;
  /** The source ends in the middle of a record: reported, but no sign that the rest is bad. */
  truncated?: boolean;
}

/** Records and damage in the order they were read; small enough to be handled in one go. */
export interface RecordBatch {
  records: ImportedRecord[];
  damaged: DamagedPart[];
  /** Lines or entries that are not UTF-8, and were read as Windows-1252; 0 when absent. */
  notUtf8?: number;
}
