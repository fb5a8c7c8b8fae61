import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cacheFolder } from '../../environment/paths.ts';
import { ownFolder, type PostgresIdentity } from '../../environment/postgres/setup.ts';

const prefix = 'sample-database-';
/** A copy that nobody used for so long is of sources, or a PostgreSQL, of before. */
const keptMs = 7 * 24 * 3_600_000;
const format = 'shakedown.sample-database/1';

interface Kept {
  format: string;
  /** Of its superuser, until whoever starts a copy gives that another one. */
  password: string;
  folders: string[];
  files: string[];
  /** Of all files, in their order. */
  sha256: string;
}

/**
 * A data folder of a PostgreSQL that was shut down, kept in the cache: copying it takes a small part of the time that making it takes. It
 * gets its name when it is whole, and each copy is compared with its digest.
 */
export class PreparedDatabase {
  readonly #folder: string;

  /** @param key what its content depends on */
  constructor(key: string, env: NodeJS.ProcessEnv = process.env) {
    this.#folder = join(cacheFolder(env), `${prefix}${key}`);
  }

  /**
   * Copies it to `data`, which is not there yet.
   * @returns its superuser's password; null: there is none, or it is not as it was kept, and is removed
   */
  async copyTo(data: string, identity: PostgresIdentity): Promise<string | null> {
    let kept: Kept;
    try {
      kept = JSON.parse(readFileSync(this.#about, 'utf8'));
      if (kept.format !== format) throw new Error(`not ${format}`);
    } catch {
      this.drop();
      return null;
    }
    try {
      await ownFolder(data, identity);
      if (copyFiles(join(this.#folder, 'data'), data, kept, identity) !== kept.sha256) throw new Error('changed');
      const now = new Date();
      utimesSync(this.#about, now, now);
      return kept.password;
    } catch {
      rmSync(data, { recursive: true, force: true });
      this.drop();
      return null;
    }
  }

  /** Keeps a copy of `data`, whose server has been shut down. Where that cannot be done, the next start makes it again. */
  keep(data: string, password: string): void {
    const unfinished = `${this.#folder}.${randomBytes(6).toString('hex')}.unfinished`;
    try {
      const { folders, files } = listed(data);
      if (files.includes('postmaster.pid')) throw new Error('not shut down in order');
      mkdirSync(join(unfinished, 'data'), { recursive: true, mode: 0o700 });
      const sha256 = copyFiles(data, join(unfinished, 'data'), { folders, files }, {});
      const about: Kept = { format, password, folders, files, sha256 };
      writeFileSync(join(unfinished, 'about.json'), JSON.stringify(about), { mode: 0o600 });
      renameSync(unfinished, this.#folder);
      this.#prune();
    } catch {
      // No room, a cache that cannot be written, or another start was quicker.
      removed(unfinished);
    }
  }

  /** Removes it: it does not work. */
  drop(): void {
    removed(this.#folder);
  }

  get #about(): string {
    return join(this.#folder, 'about.json');
  }

  #prune(): void {
    const cache = dirname(this.#folder);
    for (const name of readdirSync(cache)) {
      if (!name.startsWith(prefix) || name === basename(this.#folder)) continue;
      const folder = join(cache, name);
      const used = statSync(join(folder, 'about.json'), { throwIfNoEntry: false }) ?? statSync(folder);
      if (Date.now() - used.mtimeMs > keptMs) rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** In a cache that cannot be written it stays, and is passed over each time. */
function removed(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // As above.
  }
}

function listed(data: string): Pick<Kept, 'folders' | 'files'> {
  const entries = readdirSync(data, { recursive: true, withFileTypes: true });
  const paths = (wanted: (entry: (typeof entries)[number]) => boolean) =>
    entries
      .filter(wanted)
      .map((entry) => join(entry.parentPath, entry.name).slice(data.length + 1))
      .sort();
  return { folders: paths((entry) => entry.isDirectory()), files: paths((entry) => entry.isFile()) };
}

/** At one go: whoever asks for it has nothing else to do. @returns SHA-256 of what was copied */
function copyFiles(
  from: string,
  to: string,
  { folders, files }: Pick<Kept, 'folders' | 'files'>,
  { uid, gid }: PostgresIdentity,
): string {
  const own = (path: string) => {
    if (uid !== undefined) chownSync(path, uid, gid ?? uid);
  };
  for (const folder of folders) {
    mkdirSync(join(to, folder), { mode: 0o700 });
    own(join(to, folder));
  }
  const digest = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(join(from, file));
    digest.update(`${file}\0${content.length}\0`).update(content);
    writeFileSync(join(to, file), content, { mode: 0o600 });
    own(join(to, file));
  }
  return digest.digest('hex');
}
