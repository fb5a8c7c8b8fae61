import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ComponentOf } from '../../../../src/domains/chaos/fault.ts';
import type { OwnToxiproxy } from '../../../../src/domains/chaos/toxiproxy/server.ts';
import { startCli } from '../../../cli/cli.ts';
import { listInMemory } from '../faults/undo-steps.ts';
import { linkTo, ownToxiproxy, residue, startUpstream } from '../links.ts';
import { action, program, startTrial, type Trial } from './trial.ts';

let toxiproxy: OwnToxiproxy;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let trial: Trial;
let links = 0;
let link: ComponentOf<'link'>;
const folders: string[] = [];

beforeAll(async () => {
  toxiproxy = await ownToxiproxy();
  upstream = await startUpstream('http');
  trial = await startTrial();
}, 120_000);
afterEach(async () => {
  for (const { name } of await toxiproxy.proxies()) await toxiproxy.remove(name);
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await trial.end();
  await toxiproxy.stop();
  upstream.close();
});

const toxi = (part: string, func: string, given: object) =>
  action(func, { type: 'python', module: `chaostoxi.${part}`, func, arguments: given });

/** Makes a proxy and a toxic of its own, and changes and switches off one that is there. */
async function everyKind() {
  link = await linkTo(toxiproxy, `link-${++links}`, upstream.address);
  const one = { proxy_name: link.proxy };
  return {
    configuration: { toxiproxy_url: toxiproxy.url },
    method: [
      toxi('proxy.actions', 'create_proxy', { proxy_name: 'made', upstream_host: '127.0.0.1', upstream_port: 9 }),
      toxi('toxic.actions', 'create_latency_toxic', { for_proxy: link.proxy, toxic_name: 'late', latency: 500 }),
      toxi('proxy.actions', 'modify_proxy', { ...one, upstream_address: '127.0.0.1:9' }),
      toxi('proxy.actions', 'disable_proxy', one),
    ],
  };
}

const left = async () => {
  const all = await residue(toxiproxy, [link.proxy]);
  const changed = (await toxiproxy.proxy(link.proxy)).upstream === link.upstream ? [] : ['another upstream'];
  return [...all, ...changed];
};
const everything = () => ['proxy made', `${link.proxy} is off`, 'toxic late', 'another upstream'];

test('what functions of the Toxiproxy extension left is taken away at the end, and nothing stays on the undo list', async () => {
  const undo = listInMemory();
  const { journal } = await trial.run(await everyKind(), { undo });
  expect(journal.run.map(({ status }) => status)).toEqual(Array(4).fill('succeeded'));
  expect(undo.added).toHaveLength(4);
  expect(undo.left()).toEqual([]);
  expect(journal.shakedown?.cleaned).toHaveLength(4);
  expect(await left()).toEqual([]);
}, 60_000);

test('so it is when the operator ends the experiment in the middle', async () => {
  const stop = new AbortController();
  const written = await everyKind();
  const undo = listInMemory();
  const running = trial.run(
    { ...written, method: [...written.method, action('wait', program('sleep', '600'))] },
    { undo, signal: stop.signal },
  );
  await expect.poll(left, { timeout: 30_000 }).toEqual(expect.arrayContaining(everything()));
  stop.abort();
  expect((await running).journal.status).toBe('interrupted');
  expect(await left()).toEqual([]);
  expect(undo.left()).toEqual([]);
}, 90_000);

test('where rollbacks are as with Chaos Toolkit it stays, at the end of the harness too', async () => {
  const undo = listInMemory();
  await trial.run(await everyKind(), { undo, strategy: { rollbacks: 'default' } });
  expect(await left()).toEqual(expect.arrayContaining(everything()));
  expect(undo.left()).toEqual([]);
}, 60_000);

test('what was there before is not taken for its own', async () => {
  const written = await everyKind();
  const attributes = { latency: 1, jitter: 0 };
  const late = { name: 'late', type: 'latency', stream: 'downstream' as const, toxicity: 1, attributes };
  await toxiproxy.addToxic(link.proxy, late);
  const undo = listInMemory();
  const { journal } = await trial.run({ ...written, method: written.method.slice(1, 2) }, { undo });
  expect(journal.run[0]?.status).toBe('failed');
  expect(undo.added).toEqual([]);
  expect((await toxiproxy.proxy(link.proxy)).toxics).toMatchObject([{ attributes }]);
}, 60_000);

test('the guard takes it away when the harness is killed with kill -9', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-toxi-'));
  folders.push(folder);
  const written = await everyKind();
  const experiment = {
    ...{ title: 'killed', description: 'in the middle', ...written },
    method: [...written.method, action('wait', program('sleep', '20'))],
  };
  await writeFile(join(folder, 'killed.json'), JSON.stringify(experiment));
  const { child, output } = startCli(['chaos', 'run', 'killed.json'], { cwd: folder });
  try {
    await expect
      .poll(async () => [...(await left()), output.stderr], { timeout: 60_000 })
      .toEqual(expect.arrayContaining(everything()));
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await expect.poll(left, { timeout: 30_000 }).toEqual([]);
    // The guard undoes everything twice, then ends.
    await sleep(500);
    expect(await left()).toEqual([]);
  } finally {
    child.kill('SIGKILL');
  }
}, 120_000);
