import { list, object, text, wrong } from './json.ts';

export interface Sbom {
  readonly format: string;
  readonly packages: number;
  /** Digests of what it describes. */
  readonly digests: string[];
}

/**
 * Reads what a list of parts says was there: CycloneDX, SPDX 2 or SPDX 3, as JSON.
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
    const relations = list(root.relationships).map(object);
    const described = new Set([
      ...list(root.documentDescribes),
      ...relations
        .filter(({ relationshipType }) => relationshipType === 'DESCRIBES')
        .map(({ relatedSpdxElement }) => relatedSpdxElement),
      ...relations
        .filter(({ relationshipType }) => relationshipType === 'DESCRIBED_BY')
        .map(({ spdxElementId }) => spdxElementId),
    ]);
    const all = list(root.packages).map(object);
    const main = all.filter(({ SPDXID }) => described.has(SPDXID));
    const digests = main
      .flatMap(({ checksums }) => list(checksums).map(object))
      .filter(({ algorithm }) => algorithm === 'SHA256')
      .map(({ checksumValue }) => `sha256:${text(checksumValue, 64).toLowerCase()}`);
    return { format: root.spdxVersion.slice(0, 20), packages: partsOf(all, main), digests };
  }
  const [, version] =
    /spdx\.org\/rdf\/(3[\d.]*)/.exec(
      [root['@context']]
        .flat()
        .map((one) => text(one))
        .join(' '),
    ) ?? [];
  if (version !== undefined) {
    const elements = list(root['@graph']).map(object);
    const roots = new Set(elements.flatMap(({ rootElement }) => list(rootElement)));
    const all = elements.filter(({ type }) => text(type).endsWith('Package'));
    const main = elements.filter(({ spdxId }) => roots.has(spdxId));
    const digests = main
      .flatMap(({ verifiedUsing }) => list(verifiedUsing).map(object))
      .filter(({ type, algorithm }) => type === 'Hash' && algorithm === 'sha256')
      .map(({ hashValue }) => `sha256:${text(hashValue, 64).toLowerCase()}`);
    return { format: `SPDX-${version.slice(0, 10)}`, packages: partsOf(all, main), digests };
  }
  throw wrong(where, 'it is neither CycloneDX nor SPDX as JSON', 'Have it written as CycloneDX or SPDX in JSON.');
}

type Element = Readonly<Record<string, unknown>>;

/** How many it lists beside the one that it is about; where it is about several, they are its parts. */
function partsOf(packages: readonly Element[], main: readonly Element[]): number {
  const named = packages.filter(({ name }) => text(name) !== '');
  const described = new Set(main);
  const about = named.filter((one) => described.has(one)).length;
  return about === 1 ? named.length - 1 : named.length;
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
