import { type ConformanceCase, experiment, http, probe, program, steady, tolerated } from './write.ts';

/** What a probe gave, within its tolerance or not. */
export const tolerances: ConformanceCase[] = [
  {
    name: 'tolerances: plain values',
    experiment: (base) =>
      experiment(
        steady(
          tolerated('status', http(`${base}/health`), 200),
          tolerated('one of three', http(`${base}/health`), [200, 201, 202]),
          tolerated('one of two', http(`${base}/health`), [200, 503]),
          tolerated('exit code', program('true', []), 0),
          tolerated('exit codes', program('sh', ['-c', 'exit 3']), [0, 3, 4]),
        ),
        [],
      ),
  },
  {
    name: 'tolerances: regex',
    experiment: (base) =>
      experiment(
        steady(
          tolerated('body', http(`${base}/text`), { type: 'regex', pattern: 'version \\d+\\.\\d+', target: 'body' }),
          tolerated('end of text', program('echo', ['fine']), { type: 'regex', pattern: '^fine$', target: 'stdout' }),
          tolerated('flags and names', program('echo', ['FINE']), {
            type: 'regex',
            pattern: '(?i)(?P<word>fine)',
            target: 'stdout',
          }),
          tolerated('not there', program('echo', ['x']), { type: 'regex', pattern: '^y$', target: 'stdout' }),
        ),
        [],
      ),
  },
  {
    name: 'tolerances: jsonpath',
    experiment: (base) =>
      experiment(
        steady(
          tolerated('there', http(`${base}/health`), { type: 'jsonpath', path: '$.items[*].id', target: 'body' }),
          tolerated('counted', http(`${base}/health`), { type: 'jsonpath', path: '$..id', target: 'body', count: 2 }),
          tolerated('expected', http(`${base}/health`), {
            type: 'jsonpath',
            path: '$.version',
            target: 'body',
            expect: '2.1.0',
          }),
          tolerated('list', http(`${base}/health`), {
            type: 'jsonpath',
            path: '$.items[*].id',
            target: 'body',
            expect: [1, 2],
          }),
          tolerated('filter', http(`${base}/health`), {
            type: 'jsonpath',
            path: '$.items[*][?(@.id > 1 and not @.none)].id',
            target: 'body',
            expect: 2,
          }),
          tolerated('slice', http(`${base}/health`), {
            type: 'jsonpath',
            path: '$["items"][0:1].id',
            target: 'body',
            expect: [1],
          }),
          tolerated('of text', program('echo', ['{"a": {"b": 1}}']), {
            type: 'jsonpath',
            path: '$.a.b',
            target: 'stdout',
            expect: 1,
          }),
          tolerated('not there', http(`${base}/health`), { type: 'jsonpath', path: '$.nothing', target: 'body' }),
        ),
        [],
      ),
  },
  {
    name: 'tolerances: range',
    experiment: () =>
      experiment(
        steady(
          tolerated('number in text', program('echo', ['42']), { type: 'range', range: [40, 45.5], target: 'stdout' }),
          tolerated('status', program('sh', ['-c', 'exit 3']), { type: 'range', range: [1, 5], target: 'status' }),
          tolerated('no number', program('echo', ['many']), { type: 'range', range: [0, 9], target: 'stdout' }),
        ),
        [],
      ),
  },
  {
    name: 'tolerances: probe',
    experiment: (base) =>
      experiment(
        steady(
          tolerated('judged by a program', program('echo', ['1']), probe('judge', program('test', {}))),
          tolerated(
            'judge fails',
            http(`${base}/text`),
            probe('judge', http('http://127.0.0.1:9/x', { arguments: {} })),
          ),
        ),
        [],
      ),
  },
];
