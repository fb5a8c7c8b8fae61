import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';

const mostBytes = 64 * 1024;
const keyVariable = 'SHAKEDOWN_ANONYMIZE_KEY';

/**
 * A key that is given keeps pseudonyms the same from one recording to the next.
 * @returns undefined where neither a file nor the variable gives one
 * @throws ShakedownError ANONYMIZE_KEY
 */
export async function readKey(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return process.env[keyVariable] || undefined;
  let key: string;
  let mode: number;
  try {
    key = (await readBounded(resolve(file), mostBytes)).toString('utf8').trim();
    ({ mode } = await stat(resolve(file)));
  } catch (cause) {
    throw new ShakedownError('ANONYMIZE_KEY', `${file} cannot be read: ${(cause as Error).message}.`, {
      hint: `Name a readable file, or set ${keyVariable}.`,
      cause,
    });
  }
  // Windows has no such bits.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new ShakedownError('ANONYMIZE_KEY', `${file} can be read by others, who could then undo the pseudonyms.`, {
      hint: `Make a new key that only you can read: \`(umask 077; openssl rand -hex 32 > ${file})\`; for one that is not known, \`chmod 600 ${file}\`.`,
    });
  }
  return key;
}
