import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { baseBackup } from '../../../../src/domains/rehearsal/recovery/clusters/base-backup.ts';
import { Cluster } from '../../../../src/domains/rehearsal/recovery/clusters/cluster.ts';
import { manifestProblems } from '../../../../src/domains/rehearsal/recovery/clusters/manifest.ts';
import { openRoom } from '../../../../src/domains/rehearsal/recovery/clusters/room.ts';
import { recoveryRules } from '../../../../src/domains/rehearsal/recovery/recovery-rules.ts';
import { damage } from '../../../../src/domains/rehearsal/recovery/verify.ts';
import { childrenOf } from '../../../../src/environment/processes.ts';
import { withTeardown } from '../../../../src/evidence/teardown.ts';

const nothing = { binFolder: null, settings: {}, standbySettings: {} };

it('a backup is refused for whatever differs from its manifest', { timeout: 60_000 }, async () => {
  await withTeardown(async (teardown) => {
    const logs = await mkdtemp(join(tmpdir(), 'clusters-'));
    const room = await openRoom(nothing, logs, teardown);
    const cluster = await Cluster.initialised(room, 'one');
    teardown.before('remove the cluster', () => cluster.remove());
    await cluster.start();
    const backup = join(room.folder, 'backup');
    const { files } = await baseBackup(cluster, backup, false);
    expect(files).toBeGreaterThan(500);
    const problems = async () => (await manifestProblems(backup)).problems;
    expect(await problems()).toEqual([]);
    const changed = await damage(backup);
    expect(await problems()).toEqual([`${changed} has another checksum`]);
    await appendFile(join(backup, 'PG_VERSION'), 'x');
    expect(await problems()).toContain('PG_VERSION has 4 bytes in place of 3');
    await rm(join(backup, 'global/pg_control'));
    expect(await problems()).toContain('global/pg_control is missing');
    await writeFile(join(backup, 'stray'), '');
    expect(await problems()).toContain('stray is not in the manifest');
    const manifest = join(backup, 'backup_manifest');
    await writeFile(
      manifest,
      readFileSync(manifest, 'utf8').replace('"PG_VERSION", "Size": 3', '"PG_VERSION", "Size": 4'),
    );
    expect(await problems()).toContain('its manifest was changed');
    await writeFile(manifest, '{');
    expect(await problems()).toEqual(['its manifest cannot be read']);
    await rm(manifest);
    expect(await problems()).toEqual(['it has no manifest']);
  });
});

/** Processes once none comes or goes any more: those that a server starts with do not all stay. */
async function settled(processes: () => number[]): Promise<number[]> {
  for (let before = processes(); ; ) {
    await sleep(500);
    const now = processes();
    if (now.join() === before.join()) return now;
    before = now;
  }
}

it('all processes of a server are killed at once, though each has a session of its own', {
  timeout: 60_000,
}, async () => {
  await withTeardown(async (teardown) => {
    const room = await openRoom(nothing, await mkdtemp(join(tmpdir(), 'clusters-')), teardown);
    const cluster = await Cluster.initialised(room, 'one');
    teardown.before('remove the cluster', () => cluster.remove());
    await cluster.start();
    const [server] = processesWith(cluster.data);
    const all = await settled(() => childrenOf(server ?? -1));
    expect(all.length).toBeGreaterThan(4);
    expect(await cluster.lose()).toBeGreaterThan(all.length);
    // What was killed takes a moment to be gone.
    await expect.poll(() => [server ?? -1, ...all].filter((pid) => existsSync(`/proc/${pid}/exe`))).toEqual([]);
    await cluster.start();
    expect(await cluster.answers()).toBe(true);
  });
});

it('clusters end with a harness that is killed', { timeout: 60_000 }, async () => {
  const at = (path: string) => JSON.stringify(new URL(`../../../../src/${path}`, import.meta.url).href);
  const code = `
    const { openRoom } = await import(${at('domains/rehearsal/recovery/clusters/room.ts')});
    const { Cluster } = await import(${at('domains/rehearsal/recovery/clusters/cluster.ts')});
    const room = await openRoom(${JSON.stringify(nothing)}, ${JSON.stringify(await mkdtemp(join(tmpdir(), 'clusters-')))}, { before() {} });
    await (await Cluster.initialised(room, 'one')).start();
    console.log(room.folder);
    setInterval(() => {}, 1000);`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx/esm'), '--input-type=module', '--eval', code],
    { stdio: ['ignore', 'pipe', 'inherit'], cwd: fileURLToPath(new URL('../../../..', import.meta.url)) },
  );
  const [folder] = (await once(createInterface(child.stdout), 'line')) as [string];
  const running = processesWith(folder);
  expect(running.length).toBeGreaterThan(0);
  // A server ends by itself when its data is gone; one that is stopped has to be killed.
  for (const pid of running) process.kill(pid, 'SIGSTOP');
  child.kill('SIGKILL');
  await vi.waitFor(
    () => {
      expect(processesWith(folder)).toEqual([]);
      expect(existsSync(folder)).toBe(false);
    },
    { timeout: 20_000, interval: 100 },
  );
});

it('settings that connect servers, run programs or name places are refused', () => {
  const good = recoveryRules.safeParse({ settings: { wal_compression: 'lz4', 'auto_explain.log_analyze': 'off' } });
  expect(good.success).toBe(true);
  for (const name of ['primary_conninfo', 'restore_command', 'archive_command', 'listen_addresses', 'hba_file'])
    expect(recoveryRules.safeParse({ settings: { [name]: 'x' } }).success).toBe(false);
});

/** Servers whose command line has this. */
function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const command = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
      return command.includes('postgres') && command.includes(text) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}
