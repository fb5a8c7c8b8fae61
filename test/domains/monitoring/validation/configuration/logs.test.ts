import { expect, it } from 'vitest';
import { logsSchema, resolveLogs } from '../../../../../src/domains/monitoring/validation/configuration/logs.ts';
import { withoutSecrets } from '../../../../../src/model/secret.ts';

const url = 'http://127.0.0.1:3100/';
const faults = (one: object) =>
  logsSchema.safeParse([one]).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];

it.each([
  [{ kind: 'loki', name: 'a', url }, '0.query is needed by the kind loki'],
  [{ kind: 'file', name: 'a' }, '0.files is needed by the kind file'],
  [{ kind: 'logstash', name: 'a' }, '0.url is needed by the kind logstash'],
  [{ kind: 'loki', name: 'a', url, query: '{a="b"}', index: 'x' }, '0.index is nothing that the kind loki has'],
  [{ kind: 'file', name: 'a', files: ['x'], url }, '0.url is nothing that the kind file has'],
])('refuses %j', (one, expected) => {
  expect(faults(one)).toEqual([expected]);
});

it('fills in what is usual, and makes paths absolute', () => {
  const written = logsSchema.parse([
    { kind: 'opensearch', name: 'os', url, caFile: 'ca.pem', written: ['app.log'] },
    { kind: 'file', name: 'f', files: ['x.log'], marker: { by: 'file', file: 'in.log' } },
    { kind: 'kibana', name: 'kb', url },
  ]);
  expect(resolveLogs(written, (path) => `/at/${path}`)).toMatchObject([
    { url: 'http://127.0.0.1:3100', caFile: '/at/ca.pem', index: 'logs-*', written: ['/at/app.log'], withinS: 30 },
    { files: ['/at/x.log'], marker: { by: 'file', file: '/at/in.log' } },
    { kind: 'kibana', headers: {}, caFile: null, dataViews: [] },
  ]);
});

it('does not show headers in a journal', () => {
  const written = logsSchema.parse([{ kind: 'kibana', name: 'kb', url, headers: { authorization: 'Basic kitten' } }]);
  const shown = JSON.stringify(
    withoutSecrets(
      logsSchema,
      resolveLogs(written, (path) => path),
    ),
  );
  expect(shown).toContain('authorization');
  expect(shown).not.toContain('kitten');
});

it('a line is not looked for in the file that it is written to', () => {
  const source = (file: string) =>
    logsSchema.parse([{ kind: 'file', name: 'app', files: ['a.log'], marker: { by: 'file', file } }]);
  expect(() => resolveLogs(source('a.log'), (path) => `/at/${path}`)).toThrow(/app is looked for in the file/);
  expect(() => resolveLogs(source('b.log'), (path) => `/at/${path}`)).not.toThrow();
});
