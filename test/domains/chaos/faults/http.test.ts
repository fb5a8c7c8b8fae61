import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComponentOf } from '../../../../src/domains/chaos/fault.ts';
import { httpAbort } from '../../../../src/domains/chaos/faults/http-abort.ts';
import { httpDelay } from '../../../../src/domains/chaos/faults/http-delay.ts';
import type { OwnToxiproxy } from '../../../../src/domains/chaos/toxiproxy/server.ts';
import { proofWords } from '../../../../src/domains/chaos/view/faults.ts';
import type { FaultRecord } from '../../../../src/model/chaos.ts';
import { linkTo, ownToxiproxy, residue } from '../links.ts';
import { listInMemory, take } from './undo-steps.ts';

let toxiproxy: OwnToxiproxy;
let link: ComponentOf<'link'>;
let server: Server;
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    outgoing.end('of the target');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  toxiproxy = await ownToxiproxy();
  link = await linkTo(toxiproxy, 'shop', `127.0.0.1:${(server.address() as AddressInfo).port}`);
}, 60_000);
afterAll(async () => {
  await toxiproxy?.stop();
  server.close();
  server.closeAllConnections();
});
const context = (undo = listInMemory()) => ({ undo, signal: AbortSignal.timeout(15_000), noop: false });
const get = (path: string, method = 'GET') => fetch(`http://${link.listen}${path}`, { method });

it('aborts requests by method and route on a link, sees it, and asks the target nothing meanwhile', async () => {
  const undo = listInMemory();
  const args = httpAbort.schema.parse({ method: 'POST', route: '/api/*', share: 0.5, answer: 502 });
  const active = await httpAbort.inject(args, link, context(undo));
  const proof = await active.prove();
  expect(proof.checks.filter(({ held }) => !held)).toEqual([]);
  // What the report shows of it is what the fault answers, not by what the proof knows that it asks the right program.
  const record = { proof, error: null, injectedMs: 0 } as FaultRecord;
  expect(proofWords(record)).toBe('answers with 502 on a kept connection 10 of 20, 10 ± 1 of 20 expected');
  expect(JSON.stringify(proof.checks)).not.toContain('204');
  expect(seen).toEqual([]);
  const statuses = [];
  for (let at = 0; at < 6; at++) statuses.push((await get(`/api/${at}`, 'POST')).status);
  expect(statuses).toEqual([200, 502, 200, 502, 200, 502]);
  expect(await (await get('/api/1')).text()).toBe('of the target');
  await active.revert();
  await active.revert();
  expect(await residue(toxiproxy, ['shop'])).toEqual([]);
  expect((await toxiproxy.proxies())[0]?.upstream).toBe(link.upstream);
  expect((await get('/api/1', 'POST')).status).toBe(200);
  expect(undo.left()).toEqual([]);
});

it('cuts requests off', async () => {
  const active = await httpAbort.inject(httpAbort.schema.parse({ route: '/**', answer: 'reset' }), link, context());
  expect((await active.prove()).seen).toBe(true);
  await expect(get('/')).rejects.toThrow();
  await active.revert();
  expect((await get('/')).status).toBe(200);
});

it('delays requests, and leads the link back by the undo steps alone', async () => {
  const undo = listInMemory();
  const args = httpDelay.schema.parse({ route: '/slow', delayMs: 400 });
  const active = await httpDelay.inject(args, link, context(undo));
  const proof = await active.prove();
  expect(proof.checks.filter(({ held }) => !held)).toEqual([]);
  for (const { steps } of undo.added) for (const step of [...steps, ...steps]) await take(step);
  expect((await toxiproxy.proxies())[0]?.upstream).toBe(link.upstream);
  expect((await get('/slow')).status).toBe(200);
  await active.revert();
});

it('has one fault of requests on a link at a time, as the second would lead back to the proxy of the first', async () => {
  const first = await httpDelay.inject(httpDelay.schema.parse({ route: '/slow', delayMs: 10 }), link, context());
  const undo = listInMemory();
  const second = httpAbort.inject(httpAbort.schema.parse({ route: '/**' }), link, context(undo));
  await expect(second).rejects.toMatchObject({ code: 'FAULT_BUSY' });
  expect(undo.added).toEqual([]);
  await first.revert();
  const third = await httpAbort.inject(httpAbort.schema.parse({ route: '/**' }), link, context());
  await third.revert();
  expect((await toxiproxy.proxies())[0]?.upstream).toBe(link.upstream);
});

it('says that no Toxiproxy answers, and that it has no such proxy', async () => {
  expect(await httpAbort.unavailable({ ...link, toxiproxyUrl: 'http://127.0.0.1:9' })).toContain(
    'no Toxiproxy answers',
  );
  const undo = listInMemory();
  const args = httpAbort.schema.parse({ route: '/' });
  await expect(httpAbort.inject(args, { ...link, proxy: 'other' }, context(undo))).rejects.toMatchObject({
    code: 'FAULT_LINK',
  });
  expect(undo.added).toEqual([]);
});
