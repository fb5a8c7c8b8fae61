import { access } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';

/**
 * Name of an experiment's journal, after the experiment's file and safe as a name: `slow-database.json`. Files of other folders may be
 * called alike, so that one that is there already is left alone.
 */
export async function journalNameIn(folder: string, file: string): Promise<string> {
  const name = basename(file, extname(file))
    .replace(/[^\w-]+/g, '-')
    .slice(0, 80);
  for (let number = 1; ; number++) {
    const free = `${name || 'experiment'}${number === 1 ? '' : `-${number}`}.json`;
    const isTaken = await access(join(folder, free)).then(
      () => true,
      () => false,
    );
    if (!isTaken) return free;
  }
}
