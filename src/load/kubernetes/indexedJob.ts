import type { Kubectl } from './kubectl.ts';
import { type GeneratorSet, job, list, type Manifest, serviceAccount } from './manifests.ts';

/** Everything that `--engine kubernetes` makes in the cluster. */
export function jobManifests(set: GeneratorSet): Manifest[] {
  return [...(set.settings.serviceAccount === null ? [serviceAccount(set)] : []), job(set)];
}

/** Makes the Job and what it needs. @throws ShakedownError KUBERNETES_… */
export async function makeJob(kubectl: Kubectl, set: GeneratorSet): Promise<void> {
  await kubectl.must('to make the load generators', ['create', '-f', '-'], list(jobManifests(set)));
  if (set.settings.serviceAccount === null) await ownedBy(kubectl, set.name, 'job', 'batch/v1', 'Job');
}

/**
 * Lets a service account go when its owner goes, so that nothing stays where nobody is left to remove it. Where that is refused it is still
 * removed at the end.
 */
export async function ownedBy(
  kubectl: Kubectl,
  name: string,
  resource: string,
  apiVersion: string,
  kind: string,
): Promise<void> {
  const { code, stdout } = await kubectl.run(['get', resource, name, '-o', 'jsonpath={.metadata.uid}']);
  if (code !== 0 || stdout === '') return;
  const patch = { metadata: { ownerReferences: [{ apiVersion, kind, name, uid: stdout.trim() }] } };
  await kubectl.run(['patch', 'serviceaccount', name, '--type=merge', '-p', JSON.stringify(patch)]);
}

/** Which generator a pod of an Indexed Job is. */
export function jobIndex(labels: Record<string, string>): number {
  return Number(labels['batch.kubernetes.io/job-completion-index'] ?? Number.NaN);
}
