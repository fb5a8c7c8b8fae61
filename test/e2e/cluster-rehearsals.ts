import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Results } from '../../src/model/results.ts';
import {
  describeWithCluster,
  helm,
  inside,
  kubeconfig,
  kubectl,
  kubectlProgram,
  kubectlRead,
  shopInto,
  startEmptyCluster,
  stopCluster,
} from '../cluster/cluster.ts';
import { namespace, needs, paths, samples, sections } from './cluster-shop.ts';
import { type Project, recordedProject } from './project.ts';

/** Deployments and their rehearsals in a Kubernetes cluster. */
export function describeRehearsals(): void {
  describeWithCluster('deployments to a Kubernetes cluster', () => {
    let folder: string;
    let env: NodeJS.ProcessEnv;
    let shop: Project;
    beforeAll(async () => {
      await startEmptyCluster();
      await shopInto(['v1', 'v2', 'v2-unready', 'v2-ends', 'v2-errors']);
      await kubectl('create', 'namespace', namespace);
      folder = mkdtempSync(join(tmpdir(), 'shakedown-cluster-'));
      env = { SHAKEDOWN_KUBECTL: kubectlProgram(folder) };
    }, 400_000);
    afterAll(async () => {
      await stopCluster();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);
    afterEach(async () => {
      await shakedown('deploy', '--down');
      shop.remove();
    }, 120_000);

    const made = async (change: object = {}, instead: object = {}) => {
      // Each request is a session, and a connection, of its own.
      shop = await recordedProject(paths, 'http://10.96.0.80', 10, 60, sections(change, instead), 600);
    };
    const shakedown = (...args: string[]) => shop.start(args, env, inside).ended;
    /** Who answers there. */
    const answer = async (url: string) =>
      (await shop.start(['--version'], env, [...inside, 'sh', '-c', `exec curl -sS ${url}`]).ended).stdout;
    const names = async (selector: string) =>
      (await kubectl('-n', namespace, 'get', 'pods,deployments,configmaps,services', '-l', selector, '-o', 'name'))
        .split('\n')
        .filter((line) => line !== '');
    const rehearsed = async (...args: string[]) => {
      const { code, stdout, stderr } = await shakedown('rehearse', ...args, '--json');
      expect(stdout, stderr).toMatch(/^\{/);
      const results = JSON.parse(stdout) as Results;
      const [rehearsal] = results.sections.rehearsal?.rehearsals ?? [];
      const checks = (rehearsal?.checks ?? []).map(({ id, verdict, reason }) => `${id} ${verdict}: ${reason}`);
      return { code, stderr, results, checks };
    };

    it('follow one another behind one address, and are what really runs', async () => {
      await made();
      const first = await shakedown('deploy', '--version', 'v1');
      expect([first.code, first.stdout], first.stderr).toEqual([
        0,
        expect.stringMatching(/^v1 serves at http:\/\/10\.96\./),
      ]);
      const url = / at (\S+)/.exec(first.stdout)?.[1] ?? '';
      expect(await answer(url)).toBe('v1 blue');
      const next = await shakedown('deploy', '--version', 'v2');
      expect([next.code, next.stdout], next.stderr).toEqual([0, expect.stringContaining(`v2 serves at ${url} `)]);
      expect(await answer(url)).toBe('v2 green');
      expect(await names('shakedown/side=blue')).toEqual([]);
      const ids = await kubectl(
        '-n',
        namespace,
        'get',
        'pods',
        '-o',
        'jsonpath={.items[*].status.containerStatuses[*].imageID}',
      );
      const history = JSON.parse((await shakedown('deploy', '--history', '--json')).stdout) as {
        artifacts: { name: string; digest: string }[];
      }[];
      const digests = history.map(({ artifacts }) => artifacts[0]?.digest ?? 'none');
      expect(new Set(digests).size).toBe(2);
      expect(ids).toContain(digests[1]);
      expect((await shakedown('deploy', '--down')).code).toBe(0);
      expect(await names('shakedown/staging')).toEqual([]);
    }, 180_000);

    const comesUpBy = async (change: object) => {
      await made(change);
      const first = await shakedown('deploy', '--version', 'v1');
      expect(first.code, first.stderr).toBe(0);
      const url = / at (\S+)/.exec(first.stdout)?.[1] ?? '';
      const next = await shakedown('deploy', '--version', 'v2');
      expect([next.code, await answer(url)], next.stderr).toEqual([0, 'v2 green']);
      expect(await names('shakedown/side=green')).toEqual(
        expect.arrayContaining(['deployment.apps/shop-green', 'configmap/shop-green']),
      );
    };
    it('come up by the manifests that may be copied', async () => {
      await comesUpBy({ manifests: [`${samples}kubernetes/shop.yaml`], images: { shop: 'localhost/shop:{version}' } });
    }, 180_000);

    const image = { 'image.repository': 'localhost/shop', 'image.tag': '{version}', 'image.pullPolicy': 'Never' };
    it.skipIf(needs('helm') !== '')(
      `come up by the Helm chart that may be copied${needs('helm')}`,
      async () => {
        await comesUpBy({ manifests: [`${samples}chart`], images: {}, values: image });
      },
      180_000,
    );

    it.skipIf(needs('terraform') !== '')(
      `come up by the Terraform module that may be copied${needs('terraform')}`,
      async () => {
        const module = (script: string) => ['sh', `terraform/${script}.sh`];
        await made(
          {},
          {
            ...{ driver: 'command', command: { up: module('up'), down: module('down') } },
            ...{ kubernetes: undefined, switch: { driver: 'embedded' } },
          },
        );
        cpSync(`${samples}terraform`, join(shop.folder, 'terraform'), { recursive: true });
        const place = { CONTEXT: 'test', NAMESPACE: namespace, IMAGE: 'localhost/shop' };
        Object.assign(env, place, { PATH: `${folder}:${process.env.PATH}` });
        const deployed = [];
        for (const version of ['v1', 'v2']) {
          const { code, stdout, stderr } = await shakedown('deploy', '--version', version);
          expect(code, stderr).toBe(0);
          deployed.push(await answer(/ at (\S+)/.exec(stdout)?.[1] ?? ''));
        }
        expect(deployed).toEqual(['v1 blue', 'v2 green']);
        expect((await shakedown('deploy', '--down')).code).toBe(0);
        expect(await names('app=shop')).toEqual([]);
      },
      240_000,
    );

    describe.skipIf(needs('helm') !== '')(`as a Helm release a side${needs('helm')}`, () => {
      const releases = async () => {
        const found = JSON.parse(await helm(namespace, 'list', '--all', '--output', 'json').ended) as {
          name: string;
          status: string;
        }[];
        return found.map(({ name, status }) => `${name} ${status}`);
      };
      afterEach(async () => {
        for (const name of ['shop-blue', 'shop-green']) {
          await helm(namespace, 'uninstall', name, '--ignore-not-found', '--cascade', 'foreground', '--wait').ended;
        }
      }, 120_000);
      const madeWithHelm = async () => {
        const script = (name: string) => ['sh', `helm/${name}.sh`];
        await made(
          {},
          {
            driver: 'command',
            command: { up: script('up'), down: script('down'), requestIds: script('requests') },
            ...{ kubernetes: undefined, switch: { driver: 'embedded' } },
          },
        );
        for (const name of ['helm', 'chart']) cpSync(`${samples}${name}`, join(shop.folder, name), { recursive: true });
        writeFileSync(
          join(shop.folder, 'chart/values.yaml'),
          readFileSync(`${samples}chart/values.yaml`, 'utf8').replace('IfNotPresent', 'Never'),
        );
        const place = { CONTEXT: 'test', NAMESPACE: namespace, IMAGE: 'localhost/shop', KUBECONFIG: kubeconfig };
        Object.assign(env, place, { PATH: `${folder}:${process.env.PATH}` });
      };

      it('are rehearsed: a blue-green switch and its way back, with every request accounted for at the switch and in the pods', async () => {
        await madeWithHelm();
        const { code, stderr, checks } = await rehearsed('--blue-green');
        expect(
          checks.filter((line) => !/^\S+ pass/.test(line)),
          stderr,
        ).toEqual([]);
        expect(checks.join('\n')).toMatch(/accounted pass: ([\d,]+) sent, \1 at the switch, \1 at the instances/);
        expect(code).toBe(0);
        expect(await releases()).toEqual([]);
      }, 240_000);

      it('leave none that is pending when harness and helm are killed over it', async () => {
        await madeWithHelm();
        expect((await shakedown('deploy', '--version', 'v1')).code).toBe(0);
        const { child, ended } = shop.start(['rehearse', '--blue-green', '--version', 'v2-unready'], env, inside);
        await expect.poll(releases, { timeout: 60_000, interval: 300 }).toContain('shop-green pending-install');
        child.kill('SIGKILL');
        await ended;
        // The guard ends what helm was making, and the release with it.
        await expect.poll(releases, { timeout: 60_000, interval: 1000 }).toEqual(['shop-blue deployed']);
        expect(await names('app=shop-green')).toEqual([]);
        expect((await shakedown('deploy', '--version', 'v2')).code).toBe(0);
        expect(await releases()).toEqual(['shop-green deployed']);
      }, 240_000);

      it('come up where one is pending-upgrade since a helm was killed', async () => {
        await madeWithHelm();
        expect((await shakedown('deploy', '--version', 'v1')).code).toBe(0);
        const values = 'name=shop-green,replicas=1,image.repository=localhost/shop,image.tag=v1';
        const chart = ['shop-green', join(shop.folder, 'chart'), '--wait', '--set', values];
        expect(await helm(namespace, 'install', ...chart).ended).toContain('STATUS: deployed');
        const upgrade = helm(namespace, 'upgrade', ...chart, '--set', 'image.tag=absent');
        await expect.poll(releases, { timeout: 60_000, interval: 300 }).toContain('shop-green pending-upgrade');
        upgrade.child.kill('SIGKILL');
        await expect(upgrade.ended).rejects.toThrow();
        expect(await releases()).toContain('shop-green pending-upgrade');
        const { code, stderr, stdout } = await shakedown('deploy', '--version', 'v2');
        expect(code, stderr).toBe(0);
        expect(await answer(/ at (\S+)/.exec(stdout)?.[1] ?? '')).toBe('v2 green');
        expect(await releases()).toEqual(['shop-green deployed']);
      }, 240_000);
    });

    it('have a database and an autoscaler that a cluster takes as they are', async () => {
      for (const name of ['shared', 'autoscaling', 'shop']) {
        const text = readFileSync(`${samples}kubernetes/${name}.yaml`, 'utf8');
        const said = await kubectlRead(
          text,
          '-n',
          namespace,
          'apply',
          '--dry-run=server',
          '--validate=strict',
          '-f',
          '-',
        );
        expect(said.split('\n').filter((line) => !/ created \(server dry run\)$|^$/.test(line))).toEqual([]);
      }
      await made();
    }, 60_000);

    it.each([
      [
        'whose image is not there',
        'v3',
        {},
        /DEPLOYMENT_NOT_READY: v3 did not come up: pod shop-green-\S+ cannot start: ErrImageNeverPull: Container image "localhost\/shop:v3" is not present/,
      ],
      [
        'that is never ready',
        'v2-unready',
        {},
        /DEPLOYMENT_NOT_READY: v2-unready did not come up: pod shop-green-\S+ was not ready after 20 s: Readiness probe failed: HTTP probe failed with statuscode: 503/,
      ],
      [
        'that ends at its start',
        'v2-ends',
        {},
        /DEPLOYMENT_NOT_READY: v2-ends did not come up: pod shop-green-\S+ cannot start: container shop ends again and again, the last time with code 1/,
      ],
    ])(
      'report a version %s in one line, and the traffic stays',
      async (_, version, change, said) => {
        await made(change);
        const first = await shakedown('deploy', '--version', 'v1');
        expect(first.code, first.stderr).toBe(0);
        const url = / at (\S+)/.exec(first.stdout)?.[1] ?? '';
        const { code, stderr } = await shakedown('deploy', '--version', version);
        expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(said);
        expect(code).toBe(2);
        expect(await answer(url)).toBe('v1 blue');
        expect(await names('shakedown/side=green')).toEqual([]);
      },
      180_000,
    );

    it('touch nothing that they did not make, and nothing elsewhere', async () => {
      const foreign = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'shop-blue', namespace },
        data: { mine: 'yes' },
      };
      await kubectlRead(JSON.stringify(foreign), 'create', '-f', '-');
      await made();
      const refused = await shakedown('deploy', '--version', 'v1');
      expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain('ConfigMap shop-blue is there already');
      expect(await kubectl('-n', namespace, 'get', 'configmap', 'shop-blue', '-o', 'jsonpath={.data.mine}')).toBe(
        'yes',
      );
      await kubectl('-n', namespace, 'delete', 'configmap', 'shop-blue');
      expect(await names('shakedown/staging')).toEqual([]);
    }, 120_000);

    it('are rehearsed: a blue-green switch and its way back, with every request accounted for', async () => {
      await made();
      const { code, stderr, checks, results } = await rehearsed('--blue-green');
      expect(
        checks.filter((line) => !/^\S+ pass/.test(line)),
        stderr,
      ).toEqual([]);
      expect([code, results.sections.rehearsal?.restored?.ok]).toEqual([0, true]);
      expect(checks.join('\n')).toMatch(/accounted pass: ([\d,]+) sent, not noted at the switch, \1 at the instances/);
      expect(await names('shakedown/staging')).toEqual([]);
      const events = readFileSync(join(shop.runFolder(), 'journal.ndjson'), 'utf8');
      expect(events).toContain('Service of Kubernetes');
    }, 240_000);

    it('are rehearsed: a version that fails its requests is turned around', async () => {
      await made();
      const { code, checks } = await rehearsed('--blue-green', '--version', 'v2-errors');
      expect(checks.join('\n')).toMatch(
        /candidate fail: \d+ of \d+ requests failed on v2-errors.* The traffic went back at once/,
      );
      expect(code).toBe(1);
      expect(await names('shakedown/staging')).toEqual([]);
    }, 240_000);

    it('are rehearsed: a canary by its share of the pods', async () => {
      await made();
      const { code, checks, stderr } = await rehearsed('--canary');
      expect(
        checks.filter((line) => !/^\S+ pass/.test(line)),
        stderr,
      ).toEqual([]);
      expect(code).toBe(0);
      expect(await names('shakedown/staging')).toEqual([]);
    }, 300_000);

    it('are rehearsed: a harness that is killed leaves nothing', async () => {
      await made();
      const { child, ended } = shop.start(['rehearse', '--blue-green'], env, inside);
      let said = '';
      child.stderr?.on('data', (text: string) => {
        said += text;
      });
      await expect.poll(() => said, { timeout: 90_000, interval: 200 }).toMatch(/all traffic to v2/);
      expect(await names('shakedown/side=green')).not.toEqual([]);
      child.kill('SIGKILL');
      await ended;
      await expect.poll(() => names('shakedown/staging'), { timeout: 60_000, interval: 1000 }).toEqual([]);
    }, 240_000);

    it.each([
      ['the context', { context: 'nowhere' }, /context "?nowhere"? does not exist/],
      ['the namespace', { namespace: 'nowhere' }, /namespaces "nowhere" not found/],
      ['a workload of that name', { workload: 'store' }, /there is no Deployment or StatefulSet store/],
    ])(
      'say in one line that there is not %s',
      async (_, change, said) => {
        await made(change);
        const { code, stderr } = await shakedown('deploy', '--version', 'v1');
        expect(stderr.replaceAll(/\s+/g, ' ')).toMatch(said);
        expect(stderr.split('\n').filter((line) => line.startsWith('error'))).toHaveLength(1);
        expect(code).not.toBe(0);
        expect(await names('shakedown/staging')).toEqual([]);
      },
      60_000,
    );
  });
}
