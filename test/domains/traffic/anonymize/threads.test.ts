import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { readManifest } from '../../../../src/domains/traffic/recording.ts';
import { json, request, session } from './request.ts';
import { readAll, shopSessions, temporaryFolder, writeRecording } from './shop.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string) => join(folder.path, name);
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRecording(at('raw'), [...shopSessions(120), ...others()]);
});
afterAll(() => folder.remove());

/** What depends on what came before: maps with many keys, names that few use, users behind addresses, routes and orders of one session, words of paths that are text elsewhere. */
function others() {
  return Array.from({ length: 400 }, (_, n) => ({
    ...session(
      n,
      request(`/lists/k${n % 90}?sort=${n % 7}`, { headers: [['x-forwarded-for', `84.115.20.${n % 60}`]] }),
      request(`/wissen/zaun-${'abcdefg'[n % 7]}bau`, n === 300 ? { route: '/wissen/allein' } : {}),
      request('/api/notes', {
        method: 'POST',
        body: json({
          // At a place where values repeat in about the 2 % below which none is kept.
          kind: n % 33 === 7 || n % 200 === 50 ? 'hauptsorte' : `sorte${n}x`,
          [`key${n % 80}`]: { name: `wert ${n % 9}`, [`feld${n % 30}`]: n },
          slug: `zaun-${'abcdefg'[n % 7]}bau`,
        }),
      }),
      ...Array.from({ length: n % 100 === 0 ? 30 : 0 }, () => request('/home')),
    ),
    client: `address-${n % 50}`,
    ...(n % 3 === 0 ? { user: `user-${n % 40}` } : {}),
  }));
}

async function outcome(threads: number) {
  const to = at(`by-${threads}/same`);
  const report = await anonymizeRecording({ from: at('raw'), to, key: Buffer.alloc(32, 9), threads });
  const { privacy, ...manifest } = await readManifest(to);
  return { report, manifest, state: privacy.state, sessions: await readAll(to) };
}

it('any number of threads makes the same recording, the same counts and the same findings', async () => {
  const alone = await outcome(0);
  expect(alone.report.scan.listed).toEqual([]);
  expect(alone.report.rare.sessions).toBeGreaterThan(0);
  expect(alone.report.fields.length).toBeGreaterThan(20);
  for (const threads of [1, 3]) expect(await outcome(threads)).toEqual(alone);
}, 60_000);

it('a fault in a thread is the same error, and ends the others', async () => {
  const manifest = await readManifest(at('raw'));
  const { shards } = manifest;
  await expect(
    anonymizeRecording({ from: at('raw'), to: at('short'), key: 'short', threads: 2 }),
  ).rejects.toMatchObject({ code: 'ANONYMIZE_KEY' });
  const bytes = gzipSync('{"id":"a","startMs":0,"requests":[]}\nnot a session\n');
  const file = shards[0]?.file ?? '';
  await writeFile(at(`raw/${file}`), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const damaged = { ...manifest, shards: [{ ...shards[0], sha256 }] };
  await writeFile(at('raw/recording.json'), JSON.stringify(damaged));
  await expect(anonymizeRecording({ from: at('raw'), to: at('damaged'), threads: 2 })).rejects.toMatchObject({
    code: 'TRAFFIC_FORMAT',
    message: expect.stringContaining('line 2'),
  });
});
