import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ShakedownError } from '../model/error.ts';

const name = 'manifest.json';

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
      if (entry.isDirectory() && entry.name !== 'playwright') walk(path);
      else if (entry.isFile()) found.push(path);
    }
  };
  for (const top of ['journal.ndjson', 'uat.ndjson', 'waivers.json']) {
    if (statSync(join(folder, top), { throwIfNoEntry: false })?.isFile()) found.push(top);
  }
  if (statSync(join(folder, 'evidence'), { throwIfNoEntry: false })?.isDirectory()) walk('evidence');
  return found.sort();
}

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Writes `manifest.json`: every file of evidence with its SHA-256. */
export function writeManifest(folder: string): void {
  const files = evidenceFiles(folder).map((path): ManifestFile => {
    const bytes = readFileSync(join(folder, path));
    return { path, bytes: bytes.length, sha256: digest(bytes) };
  });
  const manifest: Manifest = { format: 'shakedown.manifest/1', files };
  writeFileSync(join(folder, name), `${JSON.stringify(manifest, null, 1)}\n`);
}

/**
 * The digest of a run's manifest, for what is to rest on its evidence.
 * @param words what is done, as in `Sign a run`; and, where it is said otherwise, what is missing without a manifest
 * @throws ShakedownError UAT_NO_EVIDENCE, UAT_TAMPERED where the evidence is not what the run left
 */
export function intactManifest(folder: string, { act, missing }: { act: string; missing?: string }): string {
  const { sha256, tampered } = readManifestState(folder);
  if (sha256 === null) {
    const none = missing ?? `holds no evidence to ${act}: it has no manifest.json`;
    throw new ShakedownError('UAT_NO_EVIDENCE', `${folder} ${none}.`, {
      hint: `${act.charAt(0).toUpperCase()}${act.slice(1)} a run of \`shakedown uat run\` that has come to its end.`,
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
      if (digest(readFileSync(join(folder, path))) !== sha256) tampered.push(`${path} was changed`);
    } catch {
      tampered.push(`${path} is gone`);
    }
  }
  const known = new Set(manifest.files.map(({ path }) => path));
  for (const path of evidenceFiles(folder)) if (!known.has(path)) tampered.push(`${path} was added`);
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return { sha256: digest(text), files: manifest.files.length, bytes, tampered };
}
