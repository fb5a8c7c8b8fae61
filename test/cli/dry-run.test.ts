import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runInProcess } from './in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-dry-run-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('--dry-run says what would be sent where, with every engine, and starts nothing', async () => {
  const out = join(folder, 'runs');
  const args = ['simulate', '--engine', 'autocannon', '--out', out, '--dry-run', '--duration', '20s', '--rate', '200'];
  const { code, stdout } = await runInProcess(args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Recording +sample-shop: 15,445 requests in 2,150 sessions/m);
  expect(stdout).toMatch(/^Plan +bootstrap, 20 s, seed 1: [\d,]+ requests in [\d,]+ sessions$/m);
  expect(stdout).toMatch(/^ +200\.\d\/s on average/m);
  expect(stdout).toMatch(/^Hosts +the sample system: [\d,]+ \(100\.0 %\)$/m);
  expect(stdout).toMatch(/^Methods +GET: .*\n +POST: /m);
  expect(stdout).toMatch(/^Out of reach +This run cannot come out PASSED, .* 24 h of stable time.*--duration 24h/m);
  expect(stdout).toMatch(/Nothing was sent\.\n$/);
  const safe = JSON.parse((await runInProcess([...args, '--json'])).stdout);
  expect(safe).toMatchObject({
    engine: 'autocannon',
    connections: 'recorded',
    plan: { options: { durationMs: 20_000 } },
    outOfReach: expect.stringMatching(/24 h of stable time/),
  });
  expect(safe.hosts[0].requests).toBe(safe.plan.requests);
  expect(await readdir(folder)).toEqual([]);
});

test('--dry-run with --chaos shows the experiments that would run, and why others would not', async () => {
  const method = (seconds: number) =>
    `method:\n  - type: action\n    name: stop\n    provider: { type: node, module: shakedown, func: process-stop, arguments: { component: shop-1, seconds: ${seconds} } }\n`;
  const experiment = (title: string, seconds: number) => `title: ${title}\ndescription: d\n${method(seconds)}`;
  const chaos = join(folder, 'dry');
  await mkdir(chaos, { recursive: true });
  await writeFile(join(chaos, '1.yaml'), experiment('Frozen shop', 10));
  await writeFile(join(chaos, '2.yaml'), experiment('Broken', 10).replace('process-stop', 'process-stopp'));
  await writeFile(join(chaos, '3.yaml'), experiment('Frozen again', 5));
  await writeFile(join(chaos, '4.yaml'), experiment('Too late', 5));
  const { code, stdout } = await runInProcess([
    'simulate',
    '--dry-run',
    '--duration',
    '80s',
    '--rate',
    '100',
    '--chaos',
    chaos,
  ]);
  expect(code).toBe(2);
  expect(stdout).toMatch(/^Experiments +16 s or later: Frozen shop \(.*1\.yaml\): process-stop on shop-1 for 10 s$/m);
  expect(stdout).toMatch(/^ +not run: Broken .*2\.yaml.*, because .*there is no fault "process-stopp"/m);
  expect(stdout).toMatch(/^ +41 s or later: Frozen again/m);
  expect(stdout).toMatch(/^ +not run: Too late .*, because there is no time left for it$/m);
});

test('--dry-run ends as the run would, as far as that is known: a mistake, something required left open, or neither', async () => {
  const stop =
    'method:\n  - { type: action, name: stop, provider: { type: node, module: shakedown, func: process-stop, arguments: { component: shop-1, seconds: 5 } } }\n';
  const chaos = join(folder, 'ends');
  await mkdir(chaos, { recursive: true });
  for (const name of ['one', 'two', 'three'])
    await writeFile(join(chaos, `${name}.yaml`), `title: ${name}\ndescription: d\n${stop}`);
  const endOf = async (plan: string, ...more: string[]) => {
    const file = join(chaos, 'plan.yaml');
    await writeFile(file, plan);
    return runInProcess(['simulate', '--dry-run', '--duration', '40s', '--rate', '100', ...more, '--chaos', file]);
  };
  const fits = await endOf('experiments: [one.yaml]\n');
  expect(fits.code).toBe(0);
  expect(fits.stdout).toMatch(/^ +warning: .*one\.yaml: steady-state-hypothesis: there is no hypothesis/m);
  expect((await endOf('experiments: [one.yaml, two.yaml, three.yaml]\n')).code).toBe(3);
  expect((await endOf('whatFits: true\nexperiments: [one.yaml, two.yaml, three.yaml]\n')).code).toBe(0);
});

test('--dry-run says that the address of a proxy is in use', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const config = join(folder, 'shakedown.config.json');
  const link = { kind: 'link', proxy: 'p', listen: `127.0.0.1:${port}`, upstream: '127.0.0.1:9', start: true };
  const experiment = join(folder, 'slow.yaml');
  await writeFile(
    experiment,
    'title: t\ndescription: d\nmethod:\n  - { type: action, name: slow, provider: { type: node, module: shakedown, func: latency, arguments: { component: taken, delayMs: 50, seconds: 2 } } }\n',
  );
  await writeFile(config, JSON.stringify({ target: { sample: {} }, chaos: { components: { taken: link } } }));
  const args = [
    'simulate',
    '--config',
    config,
    '--dry-run',
    '--duration',
    '60s',
    '--rate',
    '50',
    '--chaos',
    experiment,
  ];
  const refused = await runInProcess(args);
  expect(refused.stdout).toContain('not run: chaos.components.taken, without which no experiment runs');
  expect(refused.stdout).toContain(`is to listen on 127.0.0.1:${port}, and something else listens on it`);
  expect(refused.code).toBe(2);
  const alone = await runInProcess(['chaos', 'run', '--config', config, '--dry', 'activities', experiment]);
  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('something else listens on it') });
  taken.close();
  await once(taken, 'close');
  const free = await runInProcess(args);
  expect(free.stdout).not.toContain('something else listens');
  expect(free.code).toBe(0);
});
