import { realpathSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import type { ResolvedConfig } from '../model/config.ts';
import { ShakedownError } from '../model/error.ts';
import type { SigningTrust } from '../model/sign-off.ts';
import { refuseUnreadable } from './sign.ts';

/**
 * Whose signatures count, as the configuration or the command line says; null: neither does.
 * @throws ShakedownError ALLOWED_SIGNERS where the file cannot be read, or lies in the run: who can write there could name himself
 */
export function trustFor(
  folder: string,
  { allowedSigners, namespace }: ResolvedConfig['signing'],
): SigningTrust | null {
  if (allowedSigners === null) return null;
  const trust = { allowedSigners, namespace };
  refuseUnreadable(trust);
  const places = [allowedSigners, realpathSync(allowedSigners)].map((path) =>
    relative(realpathSync(folder), real(path)),
  );
  if (places.some((path) => path.split(sep)[0] !== '..'))
    throw new ShakedownError('ALLOWED_SIGNERS', `The allowed signers lie in the run itself: ${allowedSigners}.`, {
      hint: 'Keep them where only those may write who decide who may sign, such as the repository.',
    });
  return trust;
}

/** Its folder without links, its own name as it is. */
function real(path: string): string {
  return `${realpathSync(dirname(path))}${sep}${path.slice(dirname(path).length).replace(/^[/\\]+/, '')}`;
}
