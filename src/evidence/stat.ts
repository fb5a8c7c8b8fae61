import { lstatSync, type Stats, statSync } from 'node:fs';

const nothingCodes = new Set<unknown>(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);

/** What is at a path, through links; undefined: nothing. Where a file stands in place of a folder, `throwIfNoEntry: false` throws in Node 20. */
export function statOf(path: string): Stats | undefined {
  return orNothing(() => statSync(path));
}

/** As `statOf`, of a link itself. */
export function linkStatOf(path: string): Stats | undefined {
  return orNothing(() => lstatSync(path));
}

function orNothing(look: () => Stats): Stats | undefined {
  try {
    return look();
  } catch (error) {
    if (nothingCodes.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}
