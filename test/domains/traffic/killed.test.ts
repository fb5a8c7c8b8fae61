import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importTraffic } from '../../../src/domains/traffic/import/import.ts';

const shakedown = join(import.meta.dirname, '../../../bin/shakedown.mjs');
let folder: string;
let log: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-killed-'));
  await mkdir(join(folder, 'tmp'));
  log = join(folder, 'access.log');
  const file = createWriteStream(log);
  // Times go back and forth, so that runs are spilled; the name is what must not stay anywhere.
  for (let i = 0; i < 220_000; i++) {
    const at = new Date(Date.UTC(2026, 0, 5) + ((i * 7919) % 220_000) * 100).toUTCString();
    const stamp = `${at.slice(5, 16).replaceAll(' ', '/')}:${at.slice(17, 25)} +0000`;
    file.write(
      `10.0.${(i >> 8) & 255}.${i & 255} - - [${stamp}] "GET /users/hildegunde-${i} HTTP/1.1" 200 5 "-" "Browser/1.0"\n`,
    );
  }
  file.end();
  await finished(file);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is in the temporary folder, but for the compiler's own files in a clone. */
const leftBehind = async () => (await readdir(join(folder, 'tmp'))).filter((name) => !name.startsWith('tsx-'));

/** Starts a command and kills it once `isInside` says so of its open files. */
async function killed(args: string[], isInside: (open: string[]) => boolean): Promise<void> {
  const child = spawn(process.execPath, [shakedown, ...args], {
    env: { ...process.env, TMPDIR: join(folder, 'tmp') },
    stdio: 'ignore',
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
  for (;;) {
    if (child.exitCode !== null) throw new Error('it ended before it could be killed');
    const names = await readdir(`/proc/${child.pid}/fd`).catch(() => []);
    const open = await Promise.all(names.map((name) => readlink(`/proc/${child.pid}/fd/${name}`).catch(() => '')));
    if (isInside(open)) break;
    await pause(2);
  }
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}

// Which files a process has open is in /proc only.
it.skipIf(process.platform !== 'linux')(
  'a killed import leaves nothing in the temporary folder, and its parts go with the next',
  async () => {
    const out = join(folder, 'raw');
    await killed(['traffic', 'import', log, '--out', out], (open) =>
      open.some((file) => /\.shakedown-.* \(deleted\)$/.test(file)),
    );
    expect(await leftBehind()).toEqual([]);

    await killed(['traffic', 'import', log, '--out', out], (open) => open.some((file) => file.endsWith('.part')));
    expect(await leftBehind()).toEqual([]);
    expect(await readdir(out)).toEqual(['sessions-00000.ndjson.gz.part']);

    const small = join(folder, 'small.log');
    await writeFile(small, '10.0.0.1 - - [05/Jan/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5\n');
    await importTraffic({ files: [small], out, tempFolder: join(folder, 'tmp') });
    expect((await readdir(out)).sort()).toEqual(['recording.json', 'sessions-00000.ndjson.gz']);
    expect(await leftBehind()).toEqual([]);
  },
);
