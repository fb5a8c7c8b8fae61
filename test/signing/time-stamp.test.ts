import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestTimeStamp, timeStampAt } from '../../src/signing/time-stamp.ts';
import { TimeAuthority } from './time-authority.ts';

const authority = new TimeAuthority();
const { ca } = authority;
const at = (name: string) => join(authority.folder, name);
const signature = Buffer.from('the bytes of a signature');
let url: string;

beforeAll(async () => {
  await authority.open({
    '/other-question': () => ({ status: 200, body: authority.stamped(authority.queryOf('another signature')) }),
    '/nothing': () => ({ status: 200, body: '' }),
    '/page': () => ({ status: 200, body: '<html>' }),
    '/large': () => ({ status: 200, body: Buffer.alloc(1_000_000) }),
    '/busy': () => ({ status: 503, body: 'later' }),
    '/elsewhere': () => ({ status: 302, body: '', location: '/tsr' }),
  });
  ({ url } = authority);
});
afterAll(() => authority.close());

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
