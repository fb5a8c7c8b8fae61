import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { countersOf } from '../../../../../src/domains/monitoring/validation/logs/backend/counters.ts';
import { refusalsOf, typesOf } from '../../../../../src/domains/monitoring/validation/logs/backend/opensearch.ts';
import { covers } from '../../../../../src/domains/monitoring/validation/logs/console/kibana.ts';
import { lookAt } from './look-at.ts';

// Logstash, Kibana and Elasticsearch are not run: these are answers of theirs.

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** Answers each path with the next of its answers, and the last one from then on. A number is a status. */
async function answering(answers: Record<string, unknown[]>): Promise<string> {
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const list = answers[path];
    const answer = list === undefined ? 404 : list.length > 1 ? list.shift() : list[0];
    if (typeof answer === 'number') response.writeHead(answer).end('{}');
    else response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Pipeline {
  in: number;
  out: number;
  queued?: number;
  dropped?: number;
  letters?: { bytes: number; dropped: number };
  refused?: number;
  failures?: number | null;
}

/** As Logstash 7.4 to 8 answers, cut to one pipeline of its own and one of the user's. */
function node(pipeline: Pipeline) {
  const { in: taken, out, queued = 0, dropped = 0, letters, refused = 0, failures = null } = pipeline;
  return {
    ...{ host: 'logstash-0', version: '8.5.3', http_address: '127.0.0.1:9600', status: 'green' },
    pipelines: {
      '.monitoring-logstash': null,
      main: {
        events: { queue_push_duration_in_millis: 5353, filtered: out, duration_in_millis: 8811, out, in: taken },
        plugins: {
          inputs: [{ id: 'beats', name: 'beats', events: { out: taken, queue_push_duration_in_millis: 5353 } }],
          codecs: [{ id: 'plain', name: 'plain', decode: { writes_in: 0, duration_in_millis: 0, out: 0 } }],
          filters: [
            { id: 'json', name: 'json', events: { in: taken, out: taken, duration_in_millis: 3 } },
            { id: 'drop', name: 'drop', events: { in: taken, out: taken - dropped, duration_in_millis: 3 } },
          ],
          outputs: [
            {
              ...{ id: 'es', name: 'elasticsearch', events: { in: out, out, duration_in_millis: 12 } },
              ...{ documents: { successes: out - refused, non_retryable_failures: refused } },
            },
          ],
        },
        reloads: { successes: 0, failures, last_error: null },
        queue: { type: 'persisted', events_count: queued, queue_size_in_bytes: 1 },
        ...(letters === undefined
          ? {}
          : {
              dead_letter_queue: {
                ...{ max_queue_size_in_bytes: 1_073_741_824, storage_policy: 'drop_newer' },
                ...{ queue_size_in_bytes: letters.bytes, dropped_events: letters.dropped },
              },
            }),
      },
    },
  };
}

const none = { bytes: 1, dropped: 0 };

it.each([
  [
    'all goes out',
    { in: 10, out: 10, letters: none },
    { in: 110, out: 110, letters: none },
    {
      flow: 'pass: 100 events came in, and all of them are accounted for.',
      'dead-letters': 'pass: There is none.',
      reloads: 'pass: No reload failed.',
    },
  ],
  [
    'a filter drops',
    { in: 0, out: 0 },
    { in: 100, out: 90, dropped: 10 },
    {
      flow: 'pass: 100 events came in, and all of them are accounted for. The filter drop took out 10.',
      'dead-letters':
        'inconclusive: No pipeline keeps dead letters, so events that are refused are lost without a trace.',
    },
  ],
  [
    'some wait',
    { in: 0, out: 0 },
    { in: 100, out: 60, queued: 40 },
    {
      flow: 'pass: 100 events came in, and all of them are accounted for.',
    },
  ],
  [
    'some are gone',
    { in: 0, out: 0 },
    { in: 100, out: 60, queued: 5 },
    {
      flow: 'inconclusive: Pipeline main took in 100 events and put out 60; its filters took out 0 and 5 wait, so 35 are not accounted for: they may still be on their way.',
    },
  ],
  [
    'the output refuses',
    { in: 0, out: 0, letters: none },
    { in: 9, out: 9, refused: 2, letters: { bytes: 1213, dropped: 0 } },
    {
      flow: 'fail: Pipeline main gave up 2 events that its output did not take.',
      'dead-letters': 'fail: Pipeline main wrote 1,212 bytes of dead letters meanwhile.',
    },
  ],
  [
    'dead letters are full',
    { in: 0, out: 0, letters: none },
    { in: 9, out: 9, letters: { bytes: 1, dropped: 3 } },
    {
      'dead-letters': 'fail: Pipeline main dropped 3 events, for its queue of dead letters is full.',
    },
  ],
  [
    'dead letters are old',
    { in: 0, out: 0, letters: { bytes: 99, dropped: 0 } },
    { in: 9, out: 9, letters: { bytes: 99, dropped: 0 } },
    {
      'dead-letters': 'inconclusive: Pipeline main has 99 bytes of older dead letters, which somebody has to look at.',
    },
  ],
  [
    'it was restarted',
    { in: 1000, out: 1000 },
    { in: 7, out: 7, failures: 1 },
    {
      flow: 'pass: 7 events came in, and all of them are accounted for.',
      reloads: 'fail: Pipeline main could not be reloaded 1 times.',
    },
  ],
] as [string, Pipeline, Pipeline, Record<string, string>][])(
  'reads Logstash’s node statistics: %s',
  async (_, before, after, expected) => {
    const url = await answering({ '/_node/stats': [node(before), node(after)] });
    const { said } = await lookAt([{ kind: 'logstash', name: 'ls', url }]);
    for (const [check, words] of Object.entries(expected)) expect(said(`${check}.ls`)).toBe(words);
  },
);

it('says that Logstash can’t be asked', async () => {
  const { said } = await lookAt([{ kind: 'logstash', name: 'ls', url: await answering({ '/_node/stats': [401] }) }]);
  expect(said('flow.ls')).toBe(
    'inconclusive: Logstash could not be asked: status 401: it asks for other credentials than the headers that are configured.',
  );
});

const status8 = (level: string) => ({
  ...{ name: 'kibana', uuid: 'x', version: { number: '8.11.1', build_hash: 'x' } },
  status: { overall: { level, summary: 'All services are available' }, core: {}, plugins: {} },
});
const status7 = { version: { number: '7.17.0' }, status: { overall: { state: 'green', title: 'Green' } } };
const views8 = {
  data_view: [
    { id: 'a', namespaces: ['default'], title: 'shop-*', name: 'Shop' },
    { id: 'b', title: 'logs-*' },
  ],
};
const views7 = {
  page: 1,
  total: 1,
  saved_objects: [{ id: 'a', type: 'index-pattern', attributes: { title: 'shop-*' } }],
};
const find = '/api/saved_objects/_find';

it.each([
  [
    { '/api/status': [status8('available')], '/api/data_views': [views8] },
    ['shop-*'],
    'pass: Kibana 8.11.1 says available.',
    'pass: There are 2.',
  ],
  [{ '/api/status': [status7], [find]: [views7] }, ['shop-*'], 'pass: Kibana 7.17.0 says green.', 'pass: There are 1.'],
  [
    { '/api/status': [status8('degraded')], '/api/data_views': [views8] },
    ['audit-*'],
    'fail: Kibana 8.11.1 says degraded.',
    'fail: There is no data view audit-*.',
  ],
  [
    { '/api/status': [status8('available')], '/api/data_views': [{ data_view: [] }] },
    [],
    'pass: Kibana 8.11.1 says available.',
    'fail: There is no data view.',
  ],
  [
    { '/api/status': [status8('available')], '/api/data_views': [403], [find]: [403] },
    [],
    'pass: Kibana 8.11.1 says available.',
    'inconclusive: They can’t be read with the headers that are configured.',
  ],
] as [Record<string, unknown[]>, string[], string, string][])(
  'reads Kibana’s status and data views',
  async (answers, dataViews, status, views) => {
    const url = await answering(answers);
    const { said } = await lookAt([{ kind: 'kibana', name: 'kb', url, dataViews }]);
    expect(said('status.kb')).toBe(status);
    expect(said('data-views.kb')).toBe(views);
  },
);

it('sees that no data view shows the index in which the logs are', async () => {
  const url = await answering({
    '/api/status': [status8('available')],
    '/api/data_views': [{ data_view: [{ title: 'other-*' }] }],
  });
  const store = { kind: 'elasticsearch' as const, name: 'es', url: 'http://127.0.0.1:9', index: 'shop-*' };
  const { said } = await lookAt([store, { kind: 'kibana', name: 'kb', url }]);
  expect(said('data-views.kb')).toBe('fail: No data view shows the index shop-*.');
});

it.each([
  ['logs-*', 'logs-shop-*', true],
  ['logs-*', 'shop-*', false],
  ['logs-*, shop-*', 'shop-2026,logs-a', true],
  ['shop.log', 'shopxlog', false],
])('knows whether %s covers %s: %s', (title, index, expected) => {
  expect(covers(title, index)).toBe(expected);
});

it('reads which lines a bulk answer refuses, without the values', () => {
  const item = (status: number, error?: object) => ({
    create: { _index: 'logs', _id: 'x', status, ...(error && { error }) },
  });
  // As Elasticsearch 8 says it.
  const error = {
    ...{
      type: 'document_parsing_exception',
      reason:
        "[1:48] failed to parse field [durationMs] of type [long] in document with id 'x'. Preview of field's value: 'anna@gmail.com'",
    },
    caused_by: { type: 'illegal_argument_exception', reason: 'For input string: "anna@gmail.com"' },
  };
  const refused = refusalsOf({ took: 3, errors: true, items: [item(201), item(400, error)] });
  expect(refused).toEqual([
    { index: 1, reason: expect.stringContaining('failed to parse field [durationMs] of type [long]') },
  ]);
  expect(refused[0]?.reason).not.toContain('anna');
  expect(refusalsOf({ took: 3, errors: false, items: [item(201)] })).toEqual([]);
});

it('puts the types of several indices together', () => {
  const mapping = (type: string) => ({
    mappings: { properties: { at: { type: 'date' }, user: { properties: { id: { type } } } } },
  });
  expect(
    Object.fromEntries(
      typesOf({ 'logs-1': mapping('long'), 'logs-2': mapping('keyword'), 'logs-3': { mappings: {} } }),
    ),
  ).toEqual({
    ...{ at: 'date', user: 'object', 'user.id': 'long or keyword' },
  });
});

it('sums counters by one label', () => {
  const text =
    '# TYPE x counter\nx{a="1",reason="late"} 2\nx{reason="late",a="2"} 3\nx{reason="big"} 0\nxy{reason="late"} 9\n';
  expect(countersOf(text, 'x', 'reason')).toEqual({ late: 5, big: 0 });
});
