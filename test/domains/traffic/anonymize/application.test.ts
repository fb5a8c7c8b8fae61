import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnonymizeOptions, anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { readManifest } from '../../../../src/domains/traffic/recording.ts';
import type { RecordedSession } from '../../../../src/model/traffic.ts';
import { runInProcess } from '../../../cli/in-process.ts';
import { certificate, endServers, listening } from '../../security/target.ts';
import { request, session } from './request.ts';
import { readAll, temporaryFolder, writeRecording } from './shop.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string) => join(folder.path, name);
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function run(sessions: RecordedSession[], rest: Partial<AnonymizeOptions> = {}) {
  await writeRecording(at('raw'), sessions);
  const report = await anonymizeRecording({ from: at('raw'), to: at('shop-of-may'), force: true, ...rest });
  return { report, sessions: await readAll(at('shop-of-may')) };
}

const visit = session(
  0,
  request('/bilder/redis.png', { status: 200 }),
  request('/bilder/redis.png?v=2', { status: 200 }),
  request('/bilder/fehlt.png', { status: 404 }),
  request('/users/kartoffel/foto.png', { status: 200 }),
  request('/home', { status: 200 }),
);

describe('paths that still work', () => {
  it('are counted: those that changed, those of files, and what will be a 404', async () => {
    const { report } = await run([visit]);
    expect(report.paths).toMatchObject({ changed: 4, files: 4, expectedNotFound: 3 });
  });

  it('are named by route with the rule that keeps them, and marked where no target can have them', async () => {
    const product = request('/products/4711', { status: 200, route: '/products/:id' });
    const person = request('/users/kartoffel', { status: 200, route: '/users/:id' });
    const gone = request('/products/4712', { status: 404, route: '/products/:id' });
    const shopping = session(0, product, gone, person, request('/home', { status: 200 }));
    const { report, sessions } = await run([shopping]);
    expect(report.paths.routes).toEqual([
      { method: 'GET', route: '/products/:id', requests: 2, keptBy: '/products/*' },
      { method: 'GET', route: '/users/:id', requests: 1 },
    ]);
    expect(sessions[0]?.requests.map(({ lostPath }) => lostPath)).toEqual([true, undefined, true, undefined]);
    const kept = await run([shopping], { rules: { paths: ['/products/*'], rules: [] } });
    expect(kept.sessions[0]?.requests.map(({ lostPath }) => lostPath)).toEqual([undefined, undefined, true, undefined]);
    // A target whose data is anonymized with the same key has them.
    const keyed = await run([shopping], { key: 'a key of at least sixteen bytes' });
    expect(keyed.report.paths.changed).toBe(3);
    expect(keyed.sessions[0]?.requests.some(({ lostPath }) => lostPath)).toBe(false);
  });

  it('are found by asking the target once with HEAD, and never for what belongs to someone', async () => {
    const asked: string[] = [];
    const server = createServer(({ method, url }, response) => {
      asked.push(`${method} ${url}`);
      response.statusCode = url === '/bilder/redis.png' ? 200 : 404;
      response.end();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const { report, sessions } = await run([visit], { askTarget: target });
      expect(asked.sort()).toEqual(['HEAD /bilder/fehlt.png', 'HEAD /bilder/redis.png']);
      expect(report.paths).toMatchObject({ changed: 2, files: 2, expectedNotFound: 1 });
      expect(report.scan.passed).toBe(true);
      expect(sessions[0]?.requests.map(({ path }) => path.startsWith('/bilder/redis.png'))).toEqual([
        true,
        true,
        false,
        false,
        false,
      ]);
    } finally {
      server.close();
    }
    await expect(run([visit], { askTarget: 'ftp://x' })).rejects.toMatchObject({ code: 'ANONYMIZE_TARGET' });
  });
});

it('a target that answers for none of the files is named with what stood in the way, and one file in words', async () => {
  const { key, cert } = certificate();
  const tls = createTlsServer({ key, cert }, (_, response) => response.end());
  const plain = createServer(({ url }, response) => (url?.includes('redis') ? response.end() : response.destroy()));
  try {
    const [own, some] = [await listening(tls), await listening(plain)];
    await expect(run([visit], { askTarget: `https://127.0.0.1:${own}` })).rejects.toMatchObject({
      code: 'ANONYMIZE_TARGET',
      message: expect.stringMatching(/ does not answer \([A-Z_]*CERT[A-Z_]*\)\.$/),
      hint: expect.stringMatching(/NODE_EXTRA_CA_CERTS/),
    });
    const askTarget = `http://127.0.0.1:${some}`;
    expect((await run([visit], { askTarget })).report.paths).toMatchObject({ files: 2, unanswered: 1 });
    const args = ['traffic', 'anonymize', at('raw'), '--out', at('asked'), '--ask-target', askTarget];
    expect((await runInProcess(args)).stdout).toMatch(/the target gave no answer for 1 file: renamed all the same/);
  } finally {
    endServers();
  }
});

describe('files', () => {
  it('of a raw recording are for their owner only, and its title is not that of the result', async () => {
    const { report } = await run([visit]);
    expect(report.scan.passed).toBe(true);
    for (const name of ['raw/recording.json', 'raw/sessions-00000.ndjson.gz', 'shop-of-may/pseudonyms.bin'])
      expect((await stat(at(name))).mode & 0o077, name).toBe(0);
    expect((await readManifest(at('raw'))).name).toBe('shop');
    expect((await readManifest(at('shop-of-may'))).name).toBe('shop-of-may');
  });

  it('beside the result say nothing of the key', async () => {
    const key = 'a weak key of words';
    const bytes = async () => {
      await run([visit], { key });
      return readFile(at('shop-of-may/pseudonyms.bin'));
    };
    const [first, second] = [await bytes(), await bytes()];
    expect(first.subarray(0, 8).equals(second.subarray(0, 8))).toBe(false);
  });

  it('with a key that others can read are refused', async () => {
    await writeRecording(at('raw'), [visit]);
    await writeFile(at('key'), 'k'.repeat(40));
    await chmod(at('key'), 0o644);
    const args = ['traffic', 'anonymize', at('raw'), '--out', at('out'), '--key-file', at('key')];
    const refused = await runInProcess(args);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(/^error ANONYMIZE_KEY: .*can be read by others/),
    ]);
    await chmod(at('key'), 0o600);
    const taken = await runInProcess(args);
    expect([taken.code, taken.stdout]).toEqual([
      0,
      expect.stringMatching(/4 requests of 5 \(80\s%\) ask for a changed path, 4 of them for files/),
    ]);
  });
});
