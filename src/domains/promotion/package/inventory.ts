import { digest } from '../../../evidence/manifest.ts';
import type { Results } from '../../../model/results.ts';
import type { PackageEntry } from './entries.ts';

/** `SHA256SUMS`: what `sha256sum --check` reads, in order. */
export function checksums(entries: readonly PackageEntry[]): string {
  return entries.map(({ path, bytes }) => `${digest(bytes)}  ${path}\n`).join('');
}

/**
 * `sbom.cdx.json`: the package as CycloneDX 1.6, each file with its digest, about the candidate's artifacts. The same entries give the same bytes: its
 * number is made from them, and its time is that of the run.
 */
export function cycloneDx(
  entries: readonly PackageEntry[],
  { candidate, run }: Pick<Results, 'candidate' | 'run'>,
): string {
  const own = digest(checksums(entries));
  // A UUID of version 8: made from a digest, as RFC 9562 has it.
  const uuid = `${own.slice(0, 8)}-${own.slice(8, 12)}-8${own.slice(13, 16)}-a${own.slice(17, 20)}-${own.slice(20, 32)}`;
  const hashes = (sha256: string) => [{ alg: 'SHA-256', content: sha256 }];
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: {
      timestamp: new Date(run.endedAt ?? run.startedAt).toISOString(),
      tools: { components: [{ type: 'application', name: 'shakedown' }] },
      component: {
        type: 'application',
        'bom-ref': 'candidate',
        name: candidate.name,
        version: candidate.version,
        components: [...new Map(candidate.artifacts.map((each) => [`${each.name} ${each.digest}`, each])).values()].map(
          ({ name, digest: of }) => ({
            type: 'file',
            'bom-ref': `artifact:${name}:${of}`,
            name,
            hashes: hashes(of.replace(/^sha256:/, '')),
          }),
        ),
      },
    },
    components: entries.map(({ path, bytes }) => ({
      type: 'file',
      'bom-ref': `file:${path}`,
      name: path,
      hashes: hashes(digest(bytes)),
      properties: [{ name: 'shakedown:bytes', value: String(bytes.length) }],
    })),
  };
  return `${JSON.stringify(bom, null, 1)}\n`;
}
