import type { Kubectl } from './kubectl.ts';
import type { GeneratorSet } from './manifests.ts';

export interface OwnerKind {
  resource: string;
  apiVersion: string;
  kind: string;
}

/**
 * Lets what belongs to a Job or TestRun go when that goes, so that nothing stays where nobody is left to remove it. Where that is refused it is
 * still removed at the end.
 */
export async function ownedBy(kubectl: Kubectl, set: GeneratorSet, owner: OwnerKind): Promise<void> {
  const { name, settings } = set;
  const { resource, apiVersion, kind } = owner;
  const { code, stdout } = await kubectl.run(['get', resource, name, '-o', 'jsonpath={.metadata.uid}']);
  if (code !== 0 || stdout === '') return;
  const patch = { metadata: { ownerReferences: [{ apiVersion, kind, name, uid: stdout.trim() }] } };
  const owned = [
    ...(settings.serviceAccount === null ? [`serviceaccount/${name}`] : []),
    ...(kind === 'TestRun' ? [`configmap/${name}`] : []),
  ];
  if (owned.length > 0) await kubectl.run(['patch', ...owned, '--type=merge', '-p', JSON.stringify(patch)]);
}
