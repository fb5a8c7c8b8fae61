import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadExperiment } from '../../../../src/domains/chaos/experiment/load.ts';
import type { ComponentOf } from '../../../../src/domains/chaos/fault.ts';
import { requireHttpLinks } from '../../../../src/domains/chaos/run/http-links.ts';
import { runInProcess } from '../../../cli/in-process.ts';
import { startUpstream } from '../links.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-http-links-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const link = (name: string, listen: string): ComponentOf<'link'> => ({
  ...{ kind: 'link', name, toxiproxyUrl: 'http://127.0.0.1:9', proxy: name, listen, upstream: listen },
});
async function experiment(func: string, component: string, given: object) {
  const file = join(folder, `${func}.json`);
  const provider = { type: 'node', module: 'shakedown', func, arguments: { component, ...given } };
  const method = [{ type: 'action', name: 'break it', provider }];
  await writeFile(file, JSON.stringify({ title: func, description: 'd', method }));
  return loadExperiment(file);
}
const abort = (component: string) => experiment('http-abort', component, { route: '/**' });
const delay = (component: string) => experiment('http-delay', component, { route: '/**', delayMs: 50 });
const latency = (component: string) => experiment('latency', component, { delayMs: 50 });

/** Answers every line with an error, as Redis does. */
async function lineServer() {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write('-ERR unknown command\r\n'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

test('a fault of requests on a link that speaks no HTTP is refused before anything begins; on one that does not answer it is said', async () => {
  const [web, lines] = [await startUpstream('http'), await lineServer()];
  const components = [link('web', web.address), link('lines', lines.address), link('gone', '127.0.0.1:9')];
  const warned: string[] = [];
  const check = async (...wanted: ReturnType<typeof abort>[]) =>
    requireHttpLinks(await Promise.all(wanted), components, (message) => warned.push(message));
  try {
    await check(abort('web'), delay('web'), latency('lines'));
    expect(warned).toEqual([]);
    const refused = await check(abort('lines'), delay('lines')).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'FAULT_LINK', exitCode: 2, hint: expect.stringContaining('latency') });
    const said = (func: string) =>
      `${func}.json, method[0] "break it": ${func} on "lines" could touch nothing: ${lines.address} behind ${lines.address} speaks something else than HTTP.`;
    expect((refused as Error).message).toContain(said('http-abort'));
    expect((refused as Error).message).toContain(said('http-delay'));
    await check(abort('gone'));
    expect(warned).toEqual([expect.stringContaining('whether http-abort on "gone" meets HTTP is not known')]);
  } finally {
    web.close();
    lines.close();
  }
});

test('chaos run refuses it before its hypothesis is asked', async () => {
  const lines = await lineServer();
  try {
    const components = { lines: { kind: 'link', proxy: 'p', listen: lines.address, upstream: '127.0.0.1:9' } };
    const config = join(folder, 'shakedown.config.json');
    await writeFile(config, JSON.stringify({ target: { baseUrl: 'http://127.0.0.1:9' }, chaos: { components } }));
    const { file } = await abort('lines');
    const journal = join(folder, 'journal.json');
    const { code, stderr } = await runInProcess(['chaos', 'run', '--config', config, '--journal-path', journal, file]);
    expect(stderr).toContain('FAULT_LINK');
    expect(stderr).not.toContain('steady state');
    expect(code).toBe(2);
  } finally {
    lines.close();
  }
});
