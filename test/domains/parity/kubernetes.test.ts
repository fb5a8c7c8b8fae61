import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { secretKey } from '../../../src/domains/parity/descriptor/secrets.ts';
import { gatherCluster } from '../../../src/domains/parity/sources/kubernetes/live.ts';
import { gatherObjects, objectsOf } from '../../../src/domains/parity/sources/kubernetes/objects.ts';

const about = { from: 'a test', capturedAt: '2026-11-29T00:00:00Z', key: secretKey('a key of a test only') };
const object = (kind: string, name: string, more: object, metadata: object = {}) => ({
  ...{ apiVersion: 'apps/v1', kind, metadata: { name, namespace: 'shop', ...metadata } },
  ...more,
});
const deployment = (container: object, spec: object = {}, metadata: object = {}) =>
  object(
    'Deployment',
    'shop',
    {
      spec: {
        replicas: 3,
        ...spec,
        template: { spec: { containers: [{ name: 'web', image: 'r.example:5000/shop:1.4', ...container }] } },
      },
    },
    metadata,
  );
const list = (...items: object[]) => objectsOf({ kind: 'List', items }, 'a test');

describe('objects of a cluster', () => {
  it('are put where they belong', () => {
    const { items } = gatherObjects(
      list(
        deployment({
          resources: { limits: { cpu: '500m', memory: '1Gi' } },
          env: [
            { name: 'LOG_LEVEL', value: 'info' },
            { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
            { name: 'TZ', value: 'UTC' },
          ],
        }),
        object('Service', 'front', {
          spec: { type: 'LoadBalancer', clusterIP: '10.0.0.9', ports: [{ name: 'https', port: 443 }] },
        }),
        object('PersistentVolumeClaim', 'data', {
          spec: { storageClassName: 'ssd', resources: { requests: { storage: '10Gi' } } },
        }),
        object('NetworkPolicy', 'deny', { spec: { policyTypes: ['Ingress'] } }),
        object('ConfigMap', 'app', { data: { 'app.properties': 'a.b=1\ndb.password=hunter22\n', plain: 'x' } }),
        object('Secret', 'db', { data: { password: Buffer.from('hunter22').toString('base64') } }),
      ),
      about,
    );
    const value = (key: string) => items.get(key)?.value;
    expect(value('instances/shop')).toBe(3);
    expect([value('cpu/shop/web/limit'), value('memory/shop/web/limit')]).toEqual(['500m', '1Gi']);
    // What may use no more than so much is given as much.
    expect(items.get('cpu/shop/web/request')).toMatchObject({ value: '500m', state: 'default' });
    expect([value('version/shop/web'), value('configuration/shop/web/image')]).toEqual(['1.4', 'r.example:5000/shop']);
    expect([value('environment/shop/web/LOG_LEVEL'), value('time-zone/shop/web')]).toEqual(['info', 'UTC']);
    expect(value('environment/shop/web/DB_PASSWORD/valueFrom/secretKeyRef/name')).toBe('db');
    expect(
      value('load-balancer/service/front/ports/https/port') ?? value('load-balancer/service/front/type'),
    ).toBeDefined();
    expect(items.get('load-balancer/service/front/clusterIP')?.own).toBe('the cluster gave it');
    expect([value('storage/data/class'), value('storage/data/size')]).toEqual(['ssd', '10Gi']);
    expect(value('network/policy/deny/policyTypes')).toEqual(['Ingress']);
    expect([value('configuration/app/app.properties/a.b'), value('configuration/app/plain')]).toEqual(['1', 'x']);
    expect(value('configuration/secret/db/password')).toBe(about.key.hash('hunter22'));
    expect(JSON.stringify([...items])).not.toContain('hunter22');
  });

  it('have neither a request nor a limit where neither is set, and are of the kind of their list', () => {
    const { kind: _, apiVersion: __, ...item } = deployment({ resources: { requests: { cpu: 1 } } });
    const all = objectsOf({ kind: 'DeploymentList', apiVersion: 'apps/v1', items: [item] }, 'a test');
    expect(all).toMatchObject([{ kind: 'Deployment', apiVersion: 'apps/v1' }]);
    const { items } = gatherObjects(all, about);
    const states = ['cpu/shop/web/limit', 'memory/shop/web/request', 'memory/shop/web/limit'].map(
      (key) => items.get(key)?.state,
    );
    expect(states).toEqual(['absent', 'absent', 'absent']);
    expect(items.get('cpu/shop/web/request')?.value).toBe(1);
  });

  it('tell what a person set from what the cluster filled in', () => {
    const applied = JSON.stringify(object('Deployment', 'shop', { spec: { replicas: 3 } }));
    const { items } = gatherObjects(
      list(
        deployment(
          {},
          { revisionHistoryLimit: 10 },
          { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': applied } },
        ),
      ),
      about,
    );
    expect(items.get('instances/shop')?.state).toBe('explicit');
    expect(
      items.get('configuration/shop/spec/revisionHistoryLimit')?.state ??
        items.get('configuration/shop/revisionHistoryLimit')?.state,
    ).toBe('default');
  });

  it('leave a number of instances to its autoscaler, and pods to what made them', () => {
    const scaler = object('HorizontalPodAutoscaler', 'shop', {
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'shop' }, minReplicas: 2, maxReplicas: 9 },
    });
    const pod = object('Pod', 'shop-1', { spec: { containers: [] } }, { ownerReferences: [{ controller: true }] });
    const { items } = gatherObjects(list(deployment({}), scaler, pod), about);
    expect(items.get('instances/shop')?.own).toBe('its autoscaler sets it');
    expect(items.get('autoscaling/shop/max')?.value).toBe(9);
    expect([...items.keys()].some((key) => key.includes('shop-1'))).toBe(false);
  });

  it('are the same in another order', () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    const items = (variables: object[]) => [...gatherObjects(list(deployment({ env: variables })), about).items].sort();
    expect(items(env)).toEqual(items([...env].reverse()));
  });

  it('are refused where they are none', () => {
    expect(() => objectsOf({ kind: 'List', items: [1] }, 'The file')).toThrow(/is not what kubectl gets/);
    expect(() => objectsOf(null, 'The file')).toThrow(/is not what kubectl gets/);
  });
});

describe('a cluster that is asked', () => {
  let folder: string | undefined;
  afterEach(async () => {
    delete process.env.SHAKEDOWN_KUBECTL;
    if (folder !== undefined) await rm(folder, { recursive: true });
  });
  const kubectl = async (script: string) => {
    folder = await mkdtemp(join(tmpdir(), 'parity-kubectl-'));
    const path = join(folder, 'kubectl');
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    process.env.SHAKEDOWN_KUBECTL = path;
  };
  const asked = () =>
    gatherCluster({ context: null, namespace: null }, { ...about, key: null }, new AbortController().signal);

  it('names what may not be read, and asks for no value of a secret without a key', async () => {
    await kubectl(
      `case "$*" in *networkpolicies*) echo 'Error from server (Forbidden): forbidden' >&2; exit 1;; *secrets*json*) exit 9;; *secrets*) printf 'db\\tOpaque\\tpassword\\n';; *) echo '{"kind":"List","items":[]}';; esac`,
    );
    const gatherer = await asked();
    expect(gatherer.source().covers).not.toContain('network');
    expect(
      gatherer
        .source()
        .gaps.map(({ reason }) => reason)
        .join(),
    ).toMatch(/networkpolicies.* may not be read/);
    expect(gatherer.items.get('configuration/secret/db/password')).toMatchObject({ secret: true, value: null });
  });

  it('that may not be asked for its nodes and secrets shows not all of what they are part of', async () => {
    await kubectl(
      `case "$*" in *nodes*|*secrets*) echo 'Error from server (Forbidden): forbidden' >&2; exit 1;; *) echo '{"kind":"List","items":[]}';; esac`,
    );
    const { gaps, covers } = (await asked()).source();
    expect(gaps.map(({ aspect }) => aspect)).toEqual(['instances', 'cpu', 'memory', 'version', 'configuration']);
    expect(covers).toContain('cpu');
  });

  it('is an error where it does not answer', async () => {
    await kubectl(`echo 'The connection to the server was refused' >&2; exit 1`);
    await expect(asked()).rejects.toMatchObject({ code: 'PARITY_KUBECTL' });
  });
});
