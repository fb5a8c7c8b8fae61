import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningTrust } from '../../src/model/sign-off.ts';
import { acceptanceOf } from '../../src/signing/acceptance.ts';
import { addSignOff, type Signed, type SignRequest } from '../../src/signing/sign.ts';

/** Without OpenSSH's ssh-keygen tests are skipped on a desk, and fail where everything is meant to be checked. */
export const isWithoutSsh = spawnSync('ssh-keygen', ['-?']).error !== undefined && process.env.CI === undefined;

/** A key pair of a person. @returns path of the private key */
export function makeKey(folder: string, name: string, passphrase = ''): string {
  mkdirSync(folder, { recursive: true });
  const key = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', name, '-f', key]);
  return key;
}

/** A line of an allowed signers file. @param options such as `namespaces="shakedown"` */
export function allowed(person: string, key: string, options = 'namespaces="shakedown"'): string {
  const [type, blob] = readFileSync(`${key}.pub`, 'utf8').split(' ');
  return `${[person, options, type, blob].filter(Boolean).join(' ')}\n`;
}

/** Whose signatures count, in a file outside of any run. */
export function trusted(folder: string, lines: string, name = 'allowed_signers'): SigningTrust {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), lines);
  return { allowedSigners: join(folder, name), namespace: 'shakedown' };
}

const accepted: SignRequest = {
  role: 'product owner',
  person: 'Ann',
  decision: 'accept',
  comment: '',
  key: null,
  namespace: 'shakedown',
  trust: null,
  isPerson: false,
};

/** Signs with a key, or without one. */
export const sign = (folder: string, over: Partial<SignRequest> = {}): Promise<Signed> =>
  addSignOff(folder, { ...accepted, ...over });

/** Whether each sign-off of a run holds, oldest first. */
export async function held(folder: string, trust: SigningTrust | null = null): Promise<boolean[]> {
  return (await acceptanceOf(folder, trust)).signOffs.map(({ holds }) => holds);
}
