import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { storedZip } from './stored-zip.ts';

/** A few weaknesses that everybody knows, of packages that the sample system uses or might: no database, but enough to see a scanner work. */
const known = [
  { id: 'GHSA-jf85-cpcp-j695', cve: 'CVE-2019-10744', name: 'lodash', fixed: '4.17.12', severity: 'CRITICAL' },
  {
    id: 'GHSA-3h5v-q3cw-h87q',
    cve: 'CVE-2024-37890',
    name: 'ws',
    introduced: '8.0.0',
    fixed: '8.17.1',
    severity: 'HIGH',
  },
  {
    id: 'GHSA-wc9v-mj63-m9g5',
    cve: 'CVE-2017-16082',
    name: 'pg',
    introduced: '7.0.0',
    fixed: '7.1.2',
    severity: 'CRITICAL',
  },
];
const writtenOn = new Date('2026-11-29T00:00:00Z');

export const planted = { name: 'lodash', version: '4.17.4', expects: 'CVE-2019-10744' };
export const knownCount = known.length;

/** Writes them as osv-scanner reads a database of its own. @returns the archive */
export async function writeDatabase(folder: string): Promise<string> {
  await mkdir(join(folder, 'osv-scanner', 'npm'), { recursive: true });
  const file = join(folder, 'osv-scanner', 'npm', 'all.zip');
  const files = known.map(({ id, cve, name, introduced = '0', fixed, severity }) => ({
    name: `${id}.json`,
    text: JSON.stringify({
      ...{
        schema_version: '1.6.0',
        id,
        aliases: [cve],
        modified: writtenOn.toISOString(),
        published: writtenOn.toISOString(),
      },
      summary: `A weakness of ${name} before ${fixed}`,
      affected: [
        {
          package: { ecosystem: 'npm', name },
          ranges: [{ type: 'SEMVER', events: [{ introduced }, { fixed }] }],
          database_specific: {},
        },
      ],
      database_specific: { severity },
    }),
  }));
  await writeFile(file, storedZip(files));
  // Its age is that of what it knows, not of the moment at which it is written down.
  await utimes(file, writtenOn, writtenOn);
  return file;
}

/** What a folder's sources import, and what that needs, as it is installed here. */
export async function installedPackages(sources: string): Promise<{ name: string; version: string }[]> {
  const open: { name: string; from: string }[] = [];
  for (const entry of await readdir(sources, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(?:ts|js|mjs)$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    for (const [, name = ''] of (await readFile(file, 'utf8')).matchAll(
      /\bfrom ['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"]*)?['"]/g,
    )) {
      if (!name.startsWith('.') && !name.startsWith('node:')) open.push({ name, from: file });
    }
  }
  const found = new Map<string, { name: string; version: string }>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const file = packageFile(next.name, next.from);
    if (file === undefined) continue;
    const { name, version, dependencies = {} } = JSON.parse(await readFile(file, 'utf8'));
    if (found.has(`${name}@${version}`)) continue;
    found.set(`${name}@${version}`, { name, version });
    for (const each of Object.keys(dependencies)) open.push({ name: each, from: file });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** As Node finds it; undefined: it is not installed, as optional ones need not be. */
function packageFile(name: string, from: string): string | undefined {
  for (let folder = dirname(from); ; folder = dirname(folder)) {
    const file = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}

export function cycloneDx(packages: readonly { name: string; version: string }[]): string {
  const components = packages.map(({ name, version }) => ({
    ...{ type: 'library', name, version, purl: `pkg:npm/${name.replace('@', '%40')}@${version}` },
  }));
  return JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.5', version: 1, components }, null, 2);
}
