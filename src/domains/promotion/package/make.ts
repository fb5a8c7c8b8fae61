import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../../evidence/atomic-file.ts';
import { makeFolders } from '../../../evidence/make-folders.ts';
import { digest } from '../../../evidence/manifest.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Results } from '../../../model/results.ts';
import type { PromotionSettings } from '../configuration.ts';
import { archive } from './archive.ts';
import { checkPaths, entriesOf, type PackageEntry, reportsOf } from './entries.ts';
import { checksums, cycloneDx } from './inventory.ts';
import { leaksIn, secretsOf } from './leaks.ts';

export interface Package {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly files: number;
}

export interface PackageOptions {
  /** Of the promotion run. */
  readonly folder: string;
  readonly results: Results;
  readonly settings: PromotionSettings['package'];
  /** Of the runs that the promotion rests on, by their ids. */
  readonly rests: readonly string[];
  /** Folder of the runs. */
  readonly runs: string;
  /** null: in the folder of the run. */
  readonly out: string | null;
  /** People who signed, by the addresses that they signed as. */
  readonly signed: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Packs what somebody needs who decides on the promotion, or looks into it later: certificate, reports, decisions, plan and evidence, with their digests.
 * @throws ShakedownError PACKAGE_LEAK, PACKAGE_PATH, PACKAGE_SIZE
 */
export async function makePackage(options: PackageOptions): Promise<Package> {
  const { folder, results, settings, rests, runs, out, signed, environment } = options;
  const files: PackageEntry[] = [
    ...entriesOf(folder, settings.evidence),
    ...rests.flatMap((id) => (existsSync(join(runs, id)) ? reportsOf(join(runs, id), `runs/${id}`) : [])),
  ];
  checkPaths(files);
  refuseLeaks(files, { secrets: secretsOf(environment), allowed: [...settings.allowedAddresses, ...signed] });
  const inventory = Buffer.from(cycloneDx(files, results));
  const counted = [...files, { path: 'sbom.cdx.json', bytes: inventory }];
  const entries = [...counted, { path: 'SHA256SUMS', bytes: Buffer.from(checksums(counted)) }];
  const top = topOf(results);
  const bytes = await archive(entries, top, new Date(results.run.endedAt ?? results.run.startedAt));
  const file = out ?? join(folder, 'promotion', `${top}.tar.gz`);
  await makeFolders(dirname(file));
  await replaceFile(file, bytes);
  return { file, bytes: bytes.length, sha256: digest(bytes), files: entries.length };
}

function refuseLeaks(files: readonly PackageEntry[], rules: Parameters<typeof leaksIn>[1]): void {
  const leaks = [...leaksIn(files, rules)];
  const [first] = leaks;
  if (first === undefined) return;
  const more = leaks.length === 1 ? '' : ` And ${leaks.length - 1} more.`;
  throw new ShakedownError('PACKAGE_LEAK', `Nothing was packed: ${first.path} holds ${first.kind}.${more}`, {
    hint: 'Keep it out of what is tested and reported; an e-mail address that may be there goes into promotion.package.allowedAddresses.',
  });
}

/** Letters of a name that every system can have as a folder. */
function topOf({ candidate, run }: Results): string {
  const plain = (text: string) =>
    text
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[.-]+|[.-]+$/g, '')
      .slice(0, 60) || 'candidate';
  return `${plain(candidate.name)}-${plain(candidate.version)}-${plain(run.id)}`;
}
