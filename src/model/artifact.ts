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
