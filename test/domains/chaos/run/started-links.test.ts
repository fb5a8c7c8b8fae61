import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../../src/config/load.ts';
import { startLinks } from '../../../../src/domains/chaos/run/started-links.ts';
import { withTeardown } from '../../../../src/evidence/teardown.ts';
import { domains } from '../../../../src/run/domains.ts';
import { startCli } from '../../../cli/cli.ts';
import { freePort, startUpstream } from '../links.ts';

let folder: string;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-started-'));
  upstream = await startUpstream('http');
});
afterAll(async () => {
  upstream.close();
  await rm(folder, { recursive: true, force: true });
});

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

async function configFile(link: object): Promise<string> {
  const components = { 'shop to cache': { kind: 'link', proxy: 'cache', upstream: upstream.address, ...link } };
  const file = join(folder, 'shakedown.config.json');
  await writeFile(file, JSON.stringify({ target: { baseUrl: 'http://127.0.0.1:9' }, chaos: { components } }));
  return file;
}

test('a link that asks for it has its Toxiproxy and its proxy for as long as experiments run', async () => {
  const port = await freePort();
  const listen = `127.0.0.1:${port}`;
  const config = await configFile({ listen, start: true });
  const url = `http://${listen}/`;
  const node = (func: string, given: object) => ({ type: 'node', module: 'shakedown', func, arguments: given });
  const experiment = {
    title: 'Slow cache',
    description: 'The cache is slow.',
    'steady-state-hypothesis': {
      title: 'it answers',
      probes: [{ type: 'probe', name: 'answer', tolerance: 404, provider: { type: 'http', url, timeout: 3 } }],
    },
    method: [
      {
        type: 'action',
        name: 'slow it down',
        provider: node('latency', { component: 'shop to cache', delayMs: 150, seconds: 2 }),
      },
    ],
  };
  await writeFile(join(folder, 'slow.json'), JSON.stringify(experiment));
  const args = ['chaos', 'run', 'slow.json', '--config', config, '--exit-by-verdict', '--allow-host', '127.0.0.1'];
  const { code, stderr } = await startCli(args, { cwd: folder }).ended;
  expect(stderr).toContain('PASS');
  expect(code).toBe(0);
  const journal = JSON.parse(await readFile(join(folder, 'journal.json'), 'utf8'));
  expect(journal.shakedown).toMatchObject({ verdict: 'pass', faults: [{ proof: { seen: true } }], left: [] });
  expect(await answers(port)).toBe(false);
});

test('an address that is taken is named with its component, and nothing is left of what was started', async () => {
  const config = await configFile({ listen: upstream.address, upstream: '127.0.0.1:9', start: true });
  const { chaos } = (await loadConfig({ cwd: folder, file: config, domains, replays: false })).config;
  const starting = { signal: new AbortController().signal, phase: () => {}, warn: () => {} };
  await expect(withTeardown((teardown) => startLinks(chaos, { ...starting, teardown }))).rejects.toMatchObject({
    message: expect.stringMatching(/^chaos\.components\.shop to cache: .*in use/),
    hint: expect.stringContaining('give the link another "listen"'),
  });
});

test.each([
  [{ listen: '10.0.0.1:6379', start: true }, /listen: must be on this machine, such as 127\.0\.0\.1:15432/],
  [{ listen: '127.0.0.1:1', start: true, toxiproxyUrl: 'http://127.0.0.1:8474' }, /toxiproxyUrl: must be absent/],
])('what cannot be started is refused: %j', async (link, message) => {
  const file = await configFile(link);
  await expect(loadConfig({ cwd: folder, file, domains, replays: false })).rejects.toThrow(message);
});
