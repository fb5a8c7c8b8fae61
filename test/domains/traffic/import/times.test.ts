import { expect, test } from 'vitest';
import { combined, ndjson, useImport } from './recording.ts';

const input = useImport();

test('times that jump back are counted and put in order', async () => {
  const at = [5, 3, 9, 9, 1].map((n) => ({ time: 1_700_000_000_000 + n * 60_000, url: `/${n}` }));
  const { requests, result, arrivalsMs } = await input.importText(ndjson(at));
  expect(requests.map(({ path }) => path)).toEqual(['/1', '/3', '/5', '/9', '/9']);
  expect(arrivalsMs).toEqual([0, 120_000, 240_000, 480_000, 480_000]);
  expect(result.outOfOrder).toBe(2);
});

test('a change to winter time is no jump, since zones are honoured', async () => {
  const at = (time: string, path: string) => `192.0.2.1 - - [${time}] "GET ${path} HTTP/1.1" 200 1\n`;
  const { requests, result, arrivalsMs } = await input.importText(
    at('29/Oct/2023:02:59:50 +0200', '/summer') + at('29/Oct/2023:02:00:10 +0100', '/winter'),
  );
  expect(requests.map(({ path }) => path)).toEqual(['/summer', '/winter']);
  expect(result.outOfOrder).toBe(0);
  expect(arrivalsMs[1]).toBeGreaterThan(19_000);
  expect(arrivalsMs[1]).toBeLessThan(21_000);
});

test('requests of one second are spread over it, in their order, the same way each time', async () => {
  const text = Array.from({ length: 600 }, (_, n) => combined(`/${n}`, Math.floor(n / 200))).join('');
  const first = await input.importText(text);
  expect(first.requests.map(({ path }) => path)).toEqual(Array.from({ length: 600 }, (_, n) => `/${n}`));
  expect(first.result.manifest.timeResolutionMs).toBe(1000);
  for (const second of [0, 1, 2]) {
    const startMs = new Date(first.result.manifest.startedAt ?? 0).getTime() % 1000;
    const within = first.arrivalsMs.map((ms) => ms + startMs - second * 1000).filter((ms) => ms >= 0 && ms < 1000);
    // 200 uniform arrivals: each fifth of the second holds about 40 of them.
    for (let fifth = 0; fifth < 5; fifth++) {
      const count = within.filter((ms) => Math.floor(ms / 200) === fifth).length;
      expect(count).toBeGreaterThan(15);
      expect(count).toBeLessThan(75);
    }
  }
  expect((await input.importText(text)).arrivalsMs).toEqual(first.arrivalsMs);
});

test('arrivals logged late (Apache) share their second with the others', async () => {
  const text = [0, 1, 2, 3].map((n) => combined(`/slow${n}`, 10 - n) + combined(`/${n}`, 10)).join('');
  const { requests } = await input.importText(text);
  expect(requests.map(({ path }) => path)).toEqual(['/slow3', '/slow2', '/slow1', '/slow0', '/0', '/1', '/2', '/3']);
});

test('finer times are kept to the microsecond', async () => {
  const times = [0, 0.001, 12.345, 999.999, 1000];
  const { arrivalsMs, result } = await input.importText(ndjson(times.map((ms) => ({ time: 1_700_000_000_000 + ms }))));
  expect(arrivalsMs).toEqual(times);
  expect(result.manifest.timeResolutionMs).toBe(0.001);
});

test('NDJSON in whole seconds is recognised as such; a few round times are not', async () => {
  const rows = (count: number) =>
    ndjson(Array.from({ length: count }, (_, n) => ({ time: 1_700_000_000_000 + 1000 * (n >> 2) })));
  expect((await input.importText(rows(40))).result.manifest.timeResolutionMs).toBe(1000);
  const few = await input.importText(rows(4));
  expect(few.result.manifest.timeResolutionMs).toBe(1);
  expect(few.arrivalsMs).toEqual([0, 0, 0, 0]);
});
