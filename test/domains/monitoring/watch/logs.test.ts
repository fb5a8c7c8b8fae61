import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followLog } from '../../../../src/domains/monitoring/watch/logs.ts';
import { redact } from '../../../../src/domains/monitoring/watch/redact.ts';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-'));
  file = join(folder, 'app.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('counts error lines of JSON and of text that are new, each once', () => {
  writeFileSync(file, '{"level":"error","message":"old"}\n');
  const errors = followLog(file, null);
  expect(errors().count).toBe(0);
  appendFileSync(
    file,
    [
      '{"level":"info","message":"no ERROR here"}',
      '{"level":"error","message":"query failed"}',
      '{"level":50,"msg":"pino"}',
      '{"severity":"CRITICAL","message":"gcp"}',
      '2026-11-20 12:00:00 ERROR disk',
      '2026-11-20 12:00:00 INFO no error',
      '[error] nginx',
      '{"level":"error","message":"half of a li',
    ].join('\n'),
  );
  expect(errors()).toEqual({ count: 5, example: 'query failed', skippedBytes: 0, isAbsent: false });
  appendFileSync(file, 'ne"}\n');
  expect(errors()).toEqual({ count: 1, example: 'half of a line', skippedBytes: 0, isAbsent: false });
  expect(errors().count).toBe(0);
});

it('takes what a pattern says instead', () => {
  writeFileSync(file, '');
  const errors = followLog(file, 'deadlock|timeout');
  appendFileSync(file, 'ERROR other\n{"level":"warn","message":"a deadlock"}\nlock timeout\n');
  expect(errors()).toMatchObject({ count: 2, example: 'a deadlock' });
});

it('reads on when the log is rotated, cut off, or comes later', () => {
  const errors = followLog(file, null);
  expect(errors().count).toBe(0);
  writeFileSync(file, 'ERROR 1\nERROR 2\n');
  expect(errors().count).toBe(2);
  renameSync(file, `${file}.1`);
  writeFileSync(file, 'ERROR 3\n');
  expect(errors().count).toBe(1);
  truncateSync(file, 0);
  expect(errors().count).toBe(0);
  appendFileSync(file, 'ERROR 4\n');
  expect(errors().count).toBe(1);
});

it('reads the end of what is too much, and says so', () => {
  writeFileSync(file, '');
  const errors = followLog(file, null);
  appendFileSync(file, `${'x'.repeat(1023)}\n`.repeat(6000));
  appendFileSync(file, 'ERROR last\n');
  const { count, skippedBytes } = errors();
  expect(count).toBe(1);
  expect(skippedBytes).toBeGreaterThan(1e6);
});

it.each([
  ['login of ada@example.com from 10.1.2.3 failed', ['ada@example.com', '10.1.2.3']],
  ['GET /x?token=abc123&a=1 password: "hunter 2"', ['abc123', 'hunter']],
  ['authorization: Bearer eyJhbGciOi.eyJzdWIiOiJh.c2ln', ['eyJ']],
  ['postgres://shop:s3cret@db:5432/shop refused', ['s3cret']],
  ['card 4111 1111 1111 1111, call +49 30 1234567', ['4111', '1234567']],
  ['key sk_live_a8f3b2c9d1e0f4a5b6c7', ['a8f3b2c9']],
  ['a\u001b[31mred\u0007', ['\u001b', '\u0007']],
])('masks what may be a person’s or a secret: %s', (line, hidden) => {
  for (const text of hidden) expect(redact(line)).not.toContain(text);
});

it('keeps what tells the error', () => {
  expect(redact('connect ECONNREFUSED to orders: relation "orders" does not exist (42P01)')).toBe(
    'connect ECONNREFUSED to orders: relation "orders" does not exist (42P01)',
  );
  expect(redact('x'.repeat(5000)).length).toBeLessThanOrEqual(300);
});
