import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Notices } from '../../src/cli/notices.ts';
import type { ResolvedConfig } from '../../src/model/config.ts';
import { resultsOf } from '../domains/promotion/request.ts';

const heard: { kind: string; run: string; sentence: string }[] = [];
const warnings: string[] = [];
const variable = 'SHAKEDOWN_TEST_NOTICES';
const server = createServer((request, response) => {
  const pieces: Buffer[] = [];
  request
    .on('data', (piece) => pieces.push(piece))
    .on('end', () => {
      heard.push(JSON.parse(Buffer.concat(pieces).toString()));
      response.end();
    });
});
let base: string;
let config: ResolvedConfig;

beforeEach(async () => {
  heard.length = warnings.length = 0;
  base = mkdtempSync(join(tmpdir(), 'shakedown-cli-notices-'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  process.env[variable] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const receiver = {
    kind: 'webhook',
    events: ['started', 'gate-failed', 'aborted', 'finished'],
    quiet: false,
    repeatMs: 0,
    secret: { env: variable, file: null },
    signing: null,
    apiUrl: null,
    mail: null,
  };
  config = {
    name: 'shop',
    version: 'v2',
    environment: 'staging',
    reports: { folder: base, publicUrl: null },
    notifications: { receivers: [receiver] },
  } as unknown as ResolvedConfig;
});

afterEach(async () => {
  delete process.env[variable];
  rmSync(base, { recursive: true, force: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const notices = () => new Notices((text) => warnings.push(text));

test('a run that began is told once, and how it ended after that', async () => {
  const told = notices();
  told.began(config, 'r1', 'shakedown simulate');
  told.began(config, 'r1', 'shakedown simulate');
  await told.ended(join(base, 'r1'), resultsOf({ verdict: 'fail', run: 'r1' }));
  await told.ended(join(base, 'r1'), resultsOf({ verdict: 'fail', run: 'r1' }));
  await told.broken('nothing is left');
  expect(heard.map(({ kind, run }) => [kind, run])).toEqual([
    ['started', 'r1'],
    ['gate-failed', 'r1'],
  ]);
});

test('a run that is only judged again is told to nobody', async () => {
  await notices().ended(join(base, 'r1'), resultsOf({ verdict: 'fail', run: 'r1' }));
  expect(heard).toEqual([]);
});

test('a run that broke off is told, with the reason', async () => {
  const told = notices();
  told.began(config, 'r2', 'shakedown simulate');
  await told.broken('The disk is full.');
  expect(heard.map(({ kind, run, sentence }) => [kind, run, sentence]).at(-1)).toEqual([
    'aborted',
    'r2',
    'It broke off, and is not judged: The disk is full.',
  ]);
});

test('a receiver that cannot be told is a warning, and nothing else', async () => {
  process.env[variable] = '';
  const told = notices();
  told.began(config, 'r3', 'shakedown simulate');
  await told.ended(join(base, 'r3'), resultsOf({ run: 'r3' }));
  expect(warnings).toHaveLength(2);
});
