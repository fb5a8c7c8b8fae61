import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEvidence } from '../../../evidence/manifest.ts';
import { ShakedownError } from '../../../model/error.ts';

/** One file of the package. */
export interface PackageEntry {
  /** Within it, with slashes: `runs/2026-11-29T0900-7f3a/index.html`. */
  readonly path: string;
  readonly bytes: Buffer;
}

const bytesAtMost = 200_000_000;
const pathBytesAtMost = 240;
/** What a run's folder holds for a moment only. */
const passing = /^(lock\.json|sign-offs\.lock|reserve)|^\.|\.part$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unsafe = /[\u0000-\u001f\u007f\\:*?"<>|]/;
/** What this package itself is made into. */
const made = new Set(['promotion', 'package']);

/**
 * What a promotion run has: reports, records of people's decisions, its certificate, and its evidence.
 * @param folder of the run
 * @param withEvidence false: reports, manifest, decisions and certificate only
 * @throws ShakedownError PACKAGE_PATH for what is no plain file under a plain name
 */
export function entriesOf(folder: string, withEvidence: boolean): PackageEntry[] {
  const entries: PackageEntry[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (passing.test(name) || made.has(name)) continue;
    if (!withEvidence && isEvidence(name)) continue;
    addTo(entries, folder, name);
  }
  return entries;
}

/** Reports and decisions of another run, without its evidence, which may hold what users sent. */
export function reportsOf(folder: string, under: string): PackageEntry[] {
  const entries: PackageEntry[] = [];
  for (const name of readdirSync(folder).sort()) {
    if (passing.test(name) || made.has(name) || isEvidence(name)) continue;
    if (lstatSync(join(folder, name)).isFile()) addTo(entries, folder, name);
  }
  return entries.map(({ path, bytes }) => ({ path: `${under}/${path}`, bytes }));
}

function addTo(entries: PackageEntry[], folder: string, path: string): void {
  const at = join(folder, path);
  const stat = lstatSync(at);
  if (stat.isDirectory()) {
    for (const name of readdirSync(at).sort()) addTo(entries, folder, `${path}/${name}`);
    return;
  }
  // A link would bring in what lies elsewhere; a pipe would be waited for.
  if (!stat.isFile()) throw wrongPath(path, 'is no plain file');
  const total = entries.reduce((sum, each) => sum + each.bytes.length, 0);
  if (total + stat.size > bytesAtMost)
    throw new ShakedownError('PACKAGE_SIZE', `The package would hold more than ${bytesAtMost / 1_000_000} MB.`, {
      hint: 'Set promotion.package.evidence to false; the evidence stays in the folder of the run.',
    });
  entries.push({ path, bytes: readFileSync(at) });
}

/**
 * Refuses what would be unpacked elsewhere than it should, or over another file where names in capitals are the same.
 * @throws ShakedownError PACKAGE_PATH
 */
export function checkPaths(entries: readonly Pick<PackageEntry, 'path'>[]): void {
  const seen = new Set<string>();
  for (const { path } of entries) {
    const parts = path.split('/');
    if (unsafe.test(path) || parts.some((part) => ['', '.', '..'].includes(part) || /[. ]$/.test(part)))
      throw wrongPath(path, 'is a name that not every system can unpack where it belongs');
    if (Buffer.byteLength(path) > pathBytesAtMost) throw wrongPath(path, `is longer than ${pathBytesAtMost} bytes`);
    const same = path.normalize('NFC').toLowerCase();
    if (seen.has(same)) throw wrongPath(path, 'is there twice');
    seen.add(same);
  }
}

function wrongPath(path: string, why: string): ShakedownError {
  return new ShakedownError('PACKAGE_PATH', `${JSON.stringify(path.slice(0, 200))} in the folder of the run ${why}.`, {
    hint: 'Nothing was packed. Remove it, if it is not of the run, and promote again.',
  });
}
