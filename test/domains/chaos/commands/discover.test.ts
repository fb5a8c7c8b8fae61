import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { configuration } from '../../../../src/domains/chaos/configuration.ts';
import { findContainers } from '../../../../src/domains/chaos/discover/containers.ts';
import { startCli } from '../../../cli/cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-discover-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Answers as the program would, for a machine without it. */
async function standIn(name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), `#!/bin/sh\ncat <<'END'\n${text}\nEND\n`, { mode: 0o755 });
}

test('lists what could be named, and prints a configuration that is valid', async () => {
  const server = spawn(
    process.execPath,
    ['-e', "require('http').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })"],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const port = Number(String((await once(server.stdout, 'data'))[0]));
  await standIn('docker', 'shop-redis-1\tredis:7\tUp 3 minutes');
  await standIn('podman', '');
  const pod = (app: string) => ({ metadata: { namespace: 'shop', labels: { app } } });
  await standIn('kubectl', JSON.stringify({ items: [pod('web'), pod('web'), { metadata: { namespace: 'other' } }] }));
  const env = { PATH: `${folder}:${process.env.PATH}`, DOCKER_HOST: '', CONTAINER_HOST: '' };
  try {
    const { code, stdout, stderr } = await startCli(['chaos', 'discover'], { cwd: folder, env }).ended;
    expect(code).toBe(0);
    expect(stderr).toContain(`pid ${server.pid}, 127.0.0.1:${port}`);
    expect(stderr).toContain('shop-redis-1, redis:7, Up 3 minutes (docker)');
    expect(stderr).not.toContain('Pods');
    const { components } = configuration.schemas.chaos.parse(parse(stdout).chaos);
    expect(Object.values(components)).toContainEqual(expect.objectContaining({ kind: 'process', pid: server.pid }));
    const link = { kind: 'link', upstream: `127.0.0.1:${port}`, start: true };
    if (port + 10_000 <= 65_535) expect(Object.values(components)).toContainEqual(expect.objectContaining(link));
    expect(components['shop-redis-1']).toMatchObject({ kind: 'container', engine: 'docker' });
    const asked = await startCli(['chaos', 'discover', '--context', 'staging', '--json'], { cwd: folder, env }).ended;
    const found = JSON.parse(asked.stdout);
    expect(found.workloads).toEqual([{ context: 'staging', namespace: 'shop', selector: 'app=web', pods: 2 }]);
    expect(found.components.web).toEqual({
      ...{ kind: 'workload', context: 'staging', namespace: 'shop', selector: 'app=web' },
    });
  } finally {
    server.kill('SIGKILL');
  }
});

test('offers the file that holds the pid where there is one, as it lasts longer than the pid', async () => {
  const serve = "require('http').createServer().listen(0, '127.0.0.1', () => console.log(1))";
  const start = (cwd: string) => spawn(process.execPath, ['-e', serve], { stdio: ['ignore', 'pipe', 'ignore'], cwd });
  const [kept, beside, none] = [start(folder), start(folder), start('/')];
  await Promise.all([kept, beside, none].map((one) => once(one.stdout, 'data')));
  const project = join(folder, 'project');
  await mkdir(join(project, 'run'), { recursive: true });
  await writeFile(join(project, 'run', 'kept.pid'), `${kept.pid}\n`);
  // As PostgreSQL's: in the folder that it runs in, with lines of its own.
  await writeFile(join(folder, 'postmaster.pid'), `${beside.pid}\n/data\n5432\n`);
  await writeFile(join(project, 'run', 'other.pid'), 'none\n');
  try {
    const { stdout } = await startCli(['chaos', 'discover', '--json'], { cwd: project }).ended;
    const { components, listeners } = JSON.parse(stdout);
    const found = Object.values(components);
    expect(found).toContainEqual({ kind: 'process', pidFile: join(project, 'run', 'kept.pid') });
    expect(found).toContainEqual({ kind: 'process', pidFile: join(folder, 'postmaster.pid') });
    expect(found).toContainEqual({ kind: 'process', pid: none.pid });
    expect(found).not.toContainEqual(expect.objectContaining({ pid: kept.pid }));
    expect(listeners).toContainEqual(expect.objectContaining({ pid: none.pid, pidFile: null }));
  } finally {
    for (const one of [kept, beside, none]) one.kill('SIGKILL');
  }
});

test('asks no engine that is set up for another machine', async () => {
  const { found, missing } = await findContainers({ DOCKER_HOST: 'tcp://10.0.0.1:2375', CONTAINER_HOST: 'ssh://a@b' });
  expect(found).toEqual([]);
  expect(missing).toEqual([
    expect.stringContaining('docker: it is set up for another machine (tcp://10.0.0.1:2375)'),
    expect.stringContaining('podman: it is set up for another machine (ssh://a@b)'),
  ]);
});
