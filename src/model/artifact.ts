import { z } from 'zod';

/** A program or file that is the candidate, as the configuration or the command line declares it. */
export const artifactSchema = z.strictObject({
  name: z.string().min(1).max(200).describe('Such as `ghcr.io/acme/shop` or `shop.tar.gz`.'),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hexadecimal digits, in lower case')
    .describe('`sha256:…`, as `docker inspect` and `sha256sum` print it.'),
});

export type DeclaredArtifact = z.infer<typeof artifactSchema>;

/** A program or file that is the candidate: what a verdict is about, by its digest and not by its name. */
export interface Artifact extends DeclaredArtifact {
  /** `declared`: the configuration or the command line says so; `probed`: the running target did. */
  source: 'declared' | 'probed';
}

/** What is known of a candidate: what is declared, then what the running target says of itself. */
export function artifactsOf(declared: readonly DeclaredArtifact[], probed: readonly Artifact[]): Artifact[] {
  return [...declared.map((each): Artifact => ({ ...each, source: 'declared' })), ...probed];
}

/** Whether both name the same artifacts with the same digests, in whatever order, and none beside them. */
export function areSameArtifacts(some: readonly DeclaredArtifact[], others: readonly DeclaredArtifact[]): boolean {
  const words = (of: readonly DeclaredArtifact[]) =>
    JSON.stringify([...new Set(of.map(({ name, digest }) => `${name} ${digest}`))].sort());
  return words(some) === words(others);
}

/** The first name that stands for two digests: which of them runs is not said. undefined: there is none. */
export function namedTwice(artifacts: readonly DeclaredArtifact[]): string | undefined {
  return artifacts.find((one) => artifacts.some(({ name, digest }) => name === one.name && digest !== one.digest))
    ?.name;
}

/** Where the running target says that it is made of something else than declared, a sentence each: what was tested is not what is named. */
export function artifactConflicts(artifacts: readonly Artifact[]): string[] {
  const probed = artifacts.filter(({ source }) => source === 'probed');
  return artifacts
    .filter(({ source }) => source === 'declared')
    .flatMap(({ name, digest }) => {
      const found = probed.filter((each) => each.name === name);
      if (found.length === 0 || found.some((each) => each.digest === digest)) return [];
      return [`${name} is declared as ${digest}, and the target says it runs ${found[0]?.digest}.`];
    });
}

/** Declared artifacts of which a target that says what it is made of says nothing, a sentence; null: there are none. */
export function unprobedArtifacts(artifacts: readonly Artifact[]): string | null {
  const probed = artifacts.filter(({ source }) => source === 'probed').map(({ name }) => name);
  const unknown = artifacts.filter(({ name, source }) => source === 'declared' && !probed.includes(name));
  if (probed.length === 0 || unknown.length === 0) return null;
  return `The target does not say whether it runs ${unknown.map(({ name }) => name).join(', ')}: declared only.`;
}

/** What a candidate calls itself, and what it is made of. */
export interface NamedCandidate {
  readonly name: string;
  readonly version: string;
  readonly artifacts: readonly Artifact[];
}

/**
 * How two candidates are known to be the same. `artifacts`: the running target named the same digests both times; `declared`: at least one of the two
 * was not asked, and what is declared agrees; `version`: nobody names a digest, and name and version are the same.
 */
export type SameBy = 'artifacts' | 'declared' | 'version';

/**
 * The same bytes are the same candidate, whatever somebody calls them: names and versions decide only where nobody knows a digest. Where both were
 * asked what they run, what is declared beside it decides nothing.
 * @returns null: they are two, or nothing shows that they are one
 */
export function sameCandidate(own: NamedCandidate, other: NamedCandidate): SameBy | null {
  if (own.artifacts.length === 0 && other.artifacts.length === 0)
    return own.name === other.name && own.version === other.version ? 'version' : null;
  const [probed, othersProbed] = [digestsOf(own, 'probed'), digestsOf(other, 'probed')];
  if (probed !== '' && othersProbed !== '') return probed === othersProbed ? 'artifacts' : null;
  const others = [digestsOf(other), digestsOf(other, 'declared'), othersProbed];
  const some = [digestsOf(own), digestsOf(own, 'declared'), probed];
  return some.some((digests) => digests !== '' && others.includes(digests)) ? 'declared' : null;
}

/** Whether a run may say something of the candidate: it is the same, may be, or has its name and version. */
export function isAbout(own: NamedCandidate, other: NamedCandidate): boolean {
  const isNamed = own.name === other.name && own.version === other.version;
  return isNamed || sameCandidate(own, other) !== null || isPartOf(own, other) || isPartOf(other, own);
}

/**
 * Whether the one that is not the same may be it all the same: it does not say what it is made of, or the running target named some of the digests, or more.
 */
export function maybeSame(own: NamedCandidate, other: NamedCandidate): boolean {
  return other.artifacts.length === 0 || isPartOf(own, other) || isPartOf(other, own);
}

/** Whether all that the target named of the one, it named of the other, and more. */
function isPartOf(part: NamedCandidate, whole: NamedCandidate): boolean {
  const [some, all] = [digestsOf(part, 'probed'), digestsOf(whole, 'probed')].map((text) => text.split(' '));
  return (
    some !== undefined &&
    all !== undefined &&
    some[0] !== '' &&
    some.length < all.length &&
    some.every((one) => all.includes(one))
  );
}

/** Each once, in order; empty: there are none. */
function digestsOf({ artifacts }: NamedCandidate, source?: Artifact['source']): string {
  const own = artifacts.filter((each) => source === undefined || each.source === source);
  return [...new Set(own.map(({ digest }) => digest))].sort().join(' ');
}

/** Where the same candidate was called something else, a few words each. */
export function otherNames(own: NamedCandidate, other: NamedCandidate): string[] {
  const names = ({ artifacts }: NamedCandidate) => [...new Set(artifacts.map(({ name }) => name))].sort().join(', ');
  const [mine, theirs] = [names(own), names(other)];
  return [
    ...(own.version === other.version ? [] : [`its version was called ${other.version}`]),
    ...(own.name === other.name ? [] : [`it was called ${other.name}`]),
    ...(mine === theirs || theirs === '' ? [] : [`its artifacts were called ${theirs}`]),
  ];
}
