import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFileSync } from '../../evidence/atomic-file.ts';
import { ShakedownError } from '../../model/error.ts';
import { certificateFolder } from './files.ts';

/** @throws ShakedownError CERTIFICATE_EXISTS */
export function refuseExisting(folder: string): void {
  if (existsSync(join(folder, certificateFolder))) throw exists(folder);
}

/**
 * Puts all files of `certificate/` in place at once: whoever sees the folder sees all of them.
 * @throws ShakedownError CERTIFICATE_EXISTS, CERTIFICATE_NOT_WRITTEN; then nothing was changed
 */
export function put(folder: string, files: ReadonlyMap<string, string>): void {
  let part: string | null = null;
  try {
    // Beside the run: what a killed process leaves there is no part of its evidence.
    part = mkdtempSync(join(dirname(folder), '.certificate-'));
    const inner = join(part, certificateFolder);
    mkdirSync(inner);
    for (const [name, text] of files) replaceFileSync(join(inner, name), text, { durable: true });
    renameSync(inner, join(folder, certificateFolder));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') throw exists(folder);
    throw new ShakedownError(
      'CERTIFICATE_NOT_WRITTEN',
      `What was signed could not be written to ${folder}: ${message}.`,
      { hint: 'Make the folder writable or free some space, and certify again: nothing of it was kept.', cause },
    );
  } finally {
    if (part !== null) rmSync(part, { recursive: true, force: true });
  }
}

function exists(folder: string): ShakedownError {
  return new ShakedownError('CERTIFICATE_EXISTS', `Something was issued for the run in ${folder} already.`, {
    hint: 'What was issued stays as it is: `shakedown verify` looks at it. Run again and certify that run, which then replaces this one.',
  });
}
