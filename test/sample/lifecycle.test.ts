import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SampleSystem } from '../../src/model/sample-system.ts';
import { startSample } from '../../src/sample/start.ts';
import { isRunning, processesWith, sampleFolders } from './shopper.ts';

const root = process.getuid?.() === 0;
/** A clone in somebody's private folder cannot be read by another user, whatever the sample does. */
const isPublic = (folder: string): boolean =>
  (statSync(folder).mode & 0o005) === 0o005 && (dirname(folder) === folder || isPublic(dirname(folder)));
const others = root && isPublic(import.meta.dirname);
const start = new URL('../../src/sample/start.ts', import.meta.url).href;
let temporary: string;
let own: string | undefined;

beforeEach(() => {
  own = process.env.TMPDIR;
  temporary = mkdtempSync(join(tmpdir(), 'sample-life-'));
  chmodSync(temporary, 0o777);
  process.env.TMPDIR = temporary;
});
afterEach(() => {
  if (own === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = own;
  rmSync(temporary, { recursive: true, force: true });
});

function pidsOf(system: Pick<SampleSystem, 'instances' | 'balancer' | 'database'>): number[] {
  return [...system.instances.map(({ pid }) => pid), system.balancer.pid, system.database.pid];
}

/** Starts the sample in a process of its own, which says what it started and then waits. */
async function startInParent(identity = {}): Promise<{ parent: ChildProcess; system: SampleSystem }> {
  const script = `import { startSample } from ${JSON.stringify(start)};
    const { baseUrl, instances, balancer, database } = await startSample({ instances: 2 });
    console.log(JSON.stringify({ baseUrl, instances, balancer, database }));`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...identity,
  });
  const [line] = await once(createInterface({ input: parent.stdout as NodeJS.ReadableStream }), 'line');
  return { parent, system: JSON.parse(line as string) };
}

async function expectNothingLeft(pids: number[]) {
  await expect.poll(() => pids.filter(isRunning), { timeout: 30_000 }).toEqual([]);
  await expect.poll(() => sampleFolders(temporary), { timeout: 30_000 }).toEqual([]);
  // Backends and background workers of PostgreSQL show the data folder of their server nowhere else.
  expect(processesWith(temporary)).toEqual([]);
}

describe('what is left', () => {
  it('after stop(): no process, no data; twice is fine', async () => {
    const system = await startSample({ instances: 2 });
    const pids = pidsOf(system);
    expect(pids.filter(isRunning)).toEqual(pids);
    expect(sampleFolders(temporary)).toHaveLength(1);
    await Promise.all([system.stop(), system.stop()]);
    await expectNothingLeft(pids);
  });

  it('after the parent was killed: nothing', async () => {
    const { parent, system } = await startInParent();
    parent.kill('SIGKILL');
    await expectNothingLeft(pidsOf(system));
  });

  it('after the supervisor was killed: nothing', async () => {
    const { parent, system } = await startInParent();
    const supervisors = processesWith('sample/serve.ts').filter((pid) => parentOf(system.balancer.pid) === pid);
    expect(supervisors).toHaveLength(1);
    for (const pid of supervisors) process.kill(pid, 'SIGKILL');
    await expectNothingLeft(pidsOf(system));
    parent.kill('SIGKILL');
  });

  it('after an abort while it starts: nothing', async () => {
    const controller = new AbortController();
    const starting = startSample({ signal: controller.signal });
    setTimeout(() => controller.abort(new Error('changed my mind')), 900);
    await expect(starting).rejects.toThrow('changed my mind');
    await expectNothingLeft([]);
  });

  it.runIf(others)(
    'started by a user who is not root: works, and nothing is left (needs root and a clone that others can read)',
    async () => {
      const { parent, system } = await startInParent({ uid: 65_534, gid: 65_534 });
      expect((await fetch(`${system.baseUrl}/readyz`)).status).toBe(200);
      parent.kill('SIGKILL');
      await expectNothingLeft(pidsOf(system));
    },
  );
});

describe('while it runs', () => {
  it('a taken port is said before anything is made', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(startSample({ port })).rejects.toMatchObject({
      code: 'SAMPLE_PORT_TAKEN',
      message: `Port ${port} of 127.0.0.1 is taken.`,
      hint: expect.stringContaining(String(port)),
      exitCode: 2,
    });
    taken.close();
    await expectNothingLeft([]);
  });

  it('goes on without a killed instance, and replaces it; the same with the database', async () => {
    const system = await startSample({ instances: 2 });
    try {
      const [victim] = system.instances;
      const before = victim?.pid ?? 0;
      process.kill(before, 'SIGKILL');
      for (let count = 0; count < 40; count++) expect((await fetch(`${system.baseUrl}/products/1`)).status).toBe(200);
      await expect.poll(() => system.instances[0]?.pid, { timeout: 30_000 }).not.toBe(before);
      await expect.poll(async () => (await fetch(`${victim?.url}/readyz`)).status, { timeout: 30_000 }).toBe(200);

      process.kill(system.database.pid, 'SIGKILL');
      await expect
        .poll(async () => (await fetch(`${system.baseUrl}/readyz`)).status, { timeout: 30_000, interval: 5 })
        .toBe(503);
      await expect.poll(async () => (await fetch(`${system.baseUrl}/readyz`)).status, { timeout: 30_000 }).toBe(200);
    } finally {
      await system.stop();
    }
  });

  it('drains an instance on SIGTERM without failing a request', async () => {
    const system = await startSample({ instances: 2 });
    try {
      const statuses: number[] = [];
      const before = system.instances[1]?.pid ?? 0;
      const drained = { over: false };
      const load = Array.from({ length: 6 }, async () => {
        while (!drained.over) statuses.push((await fetch(`${system.baseUrl}/products?page=2`)).status);
      });
      process.kill(before, 'SIGTERM');
      await expect.poll(() => system.instances[1]?.pid, { timeout: 30_000 }).not.toBe(before);
      drained.over = true;
      await Promise.all(load);
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      expect(statuses.length).toBeGreaterThan(20);
    } finally {
      await system.stop();
    }
  });

  it('adds and removes instances under load without failing a request', async () => {
    const system = await startSample({ instances: 1 });
    const statuses: number[] = [];
    const scaled = { over: false };
    try {
      const load = Array.from({ length: 4 }, async () => {
        while (!scaled.over) statuses.push((await fetch(`${system.baseUrl}/products?page=2`)).status);
      });
      await system.scale(3);
      expect(system.instances.map(({ name }) => name)).toEqual(['shop-1', 'shop-2', 'shop-3']);
      const answered = async () => {
        const { upstreams } = (await (await fetch(`${system.balancer.url}/status`)).json()) as {
          upstreams: { requests: number }[];
        };
        return upstreams.map(({ requests }) => requests > 0);
      };
      await expect.poll(answered, { timeout: 30_000 }).toEqual([true, true, true]);
      const [, , last] = system.instances;
      await system.scale(1);
      await expect.poll(() => isRunning(last?.pid ?? 0), { timeout: 30_000 }).toBe(false);
      expect(system.instances.map(({ name }) => name)).toEqual(['shop-1']);
      scaled.over = true;
      await Promise.all(load);
      expect(statuses.filter((status) => status !== 200)).toEqual([]);
      expect(statuses.length).toBeGreaterThan(20);
    } finally {
      scaled.over = true;
      await system.stop();
    }
  }, 180_000);

  it('v2.1.0 has one more migration, ratings and recommendations', async () => {
    const schema = async (version: 'v2.0.0' | 'v2.1.0') => {
      const system = await startSample({ version, instances: 1 });
      const client = new pg.Client(system.database.url);
      await client.connect();
      const { rows } = await client.query<{ version: string }>('SELECT version FROM schema_migrations ORDER BY 1');
      await client.end();
      const product = await (await fetch(`${system.baseUrl}/api/products/1`)).json();
      const page = await (await fetch(`${system.baseUrl}/products/1`)).text();
      await system.stop();
      return { applied: rows.map((row) => row.version), product, page };
    };
    const [old, next] = await Promise.all([schema('v2.0.0'), schema('v2.1.0')]);
    expect(old.applied).toEqual(['001_catalogue', '002_accounts', '003_orders']);
    expect(next.applied).toEqual([...old.applied, '004_recommendations']);
    expect(old.product).not.toHaveProperty('recommendations');
    expect(next.product).toMatchObject({ recommendations: [11, 21, 31, 41], rating: expect.any(Number) });
    expect(old.page).not.toContain('You may also like');
    expect(next.page).toContain('You may also like');
  });
});

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' }));
}
