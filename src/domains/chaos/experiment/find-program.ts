import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The file that a shell would run for this name, `~` being the home folder; null: there is none that may be run. */
export function findProgram(name: string, searchPath: string | undefined): string | null {
  const expanded = name.replace(/^~(?=\/|$)/, homedir());
  if (expanded.includes('/')) return runnable(expanded) ? expanded : null;
  const folders = (searchPath ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, expanded)).find(runnable) ?? null;
}

function runnable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
