import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { configuredComponents } from '../../../src/domains/chaos/run/components.ts';
import { domains } from '../../../src/run/domains.ts';
import { startCli } from '../../cli/cli.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-chaos-configuration-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const link = { kind: 'link', proxy: 'a', listen: '127.0.0.1:1', upstream: '127.0.0.1:2' };

async function written(components: object, rest: object = {}): Promise<string> {
  const file = join(folder, 'shakedown.config.json');
  await writeFile(file, JSON.stringify({ target: { baseUrl: 'http://127.0.0.1:9' }, chaos: { components }, ...rest }));
  return file;
}

const loaded = async (components: object, rest: object = {}) =>
  loadConfig({ cwd: folder, domains, file: await written(components, rest), replays: false });

test.each<[string, object, RegExp]>([
  ['a process without a pid', { kind: 'process' }, /^c: needs pid or pidFile$/],
  ['a process with two', { kind: 'process', pid: 7, pidFile: 'x' }, /^c: needs either pid or pidFile, not both$/],
  ['process 1', { kind: 'process', pid: 1 }, /^c\.pid: must be at least 2$/],
  ['a port that cannot be', { ...link, listen: '127.0.0.1:99999' }, /^c\.listen: .*a port from 1 to 65535/],
  ['port 0', { ...link, upstream: '[::1]:0' }, /^c\.upstream: .*a port from 1 to 65535/],
  ['an address that cannot be', { ...link, listen: '127.0.0.999:1', start: true }, /^c\.listen: .*from 0 to 255/],
  [
    'IPv6 without brackets',
    { ...link, upstream: '::1:80' },
    /^c\.upstream: must be host:port, such as .*\[::1\]:6379$/,
  ],
  ['a URL for an address', { ...link, upstream: 'http://h:1' }, /^c\.upstream: must be host:port/],
  ['a link to itself', { ...link, upstream: link.listen }, /^c\.upstream: must be another address than listen/],
  ['its API', { ...link, toxiproxyUrl: 'http://127.0.0.1:99999' }, /^c\.toxiproxyUrl: .*its port/],
  ['a peer', { kind: 'container', container: 'c', peer: 'h:99999' }, /^c\.peer: .*a port from 1 to 65535/],
  [
    'a peer without port',
    { kind: 'namespace', namespace: 'n', interface: 'eth0', peer: 'h' },
    /^c\.peer: must be host:port/,
  ],
  ['an interface', { kind: 'namespace', namespace: 'n', interface: 'eth 0' }, /^c\.interface: must be the name of a/],
  ['a network namespace', { kind: 'namespace', namespace: 'a/b', interface: 'eth0' }, /^c\.namespace: must be a name/],
  ['an endpoint', { kind: 'endpoint', url: 'http://:80' }, /^c\.url: must be a valid URL/],
  ['a database, no URL', { kind: 'database', url: 'host=/run dbname=x' }, /^c\.url: must be a postgres:\/\/ URL$/],
  ['a database, its port', { kind: 'database', url: 'postgres://u@h:99999/d' }, /^c\.url: .*its port \(1 to 65535\)/],
  ['a database, a sign', { kind: 'database', url: 'postgres://u:p#w@h/d' }, /^c\.url: .*as %23/],
  [
    'pods',
    { kind: 'workload', namespace: 'My Shop', selector: 'a=b' },
    /^c\.namespace: must be the name of a namespace/,
  ],
])('is refused before anything begins, in one line that says what and where: %s', async (_, component, line) => {
  const { code, message } = await loaded({ c: component }).then(
    () => ({ code: 'nothing', message: '' }),
    (error) => error as { code: string; message: string },
  );
  expect(code).toBe('CONFIG_INVALID');
  const [, ...lines] = message.split('\n');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trim().replace('chaos.components.', '')).toMatch(line);
});

test.each<[string, object, RegExp]>([
  ['target.baseUrl', { target: { baseUrl: 'http://h:99999' } }, /target\.baseUrl: /],
  [
    'target.allowHosts',
    { target: { baseUrl: 'http://h', allowHosts: ['h:99999'] } },
    /allowHosts[.[]0\]?: .*1 to 65535/,
  ],
  ['target.hosts', { target: { baseUrl: 'http://h', hosts: { 'http://a:99999': null } } }, /target\.hosts/],
  ['chaos.toxiproxyUrl', { chaos: { toxiproxyUrl: 'http://h:99999' } }, /chaos\.toxiproxyUrl: .*its port/],
  ['watch.prometheus.url', { watch: { prometheus: { url: 'http://h:99999' } } }, /watch\.prometheus\.url: /],
  ['watch.scrape', { watch: { scrape: [{ name: 'a', url: 'http://h:99999' }] } }, /watch\.scrape[.[]0\]?\.url: /],
  [
    'deployment.switch.command.url',
    { deployment: { switch: { command: { set: ['a'], read: ['a'], url: 'http://h:99999' } } } },
    /deployment\.switch\.command\.url: .*its port/,
  ],
  [
    'rehearsal.migration.databaseUrl',
    { rehearsal: { migration: { databaseUrl: 'postgres://h:99999/d' } } },
    /rehearsal\.migration\.databaseUrl: .*its port/,
  ],
])('an address that cannot be is refused wherever one is configured: %s', async (_, rest, line) => {
  await expect(loaded({}, rest)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(line),
  });
});

test('two proxies that are to be started are not one, and do not listen at one address', async () => {
  const started = { ...link, start: true };
  await expect(loaded({ a: started, b: { ...started, proxy: 'b' } })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/chaos\.components\.b\.listen: is also that of "a": give it another$/),
  });
  await expect(loaded({ a: started, b: { ...started, listen: '127.0.0.1:3' } })).rejects.toMatchObject({
    message: expect.stringMatching(/chaos\.components\.b\.proxy: is also that of "a": give it another$/),
  });
});

test('paths are of the folder of the configuration', async () => {
  const { config } = await loaded({ p: { kind: 'process', pidFile: 'p.pid' }, f: { kind: 'folder', path: 'data' } });
  expect(config.chaos.components).toMatchObject({
    p: { pidFile: join(folder, 'p.pid') },
    f: { path: join(folder, 'data') },
  });
});

test('a database is where its socket or the host of its query is', async () => {
  const of = async (url: string) => {
    const { config } = await loaded({ d: { kind: 'database', url } });
    return configuredComponents(config.chaos, []).map(({ name }) => name);
  };
  for (const url of ['postgres:///d', 'postgres://%2Frun%2Fpostgresql/d', 'postgres:///d?host=/run/postgresql'])
    expect(await of(url)).toEqual(['d']);
  for (const url of ['postgres://db.example:5432/d', 'postgres://127.0.0.1/d?host=db.example'])
    await expect(of(url)).rejects.toMatchObject({ code: 'CHAOS_HOST', message: expect.stringContaining('db.example') });
});

test('`chaos run` ends with 2 before the experiment begins', async () => {
  const experiment = join(folder, 'stop.json');
  const stop = { type: 'node', module: 'shakedown', func: 'process-stop', arguments: { component: 'c', seconds: 6 } };
  await writeFile(
    experiment,
    JSON.stringify({ title: 's', description: 'd', method: [{ type: 'action', name: 'stop', provider: stop }] }),
  );
  for (const component of [{ kind: 'process' }, { ...link, listen: '127.0.0.1:99999', start: true }]) {
    const file = await written({ c: component });
    const run = await startCli(['chaos', 'run', experiment, '--config', file], { cwd: folder }).ended;
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/CONFIG_INVALID|is not valid/);
    expect(run.stdout + run.stderr).not.toMatch(/Invalid URL|method|process -1/);
  }
});
