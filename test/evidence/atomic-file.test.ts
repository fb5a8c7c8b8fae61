import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { removeParts, replaceFile, replaceFileBy, replaceFileSync } from '../../src/evidence/atomic-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-atomic-'));
  file = join(folder, 'a.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ways: [string, (path: string, text: string, beforeRename?: () => void) => Promise<void>][] = [
  ['replaceFile', (path, text, beforeRename) => replaceFile(path, text, { ...(beforeRename && { beforeRename }) })],
  [
    'replaceFileSync',
    async (path, text, beforeRename) => replaceFileSync(path, text, { ...(beforeRename && { beforeRename }) }),
  ],
  [
    'replaceFileBy',
    (path, text, beforeRename) =>
      replaceFileBy(path, async (part) => {
        writeFileSync(part, text);
        beforeRename?.();
      }),
  ],
];

describe.each(ways)('%s', (_, put) => {
  it('puts it there whole: until its name is right, what was there before stays', async () => {
    await put(file, 'before');
    await put(file, 'after', () => {
      expect(readFileSync(file, 'utf8')).toBe('before');
      expect(readdirSync(folder)).toHaveLength(2);
    });
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('leaves nothing where that fails', async () => {
    await put(file, 'before');
    const failing = put(file, 'after', () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    mkdirSync(join(folder, 'taken', 'inside'), { recursive: true });
    await expect(put(join(folder, 'taken'), 'x')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(readdirSync(folder).sort()).toEqual(['a.json', 'taken']);
    expect(readFileSync(file, 'utf8')).toBe('before');
  });
});

test('what killed processes left of a file goes, and of no other', () => {
  for (const name of ['.a.json.1f.part', '.b.json.1f.part', 'a.json', 'a.json.part'])
    writeFileSync(join(folder, name), '');
  removeParts(file);
  expect(readdirSync(folder).sort()).toEqual(['.b.json.1f.part', 'a.json', 'a.json.part']);
});

test('is for this user alone where that is asked for', async () => {
  await replaceFile(file, 'x', { mode: 0o600, durable: true });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test.skipIf(!existsSync('/proc/self/fd'))('leaves no file open', async () => {
  const open = () =>
    readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)].filter((target) => target.startsWith(folder));
      } catch {
        return [];
      }
    });
  replaceFileSync(file, 'x', { durable: true });
  await replaceFile(file, 'y', { durable: true });
  expect(open()).toEqual([]);
});
