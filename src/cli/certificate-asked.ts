import { createHash } from 'node:crypto';
import { createReadStream, realpathSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import type { CertificateSettings } from '../model/certificate.ts';
import { ShakedownError } from '../model/error.ts';
import type { CertificateAsked } from '../run/certificate/check.ts';
import { certificateFolder } from '../run/certificate/files.ts';
import { readTrustedKey, type TrustedKey } from '../signing/pem-key.ts';

/** Options of `verify` that are about a certificate. */
export interface CertificateFlags {
  key?: string[];
  artifact?: string[];
  environment?: string;
  policy?: string;
  maxAge?: number;
  runs?: string;
  timeStampCa?: string;
}

const digestForm = /^(?:(.{1,200}?)=)?sha256:([0-9a-f]{64})$/;

/**
 * What the command line asks of a certificate; whose keys count may stand in the configuration.
 * @param run folder of the run that it is of; null: it is looked at by itself
 * @param settings the configuration's; null: it was not loaded
 * @throws ShakedownError CERTIFICATE_KEY, POLICY_NOT_FOUND, USAGE
 */
export async function certificateAsked(
  flags: CertificateFlags,
  { cwd, run, settings }: { cwd: string; run: string | null; settings: CertificateSettings | null },
): Promise<CertificateAsked> {
  if (flags.timeStampCa !== undefined) await fileSha256(flags.timeStampCa, '--time-stamp-ca', 'no file');
  const ca = flags.timeStampCa ?? settings?.timeStamp?.caFile ?? null;
  return {
    keys: trustedKeys(flags.key, settings, run),
    artifacts: flags.artifact === undefined ? null : await Promise.all(flags.artifact.map(artifactOf)),
    environment: flags.environment ?? null,
    policy: flags.policy === undefined ? null : await policyOf(flags.policy, cwd),
    maxAgeMs: flags.maxAge ?? null,
    runs: flags.runs === undefined ? null : resolve(flags.runs),
    timeStampCa: ca === null ? null : resolve(ca),
    isTimeStampAsked: flags.timeStampCa !== undefined,
  };
}

/** Folder of the runs beside which a certificate's file lies; null: it lies in no run. */
export function runsBeside(file: string): string | null {
  const folder = dirname(resolve(file));
  return basename(folder) === certificateFolder ? dirname(dirname(folder)) : null;
}

function trustedKeys(
  given: readonly string[] | undefined,
  settings: CertificateSettings | null,
  run: string | null,
): TrustedKey[] {
  const named = given?.map((file) => ({ file: resolve(file) })) ?? settings?.trustedKeys ?? [];
  return named.map(({ file, ...time }) => {
    const key = readTrustedKey(file, time);
    // Who can write to the run could have put his own there.
    if (run !== null && isWithin(realpathSync(file), realpathSync(run)))
      throw new ShakedownError('CERTIFICATE_KEY', `The key ${file} cannot be used: it lies in the run itself.`, {
        hint: 'Keep keys that count where only those may write who decide whose do, such as the repository.',
      });
    return key;
  });
}

function isWithin(file: string, folder: string): boolean {
  return relative(folder, file).split(sep)[0] !== '..';
}

async function artifactOf(given: string): Promise<{ label: string; name: string | null; sha256: string }> {
  const [, name, sha256] = digestForm.exec(given) ?? [];
  if (sha256 !== undefined) return { label: given, name: name ?? null, sha256 };
  return { label: given, name: null, sha256: await fileSha256(given, '--artifact', 'neither a digest nor a file') };
}

async function policyOf(given: string, cwd: string): Promise<{ label: string; sha256: string }> {
  const [, name, sha256] = digestForm.exec(given) ?? [];
  if (sha256 !== undefined && name === undefined) return { label: given, sha256 };
  const { policyFile } = await import('../config/policy-file.ts');
  return { label: given, sha256: await fileSha256(policyFile(given, cwd), '--policy', 'no file') };
}

/** @throws ShakedownError USAGE */
async function fileSha256(file: string, option: string, otherwise: string): Promise<string> {
  try {
    // A pipe that nobody writes to would be waited for.
    if (!statSync(file).isFile()) throw new Error('it is no file');
    const hash = createHash('sha256');
    for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
    return hash.digest('hex');
  } catch (cause) {
    throw new ShakedownError('USAGE', `${option} ${file}: ${otherwise} that can be read.`, { cause });
  }
}
