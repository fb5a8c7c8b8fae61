import { randomUUID } from 'node:crypto';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ShakedownError } from '../../../model/error.ts';
import type { Fault } from '../fault.ts';
import { missingProgram, runCommand } from '../machine/command.ts';
import { proofOf } from '../proof.ts';
import { doUndoably } from '../undo.ts';

const schema = z.strictObject({
  /** Room that is left, bytes. */
  leaveBytes: z.int().min(0).default(0),
  /** Fill it though the system, the harness's own folder or temporary files are on it. */
  allowShared: z.boolean().default(false),
  /** `write` where the file system cannot reserve room: slower, and it wears the disk. */
  means: z.enum(['fallocate', 'write']).default('fallocate'),
});

const blockBytes = 1_000_000;

/** The file system that a folder is on, full. Proof: a write there that fails for want of room. */
export const diskFull: Fault<z.infer<typeof schema>, 'folder'> = {
  name: 'disk-full',
  title: 'Disk full',
  layer: 'storage',
  on: ['folder'],
  schema,
  async unavailable(_component, args) {
    return args?.means === 'write' ? null : missingProgram({ fallocate: 'util-linux' });
  },
  touches({ leaveBytes }, component) {
    return [
      `the file system of ${component.path}: all but ${leaveBytes} bytes taken by a file there, removed afterwards`,
    ];
  },
  async inject({ leaveBytes, allowShared, means }, component, { undo, noop, signal }) {
    const { path } = component;
    const shared = allowShared ? null : await sharedWith(path);
    if (shared !== null) {
      throw new ShakedownError(
        'FAULT_DISK_SHARED',
        `${path} is on the same file system as ${shared}, so it is not filled.`,
        {
          hint: 'Name a folder on a file system of its own, or give "allowShared": true.',
        },
      );
    }
    const file = join(path, `.shakedown-full-${randomUUID()}`);
    const entry = await doUndoably(
      { undo, signal },
      `make room in ${path}`,
      [{ kind: 'remove', path: file }],
      async () => {
        // A file needs room for its own record too, so it is made larger until no more goes.
        for (let take = (await freeBytes(path)) - leaveBytes; !noop && take > 0; ) {
          const why = means === 'write' ? await fill(file, take, signal) : await setAside(file, take);
          if (why === null) break;
          if (!/no space|ENOSPC/i.test(why))
            throw new ShakedownError('FAULT_DISK', `${path} could not be filled: ${why}`);
          await rm(file, { force: true });
          take -= Math.max(65_536, Math.ceil(take / 100));
        }
      },
    );
    return {
      momentary: false,
      async prove() {
        const outcome = await writeOf(path, leaveBytes + blockBytes);
        return proofOf([
          {
            what: `a write of ${leaveBytes + blockBytes} bytes`,
            expected: 'ENOSPC',
            measured: outcome,
            held: outcome === 'ENOSPC',
          },
        ]);
      },
      async still() {
        const free = await freeBytes(path);
        const expected = `less than ${leaveBytes + blockBytes} bytes`;
        return { what: 'room left', expected, measured: `${free} bytes`, held: free < leaveBytes + blockBytes };
      },
      async revert() {
        await entry.run();
      },
    };
  },
};

/** What would suffer with it; null: nothing of the system's or the harness's. */
async function sharedWith(path: string): Promise<string | null> {
  const { dev } = await stat(path);
  for (const other of ['/', process.cwd(), tmpdir()]) {
    if ((await stat(other)).dev === dev) return other;
  }
  return null;
}

/** For this user: root may use what is kept for it. */
async function freeBytes(path: string): Promise<number> {
  const { bsize, bfree, bavail } = await statfs(path);
  return bsize * (process.getuid?.() === 0 ? bfree : bavail);
}

async function setAside(file: string, bytes: number): Promise<string | null> {
  const { code, stderr } = await runCommand(['fallocate', '-l', String(bytes), file], 60_000);
  return code === 0 ? null : stderr;
}

async function fill(file: string, bytes: number, signal: AbortSignal): Promise<string | null> {
  const handle = await open(file, 'w');
  const block = Buffer.alloc(blockBytes, 1);
  try {
    for (let left = bytes; left > 0; left -= block.length) {
      signal.throwIfAborted();
      await handle.write(block, 0, Math.min(left, block.length));
    }
    await handle.sync();
    return null;
  } catch (error) {
    // What went in stays: it is what had room.
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return null;
    throw error;
  } finally {
    await handle.close();
  }
}

/** `ENOSPC`, another error's code, or `done`. The file is gone afterwards. */
async function writeOf(path: string, bytes: number): Promise<string> {
  const file = join(path, `.shakedown-probe-${randomUUID()}`);
  try {
    const handle = await open(file, 'wx');
    try {
      const block = Buffer.alloc(Math.min(bytes, blockBytes), 1);
      for (let left = bytes; left > 0; )
        left -= (await handle.write(block, 0, Math.min(left, block.length))).bytesWritten;
      await handle.sync();
      return 'done';
    } finally {
      await handle.close();
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'failed';
  } finally {
    await rm(file, { force: true });
  }
}
