import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownSources } from '../environment/own-files.ts';
import type { SampleVersion } from '../model/sample-system.ts';
import type { SampleDefects } from './defects.ts';

const folder = ownSources('.', import.meta.url);

/**
 * What the sample system is made of, as a digest: its sources, the version that they are run as, and the defects planted in it, which make it
 * another candidate. @returns `sha256:…`
 */
export function sampleDigest(version: SampleVersion, defects: SampleDefects): string {
  const hash = createHash('sha256');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length))
    .sort();
  for (const name of names)
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(folder, name)))
      .update('\0');
  const planted = Object.entries(defects).sort(([a], [b]) => (a < b ? -1 : 1));
  return `sha256:${hash.update(JSON.stringify([version, planted])).digest('hex')}`;
}
