import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAutocannon } from '../../../src/domains/load/autocannon.ts';
import type { WindowResult } from '../../../src/model/results.ts';
import { loadInput, request, serve, session } from './shop.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the fallback engine', () => {
  it('sends only safe requests, counts every answer on its route, and scores no fidelity', async () => {
    const shop = await serve((seen, response) => response.writeHead(seen.url === '/broken' ? 500 : 200).end());
    const sessions = Array.from({ length: 40 }, (_, i) =>
      session(i, i * 50, [
        request(0, { path: '/good' }),
        request(1, { path: '/broken', route: 1 }),
        request(2, { path: '/write', method: 'POST', route: 2 }),
        request(3, { path: '/__sdn0nce_id__', route: 2 }),
      ]),
    );
    const windows: WindowResult[] = [];
    const input = loadInput(`http://127.0.0.1:${shop.port}`, sessions, {
      folder: join(folder, 'windows'),
      durationMs: 2000,
      on: { window: (window) => windows.push(window) },
    });
    const outcome = await runAutocannon(input);
    await shop.close();
    const { planned, completed, failed, unsent } = outcome.accounting;
    expect(completed).toBeGreaterThan(10);
    expect(failed).toBeGreaterThan(10);
    expect(completed + failed + unsent).toBe(planned);
    expect(new Set(shop.seen.map((seen) => seen.url))).toEqual(new Set(['/good', '/broken']));
    expect(input.failed).toEqual([expect.objectContaining({ kind: 'http', status: 500, route: 1 })]);
    expect(outcome.fidelity.score).toBeNull();
    expect(windows.length).toBeGreaterThan(1);
  });

  it('says so when there is nothing it could send', async () => {
    const outcome = await runAutocannon(
      loadInput('http://127.0.0.1:9', [session(0, 0, [request(0, { method: 'POST' })])], {
        folder: join(folder, 'none'),
        durationMs: 1000,
      }),
    );
    expect(outcome.endedEarly).toMatch(/no request/);
  });
});
