import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findToxiproxy } from '../../src/environment/programs.ts';
import { fetchRelease, type ReleasePin, releaseFault } from '../../src/environment/release.ts';
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

test('a host that refuses, and a platform without a release, are reported', async () => {
  const refused = { ...pin(), base: 'http://127.0.0.1:1/v{version}' };
  await expect(fetchRelease({ program: 'k6', pin: refused, cache })).rejects.toThrow(/127\.0\.0\.1:1/);
  await expect(fetchRelease({ program: 'k6', pin: { ...pin(), archives: {} }, cache })).rejects.toThrow(
    /no release for/,
  );
});

test('what lies in the cache is checked against the pin again', async () => {
  const asked = { program: 'k6', pin: pin(digest), cache };
  const path = await fetchRelease(asked);
  expect(await releaseFault(asked)).toBeUndefined();
  expect(await releaseFault({ ...asked, pin: pin('1'.repeat(64)) })).toContain('k6-v9.zip has SHA-256');

  await writeFile(path, '#!/bin/sh\necho other\n');
  expect(await releaseFault(asked)).toBe('it is not the file in its archive k6-v9.zip');

  // With its archive and the note of its digest too: the pin is in the repository.
  const other = zipOf([['k6', Buffer.from('#!/bin/sh\necho other\n')]], false);
  await writeFile(join(cache, 'k6-v9.zip'), other);
  await writeFile(join(cache, 'k6-v9.zip.sha256'), createHash('sha256').update(other).digest('hex'));
  expect(await releaseFault(asked)).toContain(`not ${digest}`);

  await rm(join(cache, 'k6-v9.zip'));
  expect(await releaseFault(asked)).toContain('is not there');
});

test('a changed program of the cache is not run, but got again; without a network it is refused', async () => {
  const asked = { program: 'toxiproxy-server', pin: pin(digest), cache: join(cache, 'shakedown') };
  const program = Buffer.from('#!/bin/sh\necho "toxiproxy-server version 2.12.0"\n');
  const packed = zipOf([['toxiproxy-server', program]], true);
  files['k6-v9.zip'] = packed;
  asked.pin = pin(createHash('sha256').update(packed).digest('hex'));
  const module = join(cache, 'module');
  await mkdir(module);
  await writeFile(join(module, 'pin.json'), JSON.stringify(asked.pin));
  await writeFile(join(module, 'go.mod'), 'module x');
  const path = await fetchRelease(asked);
  const find = async (env: NodeJS.ProcessEnv) => {
    const warnings: string[] = [];
    const found = await findToxiproxy({
      module,
      env: { PATH: '', XDG_CACHE_HOME: cache, ...env },
      onWarning: (text) => warnings.push(text),
    });
    return { found, warnings };
  };
  expect(await find({})).toMatchObject({ found: { path, origin: 'cache' }, warnings: [] });

  const mark = join(cache, 'was-run');
  await writeFile(path, `#!/bin/sh\ntouch ${mark}\necho "toxiproxy-server version 2.12.0"\n`);
  await chmod(path, 0o755);
  const offline = await find({ SHAKEDOWN_OFFLINE: '1' });
  expect(offline.found).toBeNull();
  expect(offline.warnings[0]).toContain('is not run: it is not the file in its archive k6-v9.zip');
  expect(await find({})).toMatchObject({ found: { path, origin: 'release archive' } });
  expect(await readFile(path)).toEqual(program);
  await expect(stat(mark)).rejects.toThrow();
});
