import { list, object, text, wrong } from './json.ts';

export interface Sbom {
  readonly format: string;
  readonly packages: number;
  /** Digests of what it describes. */
  readonly digests: string[];
}

/**
 * Reads what a list of parts says was there: CycloneDX or SPDX 2, as JSON.
 * @throws ShakedownError SECURITY_RESULT
 */
export function readSbom(value: unknown, where: string): Sbom {
  const root = object(value);
  if (root.bomFormat === 'CycloneDX') {
    const component = object(object(root.metadata).component);
    const hashes = list(component.hashes)
      .map(object)
      .filter(({ alg }) => alg === 'SHA-256')
      .map(({ content }) => `sha256:${text(content, 64).toLowerCase()}`);
    const version = text(component.version, 80);
    return {
      format: `CycloneDX ${text(root.specVersion, 10)}`,
      packages: counted(root.components),
      digests: [...hashes, ...(version.startsWith('sha256:') ? [version] : [])],
    };
  }
  if (typeof root.spdxVersion === 'string') {
    const described = new Set([
      ...list(root.documentDescribes),
      ...list(root.relationships)
        .map(object)
        .filter(({ relationshipType }) => relationshipType === 'DESCRIBES')
        .map(({ relatedSpdxElement }) => relatedSpdxElement),
    ]);
    const all = list(root.packages).map(object);
    const main = all.filter(({ SPDXID }) => described.has(SPDXID));
    const digests = main
      .flatMap(({ checksums }) => list(checksums).map(object))
      .filter(({ algorithm }) => algorithm === 'SHA256')
      .map(({ checksumValue }) => `sha256:${text(checksumValue, 64).toLowerCase()}`);
    return {
      format: root.spdxVersion.slice(0, 20),
      packages: all.filter((one) => text(one.name) !== '' && !main.includes(one)).length,
      digests,
    };
  }
  throw wrong(where, 'it is neither CycloneDX nor SPDX as JSON', 'Have it written as CycloneDX or SPDX 2 in JSON.');
}

/** Parts within parts are parts; what has no name is none. They may be nested as deep as somebody likes, so they are counted without recursion. */
function counted(components: unknown): number {
  const open = [...list(components)];
  let count = 0;
  while (open.length > 0) {
    const one = object(open.pop());
    if (text(one.name) !== '') count++;
    for (const inner of list(one.components)) open.push(inner);
  }
  return count;
}
