import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFull } from '../../../../src/domains/chaos/faults/disk-full.ts';
import { look } from './still.ts';
import { listInMemory, take } from './undo-steps.ts';

let path: string;
let mounted = false;
const component = () => ({ kind: 'folder', name: 'uploads', path }) as const;
const context = (undo = listInMemory()) => ({ undo, signal: AbortSignal.timeout(15_000), noop: false });

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'shakedown-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'shakedown-test', path], { stdio: 'pipe' });
    mounted = true;
  } catch {
    mounted = false;
  }
});
afterEach(() => {
  if (mounted) execFileSync('umount', [path]);
  rmSync(path, { recursive: true });
});

describe.skipIf(process.getuid?.() !== 0)('on a file system of its own (needs root to mount one)', () => {
  for (const means of ['fallocate', 'write'] as const) {
    it(`fills it by ${means} but for what is to be left, and empties it again`, async () => {
      const undo = listInMemory();
      const free = statfsSync(path).bavail;
      const args = diskFull.schema.parse({ leaveBytes: 1_000_000, means });
      const active = await diskFull.inject(args, component(), context(undo));
      writeFileSync(join(path, 'small'), Buffer.alloc(500_000));
      expect(await active.prove()).toMatchObject({ seen: true, checks: [{ measured: 'ENOSPC' }] });
      rmSync(join(path, 'small'));
      expect(await look(active)).toMatchObject({ what: 'room left', held: true });
      await active.revert();
      await active.revert();
      expect(readdirSync(path)).toEqual([]);
      expect(statfsSync(path).bavail).toBe(free);
      expect(undo.left()).toEqual([]);
      expect((await active.prove()).seen).toBe(false);
    });
  }

  it('is seen to be gone where somebody made room', async () => {
    const active = await diskFull.inject(diskFull.schema.parse({}), component(), context());
    expect((await look(active)).held).toBe(true);
    for (const name of readdirSync(path)) rmSync(join(path, name));
    expect(await look(active)).toMatchObject({
      held: false,
      measured: `${statfsSync(path).bfree * statfsSync(path).bsize} bytes`,
    });
    await active.revert();
  });

  it('is undone by the steps on the list alone', async () => {
    const undo = listInMemory();
    await diskFull.inject(diskFull.schema.parse({}), component(), context(undo));
    expect(readdirSync(path)).toHaveLength(1);
    for (const { steps } of undo.added) for (const step of [...steps, ...steps]) await take(step);
    expect(readdirSync(path)).toEqual([]);
  });
});

it('refuses the file system that the harness or the system is on', async () => {
  const undo = listInMemory();
  const here = { kind: 'folder', name: 'here', path: process.cwd() } as const;
  await expect(diskFull.inject(diskFull.schema.parse({}), here, context(undo))).rejects.toMatchObject({
    code: 'FAULT_DISK_SHARED',
    hint: expect.stringContaining('allowShared'),
  });
  expect(undo.added).toEqual([]);
});
