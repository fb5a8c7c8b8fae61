import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ShakedownError } from '../model/error.ts';
import { replaceFileSync } from './atomic-file.ts';

export const manifestName = 'manifest.json';
const name = manifestName;
const pieceBytes = 1024 * 1024;

/** A path within the folder, as this file writes it: nothing outside of it is ever read for what a manifest says. */
const pathWithin = z
  .string()
  .refine((path) => path.split('/').every((part) => part !== '' && part !== '.' && part !== '..'));

const manifestSchema = z.object({
  /** Those of version 1 hold the evidence of scenarios only, those of version 2 no hidden files and nothing under `playwright/`. */
  format: z.enum(['shakedown.manifest/1', 'shakedown.manifest/2', 'shakedown.manifest/3']),
  files: z.array(
    z.object({
      path: pathWithin,
      bytes: z.number(),
      sha256: z.string(),
      /** Of what is no file: a link has its target's name as its content; a pipe, a socket or a device has none. */
      kind: z.enum(['link', 'other']).exactOptional(),
    }),
  ),
});

type Manifest = z.infer<typeof manifestSchema>;
type Format = Manifest['format'];
type Entry = Manifest['files'][number];

const current: Format = 'shakedown.manifest/3';

export interface ManifestState {
  /** Of the manifest's own bytes; null: there is none. */
  sha256: string | null;
  files: number;
  bytes: number;
  /** What is no longer as it was, a few words each. */
  tampered: string[];
}

const report = String.raw`results\.json|badge\.svg|[^/.][^/]*\.(html|xml|md|sarif|jsonld|ics)|manifest\.json|sign-offs\.ndjson`;

/**
 * At the top of a run's folder, and no evidence: what is made from it and can be made again (results and reports), what is made of it later
 * (sign-offs), and what a process at work keeps there, with what a killed one left of these. Each holds the digest of what stands before it
 * and none of itself: the manifest those of the evidence, the results that of the manifest, a sign-off those of both.
 */
const noEvidence = new RegExp(
  `^(${report}|certificate|promotion|(lock\\.json|sign-offs\\.lock)(\\.[0-9a-f]{8})*|reserve|\\.(${report})\\.[0-9a-f]{8}\\.part)$`,
);
const noEvidenceBefore3 =
  /^(results\.json|badge\.svg|[^/]+\.(html|xml|md|sarif|jsonld)|manifest\.json|sign-offs\.ndjson|certificate|lock\.json.*|reserve|sign-offs\.lock.*)$/;

/** Every file that the run left as evidence: paths from its folder, with slashes, in order. */
function evidenceFiles(folder: string, format: Format, under = ''): string[] {
  const isTop = under === '';
  const names = readdirSync(join(folder, under), { withFileTypes: true });
  return names
    .flatMap((entry) => {
      const path = `${under}${entry.name}`;
      // Earlier versions passed over what the runner of scenarios leaves on its way. It is removed before the evidence is sealed.
      if (format !== current && (entry.name.startsWith('.') || entry.name === 'playwright')) return [];
      if (isTop && isNoEvidence(path, format)) return [];
      return entry.isDirectory() ? evidenceFiles(folder, format, `${path}/`) : [path];
    })
    .sort();
}

/** Whether something at the top of a run's folder is, or holds, evidence. */
export function isEvidence(entry: string): boolean {
  return !isNoEvidence(entry, current);
}

function isNoEvidence(path: string, format: Format): boolean {
  if (format === 'shakedown.manifest/1') return !ofVersion1.test(path);
  return (format === current ? noEvidence : noEvidenceBefore3).test(path);
}

/** What a replay leaves, which version 1 knew nothing of. */
const ofLoad = /^(plan\.json|baseline\.json|(windows|ledger)\/)/;

/** What version 2 passed over. */
const passedOver = /(^|\/)(\.[^/]*|playwright)(\/|$)/;

const ofVersion1 = /^(journal\.ndjson|uat\.ndjson|waivers\.json|evidence|uat)$/;

/** What stands at a path. Links are not followed, and pipes not opened. */
function entryOf(folder: string, path: string): Entry {
  const stat = lstatSync(join(folder, path));
  if (stat.isFile()) return { path, ...measured(join(folder, path)) };
  const content = stat.isSymbolicLink() ? readlinkSync(join(folder, path)) : '';
  const kind = stat.isSymbolicLink() ? 'link' : 'other';
  return { path, bytes: Buffer.byteLength(content), sha256: digest(content), kind };
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

/** Evidence may hold what users sent. What is written here is for its owner from the beginning; other programs leave theirs as they do. */
function closeToOthers(path: string): void {
  const stat = lstatSync(path);
  if (stat.isFile() && (stat.mode & 0o077) !== 0) chmodSync(path, stat.mode & 0o700);
}

/**
 * Writes `manifest.json`: every file of evidence with its size and SHA-256, and closes them to all but their owner. To be called when the run has ended, before its results are made.
 * Where that fails there is none.
 */
export function writeManifest(folder: string): void {
  try {
    const paths = evidenceFiles(folder, current);
    for (const path of paths) closeToOthers(join(folder, path));
    const manifest: Manifest = { format: current, files: paths.map((path) => entryOf(folder, path)) };
    replaceFileSync(join(folder, name), textOf(manifest), { durable: true });
  } catch (cause) {
    removeManifest(folder);
    throw cause;
  }
}

function textOf(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

/** Where manifests are kept that something was added to. */
const earlier = 'evidence/manifests';
/** What people add to a run that has ended. */
const addedLater = /^evidence\/(manifests|feedback|manual)\//;

/**
 * Writes the manifest of a run that people added something to, and keeps the one before, so that it can be seen that nothing but that was done.
 * @throws ShakedownError NO_MANIFEST, EVIDENCE_CHANGED where the evidence is not what the run left
 */
export function addToManifest(folder: string, about: { act: string; missing: string }, add: () => void): void {
  const before = intactManifest(folder, about);
  const kept = readFileSync(join(folder, name));
  add();
  mkdirSync(join(folder, earlier), { recursive: true });
  replaceFileSync(join(folder, earlier, `${before}.json`), kept, { mode: 0o600 });
  writeManifest(folder);
}

/** Whether the evidence is that of an earlier manifest and what people added to it since. @param sha256 of the earlier one */
export function isAddedTo(folder: string, sha256: string): boolean {
  const texts = [join(earlier, `${sha256}.json`), name].map((path) => {
    try {
      return readFileSync(join(folder, path), 'utf8');
    } catch {
      return '';
    }
  });
  const [before, after] = texts.map(parsed);
  if (before == null || after == null || digest(texts[0] ?? '') !== sha256) return false;
  const now = new Map(after.files.map((entry) => [entry.path, entry.sha256]));
  const old = new Map(before.files.map((entry) => [entry.path, entry.sha256]));
  return (
    [...old].every(([path, digestThen]) => now.get(path) === digestThen) &&
    [...now.keys()].every((path) => old.has(path) || addedLater.test(path))
  );
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
    if (!lstatSync(join(folder, name)).isFile()) return { ...none, tampered: [`${name} is no file`] };
    text = readFileSync(join(folder, name));
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ...none, tampered: isAbsent ? [] : [`${name} cannot be read`] };
  }
  const manifest = parsed(text.toString('utf8'));
  if (manifest === null) return { ...none, tampered: [`${name} is damaged`] };
  const tampered: string[] = [];
  for (const entry of manifest.files) tampered.push(...changeOf(folder, entry, manifest.format));
  const known = new Set(manifest.files.map(({ path }) => path));
  try {
    tampered.push(...beyond(folder, manifest.format, known));
    for (const path of evidenceFiles(folder, manifest.format)) if (!known.has(path)) tampered.push(`${path} was added`);
  } catch (error) {
    tampered.push(`the folder cannot be read: ${(error as Error).message}`);
  }
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  return { sha256: digest(text), files: manifest.files.length, bytes, tampered };
}

/** @returns what became of a file of the manifest, a few words; empty: it is as it was */
function changeOf(folder: string, { path, sha256, kind }: Entry, format: Format): string[] {
  try {
    const found = entryOf(folder, path);
    if (format === current && found.kind !== kind)
      return [
        `${path} was replaced by ${found.kind === 'link' ? 'a link' : found.kind === 'other' ? 'no file' : 'a file'}`,
      ];
    // Earlier versions took what a link leads to for its content.
    const now = found.kind === 'link' && format !== current ? measured(join(folder, path)) : found;
    return now.sha256 === sha256 ? [] : [`${path} was changed`];
  } catch (error) {
    const isGone = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
    return [isGone ? `${path} is gone` : `${path} cannot be read`];
  }
}

/** A manifest of an earlier version beside evidence that it does not cover shows nothing of that: nobody would see a change. */
function beyond(folder: string, format: Format, known: ReadonlySet<string>): string[] {
  if (format === current) return [];
  const isBeyond = (path: string) => (format === 'shakedown.manifest/1' ? ofLoad : passedOver).test(path);
  const [first, ...more] = evidenceFiles(folder, current).filter((path) => isBeyond(path) && !known.has(path));
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  return [`${name} is of version ${format.at(-1)}, which does not cover ${first}${others}`];
}

/** null: it is none, or not as one is written: with a key or a file twice two readers could see two things in it. */
function parsed(text: string): Manifest | null {
  try {
    const manifest = manifestSchema.parse(JSON.parse(text));
    if (new Set(manifest.files.map(({ path }) => path)).size < manifest.files.length) return null;
    if (manifest.format === 'shakedown.manifest/1') return manifest;
    // What is made from the evidence is compared with it, so a manifest that covers it was not written here.
    const isBeyond = manifest.files.some(({ path }) => !path.includes('/') && isNoEvidence(path, manifest.format));
    return isBeyond || textOf(manifest) !== text ? null : manifest;
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
    if (!lstatSync(join(folder, name)).isFile()) return false;
    return parsed(readFileSync(join(folder, name), 'utf8'))?.files.some((file) => file.path === path) === true;
  } catch {
    return false;
  }
}
