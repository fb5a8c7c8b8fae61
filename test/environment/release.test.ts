import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fetchRelease, type ReleasePin } from '../../src/environment/release.ts';
import { zipOf } from './zip.ts';

const archive = zipOf([['k6-v9/k6', Buffer.from('#!/bin/sh\necho k6\n')]], true);
const digest = createHash('sha256').update(archive).digest('hex');

let cache: string;
let server: Server;
let files: Record<string, Buffer | string>;
let asked: string[];
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'shakedown-cache-'));
  asked = [];
  files = { 'k6-v9.zip': archive, 'k6-v9-checksums.txt': `${'0'.repeat(64)}  other.zip\n${digest}  k6-v9.zip\n` };
  server = createServer((request, response) => {
    const name = (request.url ?? '').replace('/v9/', '');
    asked.push(name);
    const content = files[name];
    if (content === undefined) response.writeHead(404);
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(cache, { recursive: true, force: true });
});

function pin(sha256?: string): ReleasePin {
  const { port } = server.address() as AddressInfo;
  return {
    version: '9',
    base: `http://127.0.0.1:${port}/v{version}`,
    checksums: 'k6-v{version}-checksums.txt',
    archives: {
      [`${process.platform}-${process.arch}`]: {
        name: 'k6-v{version}.zip',
        ...(sha256 === undefined ? {} : { sha256 }),
      },
    },
  };
}

test("checks against the release's checksum file, and remembers the digest", async () => {
  const path = await fetchRelease({ program: 'k6', pin: pin(), cache });
  expect(await readFile(path, 'utf8')).toBe('#!/bin/sh\necho k6\n');
  expect((await stat(path)).mode & 0o111).toBe(0o111);
  expect(asked).toEqual(['k6-v9-checksums.txt', 'k6-v9.zip']);

  // A release that was replaced since, checksum file and all, is not what was trusted the first time.
  const other = zipOf([['k6', Buffer.from('other')]], false);
  files['k6-v9.zip'] = other;
  files['k6-v9-checksums.txt'] = `${createHash('sha256').update(other).digest('hex')}  k6-v9.zip\n`;
  await expect(fetchRelease({ program: 'k6', pin: pin(), cache })).rejects.toThrow(/has SHA-256 .*, not /);
});

test('a pinned digest decides, whatever the checksum file says', async () => {
  await expect(fetchRelease({ program: 'k6', pin: pin('1'.repeat(64)), cache })).rejects.toThrow(/has SHA-256/);
  expect(await readdir(cache)).toEqual([]);
  await fetchRelease({ program: 'k6', pin: pin(digest), cache });
  expect(asked).not.toContain('k6-v9-checksums.txt');
});

test('what cannot be checked is not kept', async () => {
  files['k6-v9-checksums.txt'] = 'nothing of use';
  await expect(fetchRelease({ program: 'k6', pin: pin(), cache })).rejects.toThrow(/has no digest of k6-v9.zip/);
  delete files['k6-v9-checksums.txt'];
  await expect(fetchRelease({ program: 'k6', pin: pin(), cache })).rejects.toThrow(/status 404/);
  expect(await readdir(cache)).toEqual([]);
});

test('a host that refuses, and a platform without a release, are told', async () => {
  const refused = { ...pin(), base: 'http://127.0.0.1:1/v{version}' };
  await expect(fetchRelease({ program: 'k6', pin: refused, cache })).rejects.toThrow(/127\.0\.0\.1:1/);
  await expect(fetchRelease({ program: 'k6', pin: { ...pin(), archives: {} }, cache })).rejects.toThrow(
    /no release for/,
  );
});
