import { z } from 'zod';
import type { LocalProgram, LocalSystem } from '../../../model/local-system.ts';
import { type Check, check } from '../../part.ts';
import { type Side, sameArtifacts } from './state.ts';

/** How two versions are known to be different; `same`, `name`: they are not; `unknown`: nothing tells. null: it was not recorded. */
export const difference = z.enum(['digests', 'told', 'same', 'name', 'unknown']).nullable().default(null);

export type Difference = z.output<typeof difference>;

/** @param system whose versions are processes of this machine; null: a program, or a cluster, is told which version is wanted */
export function differenceOf(a: Side, b: Side, system: LocalSystem | null): Difference {
  if (sameArtifacts(a, b)) return 'same';
  if (a.version === b.version) return 'name';
  if (a.artifacts.length > 0 && b.artifacts.length > 0) return 'digests';
  return system === null || tells(system, a.version, b.version) ? 'told' : 'unknown';
}

/** Whether what is started depends on the version. */
function tells(system: LocalSystem, a: string, b: string): boolean {
  const [first, second] = [a, b].map((version) => {
    const { prepare, instance } = system.release(version);
    return { prepare, instance };
  });
  if (JSON.stringify(first) !== JSON.stringify(second)) return true;
  return [first?.prepare, first?.instance].some((each) => each != null && namesVersion(each));
}

/** A shell that is started finds the version in its environment. */
function namesVersion({ argv }: LocalProgram): boolean {
  return argv.some((each) => /\$(?:VERSION\b|\{VERSION\b)/.test(each));
}

/** A version that takes the place of itself, or of one that may be the same, shows how moves work, and nothing of the release. */
export function differenceCheck(found: { same: boolean; difference: Difference } | undefined): Check {
  const made = (verdict: 'pass' | 'inconclusive', reason: string) =>
    check('same', 'The two versions are known to be different', verdict, reason);
  const open = (why: string) => made('inconclusive', `${why}, so this shows nothing of the release.`);
  const how = found?.same === true ? 'same' : (found?.difference ?? null);
  switch (how) {
    case 'digests':
      return made('pass', 'They are made of artifacts with other digests.');
    case 'told':
      return made('pass', 'What is started, or what starts it, is given the version.');
    case 'same':
      return open('Both are made of the same');
    case 'name':
      return open('Both are the same version');
    case 'unknown':
      return made(
        'inconclusive',
        'Both are started by the same program in the same folder, and no digest of both is known, so the two may be the same. Write {version} into start, folder or environment of deployment.local, or set target.artifactPath.',
      );
    case null:
      return open('How they differ was not recorded');
  }
}
