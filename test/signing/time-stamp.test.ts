import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestTimeStamp, timeStampAt } from '../../src/signing/time-stamp.ts';

const folder = mkdtempSync(join(tmpdir(), 'time-stamp-'));
const at = (name: string) => join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe', cwd: folder });
const signature = Buffer.from('the bytes of a signature');
let server: Server;
let url: string;
const ca = at('authority.crt');

/** A real authority: openssl's own, behind HTTP. */
beforeAll(async () => {
  const subject = [
    '-subj',
    '/CN=time',
    '-days',
    '30',
    '-nodes',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
  ];
  const usage = ['-addext', 'extendedKeyUsage=critical,timeStamping', '-addext', 'keyUsage=critical,digitalSignature'];
  openssl('req', '-x509', ...subject, ...usage, '-keyout', 'authority.key', '-out', 'authority.crt');
  openssl('req', '-x509', ...subject, ...usage, '-keyout', 'other.key', '-out', 'other.crt');
  writeFileSync(at('serial'), '01\n');
  writeFileSync(
    at('tsa.cnf'),
    '[tsa]\ndefault_tsa = own\n[own]\nserial = serial\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256\naccuracy = secs:1\nordering = no\ntsa_name = no\ness_cert_id_chain = no\n',
  );
  const answers: Record<string, (query: Buffer) => { status: number; body: Buffer | string; location?: string }> = {
    '/tsr': (query) => ({ status: 200, body: stamped(query) }),
    '/other-question': () => ({ status: 200, body: stamped(otherQuery()) }),
    '/nothing': () => ({ status: 200, body: '' }),
    '/page': () => ({ status: 200, body: '<html>' }),
    '/large': () => ({ status: 200, body: Buffer.alloc(1_000_000) }),
    '/busy': () => ({ status: 503, body: 'later' }),
    '/elsewhere': () => ({ status: 302, body: '', location: '/tsr' }),
  };
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const answer = answers[request.url ?? '']?.(Buffer.concat(pieces)) ?? { status: 404, body: '' };
      response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location });
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

function stamped(query: Buffer): Buffer {
  writeFileSync(at('query'), query);
  const by = ['-config', 'tsa.cnf', '-section', 'own', '-signer', 'authority.crt', '-inkey', 'authority.key'];
  openssl('ts', '-reply', '-queryfile', 'query', ...by, '-out', 'answer');
  return readFileSync(at('answer'));
}

function otherQuery(): Buffer {
  writeFileSync(at('data'), 'another signature');
  openssl('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'other.tsq');
  return readFileSync(at('other.tsq'));
}

test('a time stamp is had from a server, holds on that signature, and names the time', async () => {
  const before = Date.now();
  const stamp = await requestTimeStamp(signature, { url: `${url}/tsr`, caFile: ca });
  const time = await timeStampAt(signature, stamp, ca);
  expect(Number(time)).toBeGreaterThan(before - 2000);
  expect(Number(time)).toBeLessThan(Date.now() + 2000);
  expect(await timeStampAt(Buffer.from('the bytes of a signaturE'), stamp, ca)).toBe('it is on something else');
  expect(await timeStampAt(signature, stamp, at('other.crt'))).toBe('its signer is none of those in caFile');
  expect(await timeStampAt(signature, stamp, at('none.crt'))).toEqual(expect.any(String));
  const changed = Buffer.from(stamp);
  changed[changed.length - 5] = (changed[changed.length - 5] ?? 0) ^ 1;
  expect(await timeStampAt(signature, changed, ca)).toEqual(expect.any(String));
  expect(await timeStampAt(signature, Buffer.from('no stamp'), ca)).toBe('it is no answer with a time');
});

test.each([
  ['/other-question', /gave no time stamp: it /],
  ['/nothing', /it is no answer with a time/],
  ['/page', /it is no answer with a time/],
  ['/large', /its answer is too long/],
  ['/busy', /status 503/],
  ['/elsewhere', /gave no time stamp/],
  ['/none', /status 404/],
])('%s gives none', async (path, message) => {
  const asking = requestTimeStamp(signature, { url: `${url}${path}`, caFile: ca });
  await expect(asking).rejects.toMatchObject({ code: 'TIME_STAMP', message: expect.stringMatching(message) });
});

test('a server whose certificate is not of those named gives none, nor does one that is not there', async () => {
  const other = requestTimeStamp(signature, { url: `${url}/tsr`, caFile: at('other.crt') });
  await expect(other).rejects.toMatchObject({ message: expect.stringContaining('none of those in caFile') });
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const none = requestTimeStamp(signature, { url: `http://127.0.0.1:${port}/tsr`, caFile: ca });
  await expect(none).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
});

test('without openssl none can be had, and none is accused', async () => {
  const path = process.env.PATH;
  mkdirSync(at('empty'));
  process.env.PATH = at('empty');
  try {
    await expect(requestTimeStamp(signature, { url, caFile: ca })).rejects.toMatchObject({ code: 'OPENSSL_MISSING' });
    expect(await timeStampAt(signature, Buffer.from('x'), ca)).toBeUndefined();
  } finally {
    process.env.PATH = path;
  }
});
