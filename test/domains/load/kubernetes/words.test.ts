import { expect, it } from 'vitest';
import { ClockOffset } from '../../../../src/domains/load/kubernetes/clock.ts';
import { jobIndex, jobManifests } from '../../../../src/domains/load/kubernetes/indexed-job.ts';
import { clusterError } from '../../../../src/domains/load/kubernetes/kubectl.ts';
import { resolveKubernetes } from '../../../../src/domains/load/kubernetes/rules.ts';
import { runnerIndex, testRunManifests } from '../../../../src/domains/load/kubernetes/test-run.ts';
import { lastWarning, readPods } from '../../../../src/domains/load/kubernetes/watch-pods.ts';

const set = (more: object = {}) => ({
  name: 'shakedown-x',
  runId: 'x',
  pods: 3,
  deadlineS: 4000,
  settings: resolveKubernetes({ image: 'registry/k6:1', ...more }),
});

it('knows a clock by its quickest answer, and by how much it may be wrong', () => {
  const clock = new ClockOffset();
  expect(clock.best()).toBeNull();
  clock.add(1_000_000n, 9_000_000n, 105_000_000n);
  expect(clock.best()).toMatchObject({ ns: 100_000_000n, errorMs: 4 });
  clock.add(10_000_000n, 11_000_000n, 110_400_000n);
  clock.add(20_000_000n, 50_000_000n, 190_000_000n);
  expect(clock.best()).toMatchObject({ ns: 99_900_000n, errorMs: 0.5 });
  // It drifts: what was learned a minute ago counts no more.
  clock.add(70_000_000_000n, 70_004_000_000n, 70_200_000_000n);
  expect(clock.best()).toMatchObject({ ns: 198_000_000n, errorMs: 2 });
});

it.each([
  ['Error from server (Forbidden): jobs.batch is forbidden: User "u" cannot create', 'KUBERNETES_FORBIDDEN'],
  [
    'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    'KUBERNETES_UNREACHABLE',
  ],
  ['Unable to connect to the server: dial tcp: lookup c: no such host', 'KUBERNETES_UNREACHABLE'],
  ['Error from server (NotFound): namespaces "x" not found', 'KUBERNETES_NAMESPACE'],
  [
    'error: resource mapping not found for name: "a": no matches for kind "TestRun" in version "k6.io/v1alpha1"',
    'KUBERNETES_NO_OPERATOR',
  ],
  ['error: You must be logged in to the server (Unauthorized)', 'KUBERNETES_FORBIDDEN'],
  ['error: something else', 'KUBERNETES_FAILED'],
])('tells in one line what kubectl complains about: %s', (stderr, code) => {
  const error = clusterError('to try', `E1121 16:00:00.1 memcache.go:265] "Unhandled Error"\n${stderr}\n`);
  expect(error.code).toBe(code);
  expect(error.message).not.toContain('\n');
});

it('tells pods that may come yet from those that never will', () => {
  const pod = (name: string, status: object, more: object = {}) => ({
    metadata: { name, labels: { 'batch.kubernetes.io/job-completion-index': '1' }, ...more },
    status,
  });
  const waiting = (reason: string) => ({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason } } }] });
  const unplaced = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes' };
  const text = JSON.stringify({
    items: [
      pod('ready', { phase: 'Running', containerStatuses: [{ state: { running: {} } }] }),
      pod('going', { phase: 'Running' }, { deletionTimestamp: 'now' }),
      pod('over', { phase: 'Failed' }),
      pod('coming', waiting('ContainerCreating')),
      pod('never', waiting('ErrImageNeverPull')),
      pod('room', { phase: 'Pending', conditions: [unplaced] }),
    ],
  });
  const states = readPods(text, jobIndex).map(({ name, ready, hopeless, noRoom }) => [name, ready, hopeless, noRoom]);
  expect(states).toEqual([
    ['ready', true, null, false],
    ['coming', false, null, false],
    ['never', false, 'ErrImageNeverPull', false],
    ['room', false, null, true],
  ]);
  expect(lastWarning('{"items":[{"type":"Warning","message":"exceeded quota"},{"type":"Normal"}]}')).toBe(
    'exceeded quota',
  );
  expect(runnerIndex({ 'job-name': 'shakedown-x-4' })).toBe(3);
});

it('asks for pods that may do nothing but send', () => {
  const job = JSON.stringify(jobManifests(set()));
  const testRun = JSON.stringify(testRunManifests(set({ serviceAccount: 'own', nodeSelector: { pool: 'load' } })));
  for (const text of [job, testRun]) {
    expect(text).toContain('"runAsNonRoot":true');
    expect(text).toContain('"readOnlyRootFilesystem":true');
    expect(text).toContain('"allowPrivilegeEscalation":false');
    expect(text).toContain('"drop":["ALL"]');
    expect(text).toContain('"topologyKey":"kubernetes.io/hostname"');
  }
  expect(job).toContain('"automountServiceAccountToken":false');
  expect(job).toContain('"completionMode":"Indexed","completions":3,"parallelism":3');
  expect(job).toContain('"requests":{"cpu":"1","memory":"1Gi"},"limits":{"memory":"2Gi"}');
  expect(job).toContain('"activeDeadlineSeconds":4000,"ttlSecondsAfterFinished":60');
  expect(testRun).toContain('"automountServiceAccountToken":"false"');
  expect(testRun).toContain('"serviceAccountName":"own"');
  expect(testRun).not.toContain('"kind":"ServiceAccount"');
  expect(testRun).toContain('"nodeSelector":{"pool":"load"}');
});
