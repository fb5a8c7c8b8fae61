import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ShakedownError } from '../model/error.ts';
import { configFileNames } from './file-names.ts';

/**
 * The configuration file that counts; null: there is none.
 * @param given path that the command line names, relative to `cwd`
 * @throws ShakedownError CONFIG_NOT_FOUND, CONFIG_AMBIGUOUS
 */
export function findFile(cwd: string, given: string | undefined): string | null {
  if (given !== undefined) {
    const file = resolve(cwd, given);
    if (existsSync(file)) return file;
    throw new ShakedownError('CONFIG_NOT_FOUND', `No configuration at ${file}.`, {
      hint: 'Name an existing file with --config, or make one with `shakedown init`.',
    });
  }
  const found = configFileNames.filter((name) => existsSync(join(cwd, name)));
  const [first] = found;
  if (found.length > 1) {
    throw new ShakedownError('CONFIG_AMBIGUOUS', `${resolve(cwd)} holds ${found.join(' and ')}.`, {
      hint: 'Keep one of them, or name one with --config.',
    });
  }
  return first === undefined ? null : resolve(cwd, first);
}
