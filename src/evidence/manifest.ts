import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ShakedownError } from '../model/error.ts';
import { replaceFileSync } from './atomic-file.ts';

const name = 'manifest.json';
const pieceBytes = 1024 * 1024;

const manifestSchema = z.object({
  /** Those of version 1 hold the evidence of scenarios only. */
  format: z.enum(['shakedown.manifest/1', 'shakedown.manifest/2']),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
});

export interface ManifestState {
  /** Of the manifest's own bytes; null: there is none. */
  sha256: string | null;
  files: number;
  bytes: number;
  /** What is no longer as it was, a few words each. */
  tampered: string[];
}

/**
 * At the top of a run's folder, and no evidence: what is made from it and can be made again (results and reports), what is made of it later
 * (sign-offs), and what a run at work keeps there. Each holds the digest of what stands before it and none of itself: the manifest those of
 * the evidence, the results that of the manifest, a sign-off those of both.
 */
const noEvidence =
  /^(results\.json|[^/]+\.(html|xml|md|sarif|jsonld)|manifest\.json|sign-offs\.ndjson|certificate|lock\.json.*|reserve)$/;

/** Every file that the run left as evidence: paths from its folder, with slashes, in order. */
function evidenceFiles(folder: string, format: string, under = ''): string[] {
  const isTop = under === '';
  const names = readdirSync(join(folder, under), { withFileTypes: true });
  return names
    .flatMap((entry) => {
      const path = `${under}${entry.name}`;
      // What the runner of scenarios left there on its way is no evidence; what counts was copied out of it.
      if (entry.name.startsWith('.') || entry.name === 'playwright') return [];
      if (isTop && (format === 'shakedown.manifest/1' ? !ofVersion1.test(path) : noEvidence.test(path))) return [];
      return entry.isDirectory() ? evidenceFiles(folder, format, `${path}/`) : [path];
    })
    .sort();
}

const ofVersion1 = /^(journal\.ndjson|uat\.ndjson|waivers\.json|evidence|uat)$/;

/** Piece by piece: the journal of a day is large. */
function measured(path: string): { bytes: number; sha256: string } {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(pieceBytes);
  const file = openSync(path, 'r');
  let bytes = 0;
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      hash.update(piece.subarray(0, read));
      bytes += read;
    }
  } finally {
    closeSync(file);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Writes `manifest.json`: every file of evidence with its size and SHA-256. To be called when the run has ended, before its results are made.
 * Where that fails there is none.
 */
export function writeManifest(folder: string): void {
  const format = 'shakedown.manifest/2';
  try {
    const files = evidenceFiles(folder, format).map((path) => ({ path, ...measured(join(folder, path)) }));
    const manifest: z.infer<typeof manifestSchema> = { format, files };
    replaceFileSync(join(folder, name), `${JSON.stringify(manifest, null, 1)}\n`, { durable: true });
  } catch (cause) {
    removeManifest(folder);
    throw cause;
  }
}

/** A run goes on: its evidence is no longer what it was, and sign-offs on that hold no more. */
export function removeManifest(folder: string): void {
  rmSync(join(folder, name), { force: true });
}

/**
 * The digest of a run's manifest, for what is to rest on its evidence.
 * @param act what is done with the run, as in `sign`
 * @param missing what is said where there is no manifest, if not that there is nothing to do this with
 * @throws ShakedownError NO_MANIFEST, EVIDENCE_CHANGED where the evidence is not what the run left
 */
export function intactManifest(folder: string, { act, missing }: { act: string; missing?: string }): string {
  const { sha256, tampered } = readManifestState(folder);
  if (tampered.length > 0) {
    const changes = tampered.slice(0, 3).join(', ');
    throw new ShakedownError('EVIDENCE_CHANGED', `The evidence was changed after the run: ${changes}.`, {
      hint: `Run it again and ${act} that run.`,
    });
  }
  if (sha256 === null) {
    const none = missing ?? `holds no evidence to ${act}: it has no manifest.json`;
    throw new ShakedownError('NO_MANIFEST', `${folder} ${none}.`, {
      hint: `${act.charAt(0).toUpperCase()}${act.slice(1)} a run that has finished.`,
    });
  }
  return sha256;
}

/** Compares the evidence with the manifest. */
export function readManifestState(folder: string): ManifestState {
  const none = { sha256: null, files: 0, bytes: 0 };
  let text: Buffer;
  try {
    text = readFileSync(join(folder, name));
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ...none, tampered: isAbsent ? [] : [`${name} cannot be read`] };
  }
  const manifest = parsed(text.toString('utf8'));
  if (manifest === null) return { ...none, tampered: [`${name} is damaged`] };
  const tampered: string[] = [];
  for (const { path, sha256 } of manifest.files) {
    try {
      if (measured(join(folder, path)).sha256 !== sha256) tampered.push(`${path} was changed`);
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      tampered.push(isGone ? `${path} is gone` : `${path} cannot be read`);
    }
  }
  const known = new Set(manifest.files.map(({ path }) => path));
  try {
    for (const path of evidenceFiles(folder, manifest.format)) if (!known.has(path)) tampered.push(`${path} was added`);
  } catch (error) {
    tampered.push(`the folder cannot be read: ${(error as Error).message}`);
  }
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return { sha256: digest(text), files: manifest.files.length, bytes, tampered };
}

function parsed(text: string): z.infer<typeof manifestSchema> | null {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** SHA-256, in hexadecimal digits. */
export function digest(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether the manifest covers a file: what it covers is evidence, and is not written again. */
export function isCovered(folder: string, path: string): boolean {
  try {
    return parsed(readFileSync(join(folder, name), 'utf8'))?.files.some((file) => file.path === path) === true;
  } catch {
    return false;
  }
}
