import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from '../environment/paths.ts';
import { statOf } from '../evidence/stat.ts';
import { exitCodes, ShakedownError } from '../model/error.ts';
import type { SigningTrust } from '../model/sign-off.ts';

const longestMs = 30_000;
const mostOutput = 10_000;

interface Ended {
  /** null: it was killed, or could not be started. */
  code: number | null;
  said: string;
}

/** Absolute path of OpenSSH's `ssh-keygen`; null: it is not there. */
function sshKeygen(): string | null {
  return onPath('ssh-keygen')[0] ?? null;
}

/**
 * Signs a text with a person's key: a private one, or a public one whose private half an agent holds.
 * @param isPerson somebody sits at the terminal, whom `ssh-keygen` may ask for the passphrase; else it never asks, and never waits
 * @returns the signature in its armour
 * @throws ShakedownError SSH_KEYGEN_MISSING, SIGN_KEY
 */
export async function signText(
  text: string,
  { key, namespace, isPerson }: { key: string; namespace: string; isPerson: boolean },
): Promise<string> {
  const program = sshKeygen();
  if (program === null)
    throw new ShakedownError('SSH_KEYGEN_MISSING', 'Nothing can be signed: there is no ssh-keygen on PATH.', {
      hint: 'Install OpenSSH’s client (Debian: openssh-client). Without --key the sign-off is asserted only.',
      exitCode: exitCodes.missingProgram,
    });
  // A pipe would be waited for.
  if (statOf(key)?.isFile() === false) throw notSigned(key, 'it is no file', isPerson);
  return withFolder(async (folder) => {
    const message = join(folder, 'statement');
    writeFileSync(message, text, { mode: 0o600 });
    const { code, said } = await run(program, ['-Y', 'sign', '-f', key, '-n', namespace, message], { isPerson });
    if (code !== 0) throw notSigned(key, said, isPerson);
    return readFileSync(`${message}.sig`, 'utf8');
  });
}

function notSigned(key: string, said: string, isPerson: boolean): ShakedownError {
  const isLocked = /passphrase/i.test(said);
  const why = isLocked
    ? 'it has a passphrase, and it was not given'
    : /UNPROTECTED PRIVATE KEY/.test(said)
      ? 'others may read its file; `chmod 600` closes it'
      : (said.split('\n').find((line) => line.trim() !== '') ?? 'ssh-keygen refuses it');
  return new ShakedownError('SIGN_KEY', `The key ${key} cannot sign: ${why}.`, {
    hint:
      isLocked && !isPerson
        ? 'Sign at a terminal, or load the key into ssh-agent and name its public half: --key <key>.pub.'
        : 'Name a private key of yours, or a public one that ssh-agent holds.',
  });
}

/**
 * Whether a signature is one on this text, whosoever.
 * @returns what is wrong with it; null: nothing; undefined: it could not be looked at, for there is no `ssh-keygen`
 */
export async function checkSignature(
  text: string,
  signature: string,
  namespace: string,
): Promise<string | null | undefined> {
  const program = sshKeygen();
  if (program === null) return undefined;
  return withSignature(signature, async (file) => {
    const { code } = await run(program, ['-Y', 'check-novalidate', '-n', namespace, '-s', file], { input: text });
    if (code === null) return undefined;
    return code === 0 ? null : 'its signature is not one on what it says';
  });
}

/**
 * Whether a signature is one of this person's on this text, by the allowed signers as they were at that time.
 * @param at ISO 8601
 * @returns what is wrong with it; null: nothing; undefined: it could not be looked at
 */
export async function verifySignature(
  text: string,
  signature: string,
  { person, at, trust }: { person: string; at: string; trust: SigningTrust },
): Promise<string | null | undefined> {
  const program = sshKeygen();
  if (program === null) return undefined;
  const { allowedSigners, namespace } = trust;
  return withSignature(signature, async (file) => {
    const about = ['-f', allowedSigners, '-I', person, '-n', namespace, '-s', file];
    const { code, said } = await run(program, ['-Y', 'verify', ...about, `-Overify-time=${localTime(at)}`], {
      input: text,
    });
    if (code === null) return undefined;
    return code === 0 ? null : reason(said);
  });
}

/** Of what `ssh-keygen` says, what concerns the reader. */
function reason(said: string): string {
  if (/has expired|not yet valid/i.test(said)) return 'its key was not valid at that time';
  if (/namespace/i.test(said)) return 'its key may not be used for this';
  if (/incorrect signature/i.test(said)) return 'its signature is not one on what it says';
  return 'its key is not this person’s by the allowed signers';
}

/** As `-Overify-time` reads it in every version: in the zone of the system. */
function localTime(at: string): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${String(time.getFullYear()).padStart(4, '0')}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${day}${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}

function withSignature<T>(signature: string, use: (file: string) => Promise<T>): Promise<T> {
  return withFolder((folder) => {
    const file = join(folder, 'signature');
    writeFileSync(file, signature, { mode: 0o600 });
    return use(file);
  });
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-sign-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs it to its end. Where nobody sits at a terminal it has none that it could ask at, and its time is bounded. */
function run(
  program: string,
  args: readonly string[],
  { input, isPerson = false }: { input?: string; isPerson?: boolean },
): Promise<Ended> {
  return withFolder(async (folder) => {
    const file = join(folder, 'input');
    writeFileSync(file, input ?? '', { mode: 0o600 });
    const stdin = openSync(file, 'r');
    try {
      return await new Promise<Ended>((resolve) => {
        let said = '';
        const child = spawn(program, args, {
          // A text comes from a file: a pipe that is closed too early would be an error of ours.
          stdio: [isPerson ? 'inherit' : stdin, 'pipe', isPerson ? 'inherit' : 'pipe'],
          detached: !isPerson,
          env: { ...process.env, LC_ALL: 'C', ...(isPerson ? {} : { SSH_ASKPASS_REQUIRE: 'never', DISPLAY: '' }) },
        });
        const timer = isPerson ? null : setTimeout(() => child.kill('SIGKILL'), longestMs);
        for (const stream of [child.stdout, child.stderr]) {
          stream?.setEncoding('utf8').on('data', (text: string) => {
            said = (said + text).slice(0, mostOutput);
          });
        }
        const settle = (code: number | null) => {
          if (timer !== null) clearTimeout(timer);
          resolve({ code, said });
        };
        child.on('error', () => settle(null));
        child.on('close', settle);
      });
    } finally {
      closeSync(stdin);
    }
  });
}
