import { createHash } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShakedownError } from '../model/error.ts';

const name = 'manifest.json';
const pieceBytes = 1024 * 1024;

interface ManifestFile {
  path: string;
  bytes: number;
  sha256: string;
}

export interface Manifest {
  format: 'shakedown.manifest/1';
  files: ManifestFile[];
}

export interface ManifestState {
  /** Of the manifest's own bytes; null: there is none. */
  sha256: string | null;
  files: number;
  bytes: number;
  /** What is no longer as it was, a few words each. */
  tampered: string[];
}

/** Evidence that a sign-off stands on: what was seen, and what it was judged from. */
function evidenceFiles(folder: string): string[] {
  const found: string[] = [];
  const walk = (under: string) => {
    for (const entry of readdirSync(join(folder, under), { withFileTypes: true })) {
      const path = `${under}/${entry.name}`;
      // What the runner left there on its way is no evidence; what counts was copied out of it.
      if (entry.name.startsWith('.') || entry.name === 'playwright') continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  const stateOf = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false });
  const isUnderLoad = stateOf('uat')?.isDirectory() === true;
  // Of a run under load the results hold no sign-off, and so are signed with the rest: its figures come from more than lies here.
  const tops = ['journal.ndjson', 'uat.ndjson', 'waivers.json', ...(isUnderLoad ? ['results.json'] : [])];
  for (const top of tops) if (stateOf(top)?.isFile()) found.push(top);
  for (const under of ['evidence', 'uat']) if (stateOf(under)?.isDirectory()) walk(under);
  return found.sort();
}

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

/** Writes `manifest.json`: every file of evidence with its SHA-256. */
export function writeManifest(folder: string): void {
  const files = evidenceFiles(folder).map((path): ManifestFile => ({ path, ...measured(join(folder, path)) }));
  const manifest: Manifest = { format: 'shakedown.manifest/1', files };
  writeFileSync(join(folder, name), `${JSON.stringify(manifest, null, 1)}\n`);
}

/**
 * The digest of a run's manifest, for what is to rest on its evidence.
 * @param act what is done with the run, as in `sign`
 * @param missing what is said where there is no manifest, if not that there is nothing to do this with
 * @throws ShakedownError UAT_NO_EVIDENCE, UAT_TAMPERED where the evidence is not what the run left
 */
export function intactManifest(folder: string, { act, missing }: { act: string; missing?: string }): string {
  const { sha256, tampered } = readManifestState(folder);
  if (sha256 === null) {
    const none = missing ?? `holds no evidence to ${act}: it has no manifest.json`;
    throw new ShakedownError('UAT_NO_EVIDENCE', `${folder} ${none}.`, {
      hint: `${act.charAt(0).toUpperCase()}${act.slice(1)} a run of \`shakedown uat run\`, or of \`simulate --uat\`, that has come to its end.`,
    });
  }
  if (tampered.length > 0) {
    const changes = tampered.slice(0, 3).join(', ');
    throw new ShakedownError('UAT_TAMPERED', `The evidence is not what the run left: ${changes}.`, {
      hint: `Run the scenarios again and ${act} that run.`,
    });
  }
  return sha256;
}

/** Compares the evidence with the manifest. */
export function readManifestState(folder: string): ManifestState {
  let text: Buffer;
  let manifest: Manifest;
  try {
    text = readFileSync(join(folder, name));
    manifest = JSON.parse(text.toString('utf8')) as Manifest;
    if (!Array.isArray(manifest?.files)) throw new Error('no manifest');
  } catch {
    return { sha256: null, files: 0, bytes: 0, tampered: [] };
  }
  const tampered: string[] = [];
  for (const { path, sha256 } of manifest.files) {
    try {
      if (measured(join(folder, path)).sha256 !== sha256) tampered.push(`${path} was changed`);
    } catch {
      tampered.push(`${path} is gone`);
    }
  }
  const known = new Set(manifest.files.map(({ path }) => path));
  for (const path of evidenceFiles(folder)) if (!known.has(path)) tampered.push(`${path} was added`);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return { sha256: createHash('sha256').update(text).digest('hex'), files: manifest.files.length, bytes, tampered };
}
