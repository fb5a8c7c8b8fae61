import { expect, test } from 'vitest';
import { warnOfLinks } from '../../../../src/domains/chaos/run/links-ready.ts';
import { freePort } from '../links.ts';

test('a link without a proxy is named before anything is sent, with what to do', async () => {
  const said: string[] = [];
  const toxiproxyUrl = `http://127.0.0.1:${await freePort()}`;
  const link = { kind: 'link', name: 'notes to Redis', proxy: 'redis', toxiproxyUrl } as const;
  await warnOfLinks(
    [
      { ...link, listen: '127.0.0.1:16379', upstream: '127.0.0.1:6379' },
      { kind: 'folder', name: 'uploads', path: '/tmp' },
    ],
    (message) => said.push(message),
  );
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(
    /^Link "notes to Redis": nothing leads from 127\.0\.0\.1:16379 to its server yet \(.*[^.]\)\. Start/,
  );
});
