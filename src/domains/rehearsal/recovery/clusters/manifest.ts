import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** As PostgreSQL calls it; see its documentation, "Backup Manifest Format". */
export const manifestName = 'backup_manifest';

export interface ManifestFile {
  /** From the backup's folder. */
  path: string;
  bytes: number;
  modified: Date;
  sha256: string;
}

interface Manifest {
  files: readonly ManifestFile[];
  wal: { timeline: number; startLsn: string; endLsn: string };
  /** The cluster's identifier. */
  system: string;
  /** Of PostgreSQL. */
  major: number;
}

const firstVersionTwo = 17;

/** In PostgreSQL's format, so that pg_verifybackup reads it too. */
export function manifestText({ files, wal, system, major }: Manifest): string {
  const isTwo = major >= firstVersionTwo;
  const lines = files.map(({ path, bytes, modified, sha256 }) => {
    const time = modified.toISOString().replace('T', ' ').slice(0, 19);
    return `{ "Path": ${JSON.stringify(path)}, "Size": ${bytes}, "Last-Modified": "${time} GMT", "Checksum-Algorithm": "SHA256", "Checksum": "${sha256}" }`;
  });
  const text = `{ "PostgreSQL-Backup-Manifest-Version": ${isTwo ? 2 : 1},
${isTwo ? `"System-Identifier": ${system},\n` : ''}"Files": [
${lines.join(',\n')}
],
"WAL-Ranges": [
{ "Timeline": ${wal.timeline}, "Start-LSN": "${wal.startLsn}", "End-LSN": "${wal.endLsn}" }
],
`;
  return `${text}"Manifest-Checksum": "${sha256Of(text)}"}\n`;
}

const written = z.object({
  Files: z.array(
    z.object({
      Path: z.string(),
      Size: z.int(),
      'Checksum-Algorithm': z.literal('SHA256'),
      Checksum: z.string(),
    }),
  ),
  'Manifest-Checksum': z.string(),
});

/** What of a backup is not as its manifest says, one line each: the manifest itself, files that are missing, too many, shorter, or changed. */
export async function manifestProblems(folder: string): Promise<{ files: number; problems: string[] }> {
  const text = await readFile(join(folder, manifestName), 'utf8').catch(() => null);
  if (text === null) return { files: 0, problems: ['it has no manifest'] };
  let parsed: z.output<typeof written>;
  try {
    parsed = written.parse(JSON.parse(text));
  } catch {
    return { files: 0, problems: ['its manifest cannot be read'] };
  }
  const problems: string[] = [];
  const end = text.lastIndexOf('"Manifest-Checksum"');
  if (sha256Of(text.slice(0, end)) !== parsed['Manifest-Checksum']) problems.push('its manifest was changed');
  const there = new Set(await filesOf(folder, ''));
  for (const { Path: path, Size: size, Checksum: checksum } of parsed.Files) {
    if (!there.delete(path)) {
      problems.push(`${path} is missing`);
      continue;
    }
    const bytes = await readFile(join(folder, path));
    if (bytes.length !== size) problems.push(`${path} has ${bytes.length} bytes in place of ${size}`);
    else if (sha256Of(bytes) !== checksum) problems.push(`${path} has another checksum`);
  }
  for (const path of there) problems.push(`${path} is not in the manifest`);
  return { files: parsed.Files.length, problems };
}

/** All files of a backup but its manifest and the WAL. */
async function filesOf(folder: string, within: string): Promise<string[]> {
  const entries = await readdir(join(folder, within), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = within === '' ? entry.name : `${within}/${entry.name}`;
      if (path === manifestName || path === 'pg_wal') return [];
      return entry.isDirectory() ? filesOf(folder, path) : [path];
    }),
  );
  return found.flat();
}

function sha256Of(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
