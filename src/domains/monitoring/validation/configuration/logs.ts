import { z } from 'zod';
import { hostPortSchema } from '../../../../model/address-schemas.ts';
import { ShakedownError } from '../../../../model/error.ts';
import { headersSchema, urlSchema } from '../../../../model/http-schemas.ts';

const name = z.string().regex(/^[\w.-]{1,60}$/, 'must be letters, digits, dots, dashes and underscores');
const file = z.string().min(1);
const field = z.string().min(1).max(200);

const marker = z.discriminatedUnion('by', [
  z
    .strictObject({
      by: z.literal('request').describe('How the marker is written.'),
      urls: z
        .array(urlSchema)
        .max(50)
        .default([])
        .describe('Where requests with the marker are sent; empty: to the target.'),
      header: z
        .string()
        .regex(/^[\w-]+$/)
        .default('x-request-id')
        .describe('Header with the id, which the application writes to its log.'),
      requests: z.int().min(1).max(500).default(20).describe('Requests to each URL, so that every instance gets one.'),
    })
    .describe('By requests to the application that carry an id.'),
  z
    .strictObject({
      by: z.literal('file').describe('How the marker is written.'),
      file: file.describe('The file; lines are appended.'),
    })
    .describe('By lines in a file that the shipper reads.'),
  z
    .strictObject({
      by: z.literal('syslog').describe('How the marker is written.'),
      address: hostPortSchema.describe('Address at which the shipper listens.'),
      transport: z.enum(['udp', 'tcp']).default('udp').describe('How it is sent.'),
    })
    .describe('By syslog messages (RFC 5424) to the shipper.'),
  z
    .strictObject({ by: z.literal('push').describe('How the marker is written.') })
    .describe('By the back end’s own interface, as an application that ships its own lines does.'),
]);

const looked = {
  marker: marker.prefault({ by: 'request' }).describe('How a line with a known id is written, to be found again.'),
  withinS: z.number().min(0.5).max(3600).default(30).describe('Seconds within which a line must be found.'),
  lateS: z
    .array(
      z
        .number()
        .positive()
        .max(90 * 86_400),
    )
    .max(10)
    .default([])
    .describe('Lines with a time so many seconds ago must arrive too; not with markers by request.'),
  shapes: z
    .array(z.record(z.string(), z.unknown()))
    .max(50)
    .default([])
    .describe(
      'Fields of lines as the application writes them; one marker of each must arrive. Not with markers by request.',
    ),
  written: z
    .array(file)
    .max(50)
    .default([])
    .describe('Log files as the application writes them: every line in them must be found.'),
  instances: z.array(name).max(500).default([]).describe('Instances whose lines must be there.'),
  fields: z
    .strictObject({
      time: field.optional().describe('Time; `@timestamp`, `time`, `timestamp` or `ts` when absent.'),
      level: field.optional().describe('Level; `level`, `severity`, `lvl` or `log.level` when absent.'),
      instance: field
        .optional()
        .describe('Instance; `instance`, `host`, `host.name`, `hostname` or `pod` when absent.'),
      status: field
        .optional()
        .describe('Status of a request; `status`, `status_code` or `http.response.status_code` when absent.'),
    })
    .prefault({})
    .describe('Names of fields.'),
  required: z
    .array(field)
    .max(50)
    .default([])
    .describe('Fields that every line must have; time, level and message when empty.'),
  personalData: z
    .array(z.string().min(1).max(40))
    .max(20)
    .default([])
    .describe('Kinds of personal data that may be in the lines, such as `ip`.'),
  errorRate: z
    .strictObject({
      requests: z.string().min(1).max(4000).describe('PromQL of a counter: all requests, as one figure.'),
      errors: z.string().min(1).max(4000).describe('PromQL of a counter: those that failed with a status from 500 on.'),
      within: z.number().min(0).max(1).default(0.01).describe('Accepted difference between both rates.'),
    })
    .optional()
    .describe('Counters of monitoring.prometheus to compare the error rate with; not compared when absent.'),
};

const kinds = ['opensearch', 'elasticsearch', 'loki', 'victorialogs', 'file', 'logstash', 'kibana'] as const;
type Kind = (typeof kinds)[number];

/** Keys that some kinds have; with those that a kind must have first. */
const own: Record<Kind, { needs: readonly string[]; takes: readonly string[] }> = {
  opensearch: { needs: ['url'], takes: ['headers', 'caFile', 'index'] },
  elasticsearch: { needs: ['url'], takes: ['headers', 'caFile', 'index'] },
  loki: { needs: ['url', 'query'], takes: ['headers', 'caFile'] },
  victorialogs: { needs: ['url'], takes: ['headers', 'caFile', 'query'] },
  file: { needs: ['files'], takes: [] },
  logstash: { needs: ['url'], takes: ['headers', 'caFile'] },
  kibana: { needs: ['url'], takes: ['headers', 'caFile', 'dataViews'] },
};
const some = ['url', 'headers', 'caFile', 'index', 'query', 'files', 'dataViews'];

const source = z
  .strictObject({
    kind: z.enum(kinds).describe('Which program it is.'),
    name: name.describe('Name in the report.'),
    url: urlSchema.optional().describe('Its URL, which all kinds but `file` need; none when absent.'),
    headers: headersSchema.optional().describe('Headers of every request, such as an authorization; none when absent.'),
    caFile: file.optional().describe('PEM file of the CA that signed its certificate; those of Node when absent.'),
    index: z
      .string()
      .min(1)
      .max(300)
      .optional()
      .describe('For OpenSearch and Elasticsearch: index, data stream, alias or pattern; `logs-*` when absent.'),
    query: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('Selector of Loki’s streams, `{job="shop"}`; or VictoriaLogs’ filter, all lines when absent.'),
    files: z
      .array(file)
      .min(1)
      .max(50)
      .optional()
      .describe('For the kind `file`: where lines are collected; none when absent.'),
    dataViews: z
      .array(z.string().min(1).max(300))
      .max(50)
      .optional()
      .describe('For Kibana: titles of data views that must exist; none when absent.'),
    ...looked,
  })
  .superRefine((one, context) => {
    const { needs, takes } = own[one.kind];
    const has = (key: string) => (one as Record<string, unknown>)[key] !== undefined;
    for (const key of needs)
      if (!has(key)) context.addIssue({ code: 'custom', path: [key], message: `is needed by the kind ${one.kind}` });
    for (const key of some)
      if (has(key) && !needs.includes(key) && !takes.includes(key))
        context.addIssue({ code: 'custom', path: [key], message: `is nothing that the kind ${one.kind} has` });
  });

/** Where log lines are found, and what carries them there. */
export const logsSchema = z
  .array(source)
  .max(20)
  .default([])
  .describe('Where log lines are stored, and what carries them there.');

type Written = z.output<typeof source>;
type Looked = Pick<Written, 'name' | keyof typeof looked>;

/** A service that is asked over HTTP. */
interface Asked {
  /** Without a slash at its end. */
  url: string;
  headers: Record<string, string>;
  caFile: string | null;
}

/** What holds lines, with every default filled in and every path absolute. */
export type LogStore = Looked &
  (
    | (Asked & { kind: 'opensearch' | 'elasticsearch'; index: string })
    | (Asked & { kind: 'loki' | 'victorialogs'; query: string })
    | { kind: 'file'; files: string[] }
  );
export type LogSource =
  | LogStore
  | (Asked & { name: string; kind: 'logstash' })
  | (Asked & { name: string; kind: 'kibana'; dataViews: string[] });

export const logsExample: z.input<typeof logsSchema> = [
  {
    ...{ kind: 'opensearch', name: 'search', url: 'https://search.example.com:9200', index: 'shop-*' },
    ...{ headers: { authorization: 'Basic dGVzdA==' }, caFile: 'ca.pem', withinS: 20, instances: ['shop-1', 'shop-2'] },
    marker: { by: 'request', header: 'x-request-id', urls: ['https://shop.example.com/'], requests: 10 },
    ...{ written: ['/var/log/shop/shop.log'], required: ['service'], personalData: ['ip'] },
    fields: { time: '@timestamp', level: 'log.level', instance: 'host.name', status: 'http.response.status_code' },
    errorRate: {
      requests: 'sum(http_requests_total)',
      errors: 'sum(http_requests_total{status=~"5.."})',
      within: 0.02,
    },
  },
  {
    ...{ kind: 'loki', name: 'loki', url: 'http://127.0.0.1:3100', query: '{job="shop"}' },
    ...{
      marker: { by: 'syslog', address: '127.0.0.1:1514', transport: 'tcp' },
      lateS: [60],
      shapes: [{ durationMs: 1.5 }],
    },
  },
  { kind: 'victorialogs', name: 'vl', url: 'http://127.0.0.1:9428', query: 'app:=shop', marker: { by: 'push' } },
  {
    kind: 'file',
    name: 'collected',
    files: ['/var/log/remote/shop.log'],
    marker: { by: 'file', file: '/var/log/shop.log' },
  },
  { kind: 'logstash', name: 'logstash', url: 'http://127.0.0.1:9600' },
  { kind: 'kibana', name: 'kibana', url: 'http://127.0.0.1:5601', dataViews: ['shop-*'] },
];

/** @param at makes a path absolute */
export function resolveLogs(logs: z.output<typeof logsSchema>, at: (path: string) => string): LogSource[] {
  return logs.map((one) => resolved(one, at));
}

function resolved(one: Written, at: (path: string) => string): LogSource {
  const { kind, name: called, url = '', headers = {}, caFile, index, query, files = [], dataViews = [], ...rest } = one;
  const asked = { url: url.replace(/\/+$/, ''), headers, caFile: caFile === undefined ? null : at(caFile) };
  const marked = rest.marker.by === 'file' ? { ...rest.marker, file: at(rest.marker.file) } : rest.marker;
  const seen = { ...rest, name: called, written: rest.written.map(at), marker: marked };
  switch (kind) {
    case 'opensearch':
    case 'elasticsearch':
      return { ...seen, ...asked, kind, index: index ?? 'logs-*' };
    case 'loki':
    case 'victorialogs':
      return { ...seen, ...asked, kind, query: query ?? '*' };
    case 'file':
      refuseOwnFile(called, files.map(at), marked);
      return { ...seen, kind, files: files.map(at) };
    case 'logstash':
      return { ...asked, name: called, kind };
    case 'kibana':
      return { ...asked, name: called, kind, dataViews };
  }
}

/** What is written to a file is in it, with or without a shipper. @throws ShakedownError CONFIG_INVALID */
function refuseOwnFile(name: string, files: readonly string[], marker: Written['marker']): void {
  if (marker.by !== 'file' || !files.includes(marker.file)) return;
  const message = `monitoring.logs: ${name} is looked for in the file that its lines are written to, which shows nothing.`;
  throw new ShakedownError('CONFIG_INVALID', message, {
    hint: 'Name in `files` where the shipper writes, or have the application write the lines (`marker: { by: request }`).',
  });
}
