import { expect, it } from 'vitest';
import { compare, conflictOf } from '../../../../../src/domains/monitoring/validation/logs/compare.ts';
import { fieldsOf } from '../../../../../src/domains/monitoring/validation/logs/fields.ts';
import { lineOf, parseLine, timeOf } from '../../../../../src/domains/monitoring/validation/logs/line.ts';
import { personalIn } from '../../../../../src/domains/monitoring/validation/logs/personal.ts';

const at = Date.parse('2026-11-29T11:55:28.250Z');

it.each([
  ['2026-11-29T11:55:28.250Z', at],
  ['2026-11-29T12:55:28.250+01:00', at],
  ['2026-11-29 11:55:28,250Z', at],
  [at, at],
  [String(at), at],
  [at / 1000, at],
  [String(BigInt(at) * 1_000_000n), at],
  [at * 1000, at],
  ['yesterday', null],
  ['12', null],
  [null, null],
])('reads the time %j', (value, expected) => {
  expect(timeOf(value)).toBe(expected);
});

it('reads JSON lines, nested fields by their names with dots', () => {
  const line = parseLine('{"time":"2026-11-29T11:55:28.250Z","http":{"status":200,"tags":["a"]},"message":"x"}', {});
  expect(line).toMatchObject({ atMs: at, fields: { 'http.status': 200, 'http.tags': '["a"]', message: 'x' } });
});

it.each([
  [
    '2026-11-29T11:55:28.250Z host app[7]: {"level":"warn","message":"x"}',
    { host: 'host', level: 'warn', message: 'x' },
  ],
  ['2026-11-29T11:55:28.250Z host app: @cee: {"message":"x"}', { message: 'x' }],
  ['<134>1 2026-11-29T11:55:28.250Z host app: plain words', { message: 'plain words' }],
])('reads what syslog daemons write: %s', (text, fields) => {
  expect(parseLine(text, {})).toMatchObject({ atMs: at, fields });
});

it('reads a head without a year by the machine’s own time', () => {
  const line = parseLine('Nov  9 11:55:28 host app: {"message":"x"}', {}, 2026);
  expect(line.atMs).toBe(new Date(2026, 10, 9, 11, 55, 28).getTime());
});

it('takes anything else as a message', () => {
  expect(parseLine('something happened', {})).toMatchObject({ atMs: null, fields: { message: 'something happened' } });
  expect(parseLine('{broken', {})).toMatchObject({ fields: { message: '{broken' } });
});

const line = (fields: Record<string, unknown>) => lineOf({ time: '2026-11-29T11:55:28Z', ...fields }, {});

it('knows lines again whatever was added, in another order and with texts for numbers', () => {
  const written = [line({ message: 'a', n: 1 }), line({ message: 'b', n: 2 }), line({ message: 'b', n: 2 })];
  const found = [line({ n: '2', _msg: 'b', host: 'x' }), line({ n: '1', message: 'a', stream: 'y' })];
  expect(compare(written, found, 2, {})).toMatchObject({
    missingCount: 1,
    missing: [written[2]],
    duplicates: 0,
    by: 'content',
  });
  expect(compare(written.slice(0, 1), [...found, ...found], 4, {})).toMatchObject({ missingCount: 0, duplicates: 1 });
});

it('compares numbers only where lines were changed on the way', () => {
  const written = [line({ message: 'a', n: 1 }), line({ message: 'b', n: 2 })];
  expect(compare(written, [line({ text: '1 a' })], 1, {})).toMatchObject({
    missing: null,
    missingCount: 1,
    by: 'count',
  });
  expect(compare(written, [], 0, {})).toMatchObject({ missingCount: 2, by: 'content' });
});

it.each([
  [{ n: 'slow' }, { n: 'long' }, 'n is a text, and long in the index'],
  [{ n: '12' }, { n: 'long' }, null],
  [{ n: { a: 1 } }, { n: 'long' }, 'n is an object, and long in the index'],
  [{ n: 3 }, { n: 'object', 'n.a': 'long' }, 'n is a number, and an object in the index'],
  [{ n: { a: 1 } }, { n: 'object', 'n.a': 'long' }, null],
  [{ n: 'soon' }, { n: 'date' }, 'n is a text that is no time, and date in the index'],
  [{ n: 'yes' }, { n: 'boolean' }, 'n is a text, and boolean in the index'],
  [{ n: true }, { n: 'boolean' }, null],
  [{ n: 1 }, { n: 'text' }, null],
  [{ n: 'slow' }, { n: 'long or keyword' }, null],
])('knows that %j does not fit %j', (fields, types, expected) => {
  expect(conflictOf(lineOf(fields, {}), new Map(Object.entries(types)))).toBe(expected);
});

it('does not take usual fields for personal data', () => {
  const usual = {
    ...{
      time: '2026-11-29T11:55:28.250Z',
      level: 'info',
      instance: '10.0.0.1:8080',
      version: 'v2.0.0',
      message: 'request',
    },
    ...{ route: '/api/products/:id', path: '/api/products/17', requestId: 'sd0123456789abx3', durationMs: 12.345 },
    ...{ traceId: '463ac35c9f6413ad48485a3953bb6124', token: '', tokens: 12, bytes: 1234567890123 },
  };
  expect(personalIn([lineOf(usual, {})], [], {})).toEqual([]);
});

it('knows the levels of many loggers, and no others', () => {
  const levels = ['INFO', 'Warning', 'ERROR2', 'FINEST', 'W', 9, 30, '60', 'notice', 'loud', 'infox', 99];
  const lines = levels.map((level) => lineOf({ level }, {}));
  expect(fieldsOf(lines, [], {}).unknownLevels.sort()).toEqual(['99', 'infox', 'loud']);
});
