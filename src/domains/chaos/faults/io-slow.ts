import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { missingProgram, runCommand } from '../machine/command.ts';
import { limitFault } from '../machine/limit.ts';

const schema = z.strictObject({
  /** Writing, at most. Version 1 of control groups holds back only what is written past the page cache, such as a synced log. */
  bytesPerSecond: z.int().min(100_000),
  /** Names the device: the one that this folder is on. Default: the temporary folder. The proof writes a file of its own here. */
  folder: z.string().min(1).optional(),
});

/** Proof: how fast something else in the same group may write past the page cache. */
export const ioSlow = limitFault({
  name: 'io-slow',
  title: 'Storage slowed down',
  layer: 'storage',
  schema,
  controller: 'blkio',
  words: ({ bytesPerSecond, folder }) =>
    `writes at most ${bytesPerSecond / 1e6} MB/s to the device of ${folder ?? tmpdir()}`,
  async lacks({ folder }, { path, version }) {
    const missing = missingProgram({ dd: 'coreutils' });
    if (missing !== null) return missing;
    const file = version === 2 ? 'io.stat' : 'blkio.throttle.write_bps_device';
    const has = await readFile(join(path, file), 'utf8').then(
      () => true,
      () => false,
    );
    if (!has)
      return `control group ${path} cannot slow storage down (no ${file}): the kernel needs CONFIG_BLK_DEV_THROTTLING`;
    const device = await deviceOf(folder ?? tmpdir());
    return device === null ? `${folder ?? tmpdir()} is on no block device: name a folder that is` : null;
  },
  async settings({ bytesPerSecond, folder }, { version }) {
    const device = (await deviceOf(folder ?? tmpdir())) ?? '0:0';
    if (version === 2) return [['io.max', `${device} wbps=${bytesPerSecond}`]];
    return [['blkio.throttle.write_bps_device', `${device} ${bytesPerSecond}`]];
  },
  async measure(group, { bytesPerSecond, folder }) {
    const blockBytes = 50_000 - (50_000 % 4096);
    const blocks = Math.max(8, Math.ceil((bytesPerSecond * 0.8) / blockBytes));
    const file = join(folder ?? tmpdir(), `.shakedown-io-slow-${process.pid}`);
    const write = `echo $$ > "$0/cgroup.procs" && exec dd if=/dev/zero of="$1" bs=${blockBytes} count=${blocks} oflag=direct`;
    const start = performance.now();
    const end = await runCommand(['/bin/sh', '-c', write, group, file], 10_000);
    const perSecond = ((blocks * blockBytes) / (performance.now() - start)) * 1000;
    await rm(file, { force: true });
    return [
      {
        what: 'written past the page cache in its group',
        expected: `at most ${bytesPerSecond / 1e6} MB/s + 15 %`,
        measured: end.code === 0 ? `${(perSecond / 1e6).toFixed(2)} MB/s` : end.stderr,
        held: end.code === 0 && perSecond <= bytesPerSecond * 1.15,
      },
    ];
  },
});

/** `254:0`: of the whole disk, as partitions have no limits. Null: no block device. */
async function deviceOf(folder: string): Promise<string | null> {
  const { dev } = await stat(folder);
  const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
  const place = await realpath(`/sys/dev/block/${major}:${minor}`).catch(() => null);
  if (place === null) return null;
  const isPartition = await stat(join(place, 'partition')).then(
    () => true,
    () => false,
  );
  return (await readFile(join(isPartition ? dirname(place) : place, 'dev'), 'utf8')).trim();
}
