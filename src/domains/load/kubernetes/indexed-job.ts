import type { Kubectl } from './kubectl.ts';
import { type GeneratorSet, job, list, type Manifest, serviceAccount } from './manifests.ts';
import { ownedBy } from './owner.ts';

/** Everything that `--engine kubernetes` makes in the cluster. */
export function jobManifests(set: GeneratorSet): Manifest[] {
  return [...(set.settings.serviceAccount === null ? [serviceAccount(set)] : []), job(set)];
}

/** Makes the Job and what it needs. @throws ShakedownError KUBERNETES_… */
export async function makeJob(kubectl: Kubectl, set: GeneratorSet): Promise<void> {
  await kubectl.must('to make the load generators', ['create', '-f', '-'], list(jobManifests(set)));
  await ownedBy(kubectl, set, { resource: 'jobs.batch', apiVersion: 'batch/v1', kind: 'Job' });
}

/** Which generator a pod of an Indexed Job is. */
export function jobIndex(labels: Record<string, string>): number {
  return Number(labels['batch.kubernetes.io/job-completion-index'] ?? Number.NaN);
}
