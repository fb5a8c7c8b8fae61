import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../../../environment/run-program.ts';
import type { RehearsalContext } from '../rehearsal.ts';
import type { Room } from './clusters/cluster.ts';
import { copyData } from './clusters/copy.ts';
import { manifestProblems } from './clusters/manifest.ts';
import type { Evidence, Of } from './evidence.ts';

type Context = RehearsalContext<Evidence>;

const verifyMs = 300_000;
const problemsAtMost = 5;

/** The backup, and as a control a copy of it in which one byte is changed. */
export async function verified(context: Context, room: Room, base: string): Promise<void> {
  const { record } = context;
  for (const each of await checkBackup(room, base)) record({ ...each, what: 'backup', changed: '' });
  const damaged = join(room.folder, 'damaged');
  await copyData(base, damaged, room.programs.identity);
  const changed = await damage(damaged);
  for (const each of await checkBackup(room, damaged)) record({ ...each, what: 'damaged', changed });
}

type Checked = Omit<Of<'verified'>, 'what' | 'changed'>;

/** By its manifest, and by pg_verifybackup where that is. The WAL is checked by the restore. */
async function checkBackup(room: Pick<Room, 'programs'>, folder: string): Promise<Checked[]> {
  const { files, problems } = await manifestProblems(folder);
  const found: Checked[] = [{ kind: 'verified', by: 'manifest', files, problems: problems.slice(0, problemsAtMost) }];
  const { verifybackup: tool, identity } = room.programs;
  if (tool === null) return found;
  const outcome = await runProgram(tool.path, ['--no-parse-wal', '--ignore=pg_wal', folder], {
    ...{ timeoutMs: verifyMs, env: tool.environment, cwd: '/', identity },
  });
  const said = outcome.kind === 'failed' ? outcome.reason : outcome.stderr.trim();
  const isGood = outcome.kind === 'ended' && outcome.code === 0;
  const lines = isGood ? [] : said.split('\n').slice(0, problemsAtMost);
  found.push({ kind: 'verified', by: 'pg_verifybackup', files, problems: lines });
  return found;
}

/** Changes one byte in the middle of the largest table file. @returns which file */
export async function damage(folder: string): Promise<string> {
  const names = (await readdir(join(folder, 'base'), { recursive: true })).map((name) => `base/${name}`);
  const sizes = await Promise.all(
    names.map(async (name) => {
      const about = await stat(join(folder, name));
      return { name, size: about.isFile() ? about.size : 0 };
    }),
  );
  const [largest] = sizes.toSorted((a, b) => b.size - a.size);
  if (largest === undefined || largest.size === 0) throw new Error('the backup has no data');
  const at = Math.floor(largest.size / 2);
  const file = await open(join(folder, largest.name), 'r+');
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
    await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at);
  } finally {
    await file.close();
  }
  return largest.name;
}
