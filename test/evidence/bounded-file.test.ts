import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBounded as later, readBoundedSync } from '../../src/evidence/bounded-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-bounded-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  ['at once', async (file: string, most: number) => readBoundedSync(file, most)],
  ['later', later],
])('a file of somebody else, read %s', (when, readBounded) => {
  it('is read whole up to its bound', async () => {
    const file = join(folder, 'at-bound');
    await writeFile(file, 'x'.repeat(1000));
    expect((await readBounded(file, 1000)).toString()).toBe('x'.repeat(1000));
    await expect(readBounded(file, 999)).rejects.toMatchObject({ kind: 'too large' });
  });

  it('is refused by its size, without being read', async () => {
    const file = join(folder, 'sparse');
    await writeFile(file, '');
    await truncate(file, 5 * 2 ** 40);
    await expect(readBounded(file, 2 ** 20)).rejects.toMatchObject({
      kind: 'too large',
      message: 'it has 5242880 MB, more than 1',
    });
  });

  it('that says no size, as those of the kernel do, is read and bounded all the same', async () => {
    if (process.platform !== 'linux') return;
    expect((await readBounded('/proc/self/status', 2 ** 20)).toString()).toContain('Name:');
    await expect(readBounded('/proc/self/status', 10)).rejects.toMatchObject({ kind: 'too large' });
  });

  it('is none where it is a folder, a pipe or a device', async () => {
    const pipe = join(folder, `pipe-${when.replace(' ', '-')}`);
    execFileSync('mkfifo', [pipe]);
    for (const path of [folder, pipe, '/dev/zero'])
      await expect(readBounded(path, 1000)).rejects.toMatchObject({ kind: 'no file' });
  });

  it('that is not there is named as such', async () => {
    await expect(readBounded(join(folder, 'none'), 10)).rejects.toMatchObject({
      kind: 'missing',
      message: 'there is no such file',
    });
  });
});
