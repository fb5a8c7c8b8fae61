import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import {
  describeWithCluster,
  generatorImage,
  inside,
  kubectl,
  kubectlFromOutside,
  kubectlProgram,
  kubectlRead,
  nowhere,
  startCluster,
  stopCluster,
  targetUrl,
} from '../cluster/cluster.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { describeRehearsals } from './cluster-rehearsals.ts';
import { type Ended, eventsOf, type Project, project, recordedProject, windowsOf } from './project.ts';

/** The configuration's section, as YAML, which takes JSON. */
const kubernetes = (more: object = {}) => {
  const small = { cpu: '10m', memory: '64Mi' };
  const base = { image: generatorImage, imagePullPolicy: 'Never', requests: small, readyTimeoutS: 60 };
  return `kubernetes: ${JSON.stringify({ ...base, ...more })}`;
};
const perSecond = 40;
/** Every path once: what was sent twice or left out shows. */
const pathsOf = (seconds: number) => Array.from({ length: seconds * perSecond }, (_, i) => `/i/${i}`);

/** What each path of a whole run is sent: the first is tried before the load as well, to see that the target is the one that was recorded. */
const onceEach = (seconds: number) => Object.fromEntries(pathsOf(seconds).map((path, i) => [path, i === 0 ? 2 : 1]));

/** What the target was sent since it was last asked. */
async function seen(): Promise<Record<string, number>> {
  const text = await kubectl('get', '--raw', '/api/v1/namespaces/default/services/target:80/proxy/seen');
  return JSON.parse(text) as Record<string, number>;
}

/** Names of what is left in the cluster of load generators. */
async function left(kinds = 'jobs,configmaps,serviceaccounts'): Promise<string> {
  return (await kubectl('get', kinds, '-l', 'app.kubernetes.io/name=shakedown', '-o', 'name')).trim();
}

const windows = (shop: Project) =>
  eventsOf(shop.runFolder(), 'shakedown.window.closed').map(
    ({ window }) => window as { planned: number; unsent: number; invalid: string | null },
  );

describeWithK6('with k6', (k6) => {
  describeWithCluster('load generators in a Kubernetes cluster', () => {
    let folder: string;
    let env: NodeJS.ProcessEnv;
    let made: Project | undefined;
    beforeAll(async () => {
      await startCluster(k6);
      folder = mkdtempSync(join(tmpdir(), 'shakedown-cluster-'));
      env = { SHAKEDOWN_KUBECTL: kubectlProgram(folder) };
    }, 400_000);
    afterAll(async () => {
      await stopCluster();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);
    afterEach(() => made?.remove());

    const recorded = async (seconds: number, more: object = {}): Promise<Project> => {
      made = await recordedProject(pathsOf(seconds), targetUrl, seconds, perSecond, kubernetes(more));
      return made;
    };
    const simulate = (shop: Project, args: string[], other: NodeJS.ProcessEnv = {}): Promise<Ended> =>
      shop.start(['simulate', ...args], { ...env, ...other }, inside).ended;

    it('sends one plan with one pod as with four: each request once, the same answer', async () => {
      const answers = [];
      // One recording: each import names its clients by a key of its own, and so has another schedule.
      const shop = await recorded(12);
      for (const pods of ['1', '4']) {
        await seen();
        const ended = await simulate(shop, ['--engine', 'kubernetes', '--parallelism', pods, '--duration', '12s']);
        expect([ended.code, ended.stderr]).toEqual([
          3,
          expect.not.stringMatching(/^(error|warning(?!: This run cannot come out PASSED))/m),
        ]);
        const results = shop.results();
        expect(await seen()).toEqual(onceEach(12));
        expect(results.sections.load.requests).toMatchObject({ planned: 480, completed: 480, failed: 0, unsent: 0 });
        const started = eventsOf(shop.runFolder(), 'shakedown.generator.started');
        expect(started.map(({ shard }) => shard).sort()).toEqual([0, 1, 2, 3].slice(0, Number(pods)));
        expect(started[0]?.detail).toMatch(/^pod shakedown-\S+ on node1, its clock known to ±\d+\.\d ms$/);
        const plan = JSON.parse(readFileSync(join(shop.runFolder(), 'plan.json'), 'utf8')) as Record<string, unknown>;
        answers.push({
          digest: plan.scheduleSha256,
          statuses: results.sections.load.routes.map(({ completed, failed }) => [completed, failed]),
          windows: windows(shop).map(({ planned }) => planned),
        });
        expect(await left()).toBe('');
        rmSync(join(shop.folder, 'reports'), { recursive: true });
      }
      expect(answers[1]).toEqual(answers[0]);
    }, 420_000);

    it('looks at a target that only the cluster sees through a pod, also when that pod goes', async () => {
      // The harness is in a network of its own with nothing in it; only its kubectl reaches the cluster.
      const outside = { SHAKEDOWN_KUBECTL: kubectlFromOutside(folder) };
      const start = (shop: Project, seconds: number) =>
        shop.start(
          ['simulate', '--engine', 'kubernetes', '--parallelism', '2', '--duration', `${seconds}s`],
          outside,
          nowhere,
        );
      const blind = await recorded(2);
      const refused = await start(blind, 2).ended;
      expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('TARGET_DOWN')]);
      expect(refused.stderr.replace(/\s+/g, ' ')).toContain('set kubernetes.checksFrom: pods');
      blind.remove();

      const more = `watch: { scrape: [{ name: target, url: '${targetUrl}/metrics', metrics: [target_requests] }] }`;
      made = await recordedProject(
        pathsOf(30),
        targetUrl,
        30,
        perSecond,
        `${kubernetes({ checksFrom: 'pods' })}\n${more}`,
      );
      const shop = made;
      await seen();
      const { child, ended } = start(shop, 30);
      await windowsOf(shop, child, 3).catch(async (error) => {
        throw new Error((await ended).stderr, { cause: error });
      });
      const pods = (await kubectl('get', 'pods', '-l', 'app.kubernetes.io/name=shakedown', '-o', 'name')).split('\n');
      await kubectl('delete', pods[0] ?? '', '--grace-period=0', '--force');
      const { code, stderr } = await ended;
      expect(code, stderr).toBe(3);
      const checks = eventsOf(shop.runFolder(), 'shakedown.health.checked');
      expect(checks.length).toBeGreaterThan(0);
      // A pod that went is not the target's end.
      expect(checks.map(({ up }) => up)).toEqual(checks.map(() => true));
      const sampled = eventsOf(shop.runFolder(), 'shakedown.metrics.sampled');
      const figures = new Set(sampled.flatMap(({ values }) => Object.keys(values as object)));
      expect([...figures].filter((id) => id.startsWith('target.'))).not.toEqual([]);
      expect(await left()).toBe('');
    }, 240_000);

    it('goes on in another pod when one is lost, and counts what was lost with it', async () => {
      const shop = await recorded(40);
      await seen();
      const args = ['simulate', '--engine', 'kubernetes', '--parallelism', '4', '--duration', '40s'];
      const { child, ended } = shop.start(args, env, inside);
      await windowsOf(shop, child, 3).catch(async (error) => {
        throw new Error((await ended).stderr, { cause: error });
      });
      const third = ['-l', 'batch.kubernetes.io/job-completion-index=2', '-o', 'name'];
      const [pod = ''] = (await kubectl('get', 'pods', ...third)).split('\n');
      await kubectl('delete', pod, '--grace-period=0', '--force');
      const { code, stderr } = await ended;
      expect(code, stderr).toBe(3);
      const [gone] = eventsOf(shop.runFolder(), 'shakedown.generator.ended');
      expect(gone).toMatchObject({ shard: 2, reason: expect.stringContaining(pod.split('/')[1] ?? '?') });
      const replacement = eventsOf(shop.runFolder(), 'shakedown.generator.started').at(-1);
      expect(replacement).toMatchObject({ shard: 2, reason: 'replacement' });
      const { planned, completed, failed, unsent } = shop.results().sections.load.requests;
      expect([planned, failed, completed + unsent]).toEqual([1600, 0, 1600]);
      expect(unsent).toBeGreaterThan(0);
      // The others took over: nobody waited for the next pod with what had not begun.
      expect(unsent).toBeLessThan(perSecond);
      const lost = eventsOf(shop.runFolder(), 'shakedown.generator.lost');
      expect(lost.map((event) => [event.shard, event.lost])).toEqual([[2, unsent]]);
      const found = await seen();
      const whole = onceEach(40);
      expect(Object.entries(found).filter(([path, times]) => times > (whole[path] ?? 0))).toEqual([]);
      // What was on its way when the pod went was answered to nobody.
      expect(Object.keys(found).length).toBeGreaterThanOrEqual(completed);
      // All that is missing is missing in windows that do not count.
      const lossy = windows(shop).filter((window) => window.unsent > 0);
      expect(lossy.map((window) => window.invalid ?? 'counts')).toEqual(
        lossy.map(() => expect.stringContaining('load generator that died')),
      );
      expect(windows(shop).at(-1)?.invalid).toBeNull();
      expect(await left()).toBe('');
    }, 180_000);

    const bad: [title: string, more: object, other: (folder: string) => NodeJS.ProcessEnv, said: RegExp][] = [
      ['room', { requests: { cpu: '500' }, readyTimeoutS: 4 }, () => ({}), /KUBERNETES_NO_ROOM: .*Insufficient cpu/],
      ['its image', { image: 'localhost/absent:1' }, () => ({}), /KUBERNETES_IMAGE: .*ErrImageNeverPull/],
      [
        'rights',
        {},
        (at) => ({ SHAKEDOWN_KUBECTL: kubectlProgram(at, 'system:serviceaccount:default:default') }),
        /KUBERNETES_FORBIDDEN: .*jobs.batch is forbidden/,
      ],
      ['the namespace', { namespace: 'nowhere' }, () => ({}), /KUBERNETES_NAMESPACE: .*"nowhere"/],
      ['the context', { context: 'nowhere' }, () => ({}), /KUBERNETES_UNREACHABLE: .*nowhere/],
      ['kubectl', {}, () => ({ SHAKEDOWN_KUBECTL: '/nowhere/kubectl' }), /KUBECTL_MISSING/],
    ];
    it.each(bad)(
      'says in one line that there is not %s, and leaves nothing',
      async (_, more, other, said) => {
        made = await recordedProject(['/i/0'], targetUrl, 2, 2, kubernetes(more));
        const { code, stderr } = await simulate(made, ['--engine', 'kubernetes'], other(folder));
        expect(stderr).toMatch(said);
        expect(stderr.split('\n').filter((line) => line.startsWith('error'))).toHaveLength(1);
        expect(code).toBe(stderr.includes('KUBECTL_MISSING') ? 4 : 3);
        expect(await left()).toBe('');
      },
      180_000,
    );

    it('asks for an operator by name: without it there is one clear line', async () => {
      const { code, stderr } = await simulate(await recorded(2), ['--engine', 'k6-operator']);
      expect([code, stderr]).toEqual([3, expect.stringMatching(/error KUBERNETES_NO_OPERATOR: .*TestRun/)]);
      expect(await left()).toBe('');
    }, 180_000);

    it('prints what it would make, and the cluster takes it as it is', async () => {
      made = project(`target: { baseUrl: '${targetUrl}' }
traffic: { recording: ${join(process.cwd(), 'load/traffic/sample-shop')} }
${kubernetes()}`);
      const shop = made;
      const dry = (engine: string) => shop.run(['simulate', '--engine', engine, '--parallelism', '4', '--dry-run']);
      const apply = (text: string) => kubectlRead(text, 'apply', '--dry-run=server', '--validate=strict', '-f', '-');
      const job = await dry('kubernetes');
      expect(await apply(job.stdout)).toMatch(/serviceaccount.* created[\s\S]*job\.batch.* created/);
      const testRun = await dry('k6-operator');
      await expect(apply(testRun.stdout)).rejects.toThrow(/no matches for kind "TestRun"/);
      const crd = gunzipSync(readFileSync(new URL('../fixtures/k6-operator/testruns.yaml.gz', import.meta.url)));
      await kubectlRead(crd.toString(), 'apply', '--server-side', '-f', '-');
      // `kubectl wait` fails on a definition that has no conditions yet; the API server serves it a little later.
      await expect
        .poll(() => apply(testRun.stdout).catch(String), { timeout: 60_000, interval: 1000 })
        .toMatch(/configmap.* created[\s\S]*testrun\.k6\.io.* created/);
      expect(await left()).toBe('');
    }, 180_000);
  });
});

// In this file, for there can be one cluster at a time.
describeRehearsals();
