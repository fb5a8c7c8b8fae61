import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Adapter } from '../../../src/domains/promotion/request/adapter.ts';
import { sendAll } from '../../../src/domains/promotion/sending.ts';
import { requestOf } from './request.ts';

test('promotions of one reports folder send one after the other', async () => {
  const base = mkdtempSync(join(tmpdir(), 'shakedown-sending-'));
  let [now, most] = [0, 0];
  const adapter: Adapter = {
    name: 'slow',
    preview: () => [],
    problem: async () => null,
    async send() {
      most = Math.max(most, ++now);
      await sleep(20);
      now--;
      return [{ what: 'it', ok: true, says: '' }];
    },
  };
  const { signal } = new AbortController();
  const sent = await Promise.all([1, 2, 3, 4].map(() => sendAll([adapter], requestOf({}), { base, signal })));
  expect([most, sent.flat().filter(({ ok }) => ok).length]).toEqual([1, 4]);
  const ended = new AbortController();
  ended.abort();
  expect(await sendAll([adapter], requestOf({}), { base, signal: ended.signal })).toEqual([
    { what: 'slow', ok: false, says: expect.stringContaining('interrupted') },
  ]);
  rmSync(base, { recursive: true, force: true });
});
