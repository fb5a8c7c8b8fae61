import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostLock } from '../../../../src/domains/stage/lock/host.ts';
import { leaseLock } from '../../../../src/domains/stage/lock/lease.ts';
import { type EnvironmentLock, environmentKey } from '../../../../src/domains/stage/lock/lock.ts';
import { postgresLock } from '../../../../src/domains/stage/lock/postgres.ts';
import { type Databases, query, startDatabases } from '../../data/databases.ts';

const key = environmentKey('staging', 'https://staging.shop.example');
const other = environmentKey('staging', 'https://other.shop.example');

let folder: string;
const held: EnvironmentLock[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'));
});
afterEach(async () => {
  for (const lock of held.splice(0)) await lock.release();
  rmSync(folder, { recursive: true, force: true });
});

async function keep(taking: Promise<EnvironmentLock>): Promise<EnvironmentLock> {
  const lock = await taking;
  held.push(lock);
  return lock;
}

describe('the lock of this machine', () => {
  const take = (of = key) => keep(hostLock(of, 'staging', { XDG_CACHE_HOME: folder }));
  it('keeps a second stage out of the environment until it is given back, and none out of another', async () => {
    const first = await take();
    await expect(take()).rejects.toThrow(/Another stage is at work in the environment staging: process \d+/);
    await take(other);
    await first.release();
    await take();
  });
  it('says where it cannot be taken', async () => {
    writeFileSync(join(folder, 'shakedown'), '');
    await expect(take()).rejects.toThrow(/cannot be locked by a file of this machine/);
  });
});

describe('the lock of a database', () => {
  let databases: Databases;
  let url: string;
  beforeAll(async () => {
    databases = await startDatabases();
    url = await databases.make('stages');
  });
  afterAll(() => databases.stop());
  it('is one session’s, is free when that is gone, and is known to be lost', async () => {
    const first = await keep(postgresLock(url, key, 'staging'));
    await expect(postgresLock(url, key, 'staging')).rejects.toThrow(
      /Another stage is at work .*: .*session.*, since 20/,
    );
    await keep(postgresLock(url, other, 'staging'));
    const lost = new Promise((resolve) => {
      first.lost.addEventListener('abort', () => resolve(first.lost.reason), { once: true });
    });
    await query(url, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted");
    expect(await lost).toMatch(/^The advisory lock of PostgreSQL was lost: /);
    const second = await keep(postgresLock(url, key, 'staging'));
    await second.release();
    expect(second.lost.aborted).toBe(false);
    await keep(postgresLock(url, key, 'staging'));
  });
  it('says where it cannot be taken, and no password', async () => {
    await expect(postgresLock('', key, 'staging')).rejects.toThrow(/urlEnv is empty/);
    const error = await postgresLock('postgres://me:hunter2@127.0.0.1:1/x', key, 'staging').catch(
      (cause: Error) => cause,
    );
    expect(String(error)).toMatch(/cannot be locked by PostgreSQL: /);
    expect(JSON.stringify(error) + String(error)).not.toMatch(/hunter2/);
  });
});

describe('the Lease of a cluster', () => {
  const kubectl = fileURLToPath(new URL('./kubectl.mjs', import.meta.url));
  const place = { context: null, namespace: null, name: 'shakedown-stage' };
  const take = () => keep(leaseLock(place, key, 'staging', kubectl));
  const file = () => join(folder, 'lease.json');
  const lease = () => JSON.parse(readFileSync(file(), 'utf8'));
  beforeEach(() => {
    chmodSync(kubectl, 0o755);
    process.env.STAND_IN_LEASE = file();
  });
  afterEach(() => {
    delete process.env.STAND_IN_LEASE;
  });
  it('keeps a second stage out until it is given back', async () => {
    const first = await take();
    expect(lease().spec).toMatchObject({ leaseDurationSeconds: 60, renewTime: expect.stringMatching(/\.\d{6}Z$/) });
    await expect(take()).rejects.toThrow(/Another stage is at work .* whose Lease was renewed at/);
    await first.release();
    await take();
  });
  it('is taken over when its holder has been silent for longer than it lasts', async () => {
    await take();
    const renewTime = new Date(Date.now() - 61_000).toISOString();
    const before = lease();
    writeFileSync(file(), JSON.stringify({ ...before, spec: { ...before.spec, renewTime } }));
    await take();
    expect(lease().spec.holderIdentity).not.toBe(before.spec.holderIdentity);
  });
  it('stays with whoever has it by then', async () => {
    const first = await take();
    const before = lease();
    writeFileSync(file(), JSON.stringify({ ...before, spec: { ...before.spec, holderIdentity: 'another' } }));
    await first.release();
    expect(lease().spec.holderIdentity).toBe('another');
  });
  it('says where it cannot be taken', async () => {
    await expect(leaseLock(place, key, 'staging', null)).rejects.toThrow(/there is no kubectl/);
    await expect(leaseLock(place, key, 'staging', '/bin/false')).rejects.toThrow(/cannot be locked by a Lease/);
  });
});
