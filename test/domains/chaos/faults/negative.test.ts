import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Component } from '../../../../src/domains/chaos/fault.ts';
import { faults } from '../../../../src/domains/chaos/faults/index.ts';
import type { OwnToxiproxy } from '../../../../src/domains/chaos/toxiproxy/server.ts';
import { type Postgres, startPostgres } from '../../../../src/sample/supervisor/postgres.ts';
import { linkTo, ownToxiproxy, startUpstream } from '../links.ts';
import { makeNamespaces, type TwoNamespaces, whyNoNamespaces } from './namespaces.ts';
import { type StandIn, standInCluster } from './stand-in.ts';
import { listInMemory } from './undo-steps.ts';

/** Arguments with which each fault, were it really done, would be seen. A fault without a line here fails the test below. */
const asked: Record<string, Record<string, unknown>> = {
  latency: { delayMs: 300 },
  jitter: { jitterMs: 100 },
  bandwidth: { kilobytesPerSecond: 40 },
  'reset-peer': { afterMs: 20 },
  timeout: { afterMs: 300 },
  'slow-close': { delayMs: 300 },
  slicer: { averageBytes: 64 },
  'limit-data': { bytes: 1000 },
  down: {},
  'process-kill': {},
  'process-stop': {},
  'process-restart': {},
  'cpu-pressure': { workers: 1, means: 'own' },
  'memory-pressure': { bytes: 64_000_000, means: 'own' },
  'io-pressure': { means: 'own' },
  'descriptor-pressure': { count: 200, means: 'own' },
  'cpu-limit': { processors: 0.2 },
  'memory-limit': { bytes: 256_000_000 },
  'descriptor-limit': {},
  'io-slow': { bytesPerSecond: 200_000 },
  'disk-full': { allowShared: true },
  'network-delay': { delayMs: 40 },
  'network-jitter': { delayMs: 40, jitterMs: 20 },
  'network-loss': { share: 0.5, means: 'iptables-statistic' },
  'network-duplicate': { share: 0.5 },
  'network-reorder': { share: 0.3 },
  'network-corrupt': { share: 0.5 },
  'network-bandwidth': { kilobytesPerSecond: 200 },
  'network-partition': {},
  'http-abort': { route: '/**' },
  'http-delay': { route: '/**', delayMs: 100 },
  'clock-skew': { offsetSeconds: 3600 },
  'database-restart': { means: 'crash' },
  'database-failover': {},
  'pod-kill': {},
  'pod-partition': {},
};

/** They need containers: test/domains/chaos/faults/containers.test.ts asks the same of them. */
const inContainers = ['container-stop', 'container-pause'];
const askedHere = faults.filter(({ name }) => !inContainers.includes(name));

/** What cannot be had on this machine, noop or not. */
const withoutNamespaces = whyNoNamespaces();
const server = `require('node:http').createServer((_, r) => r.end()).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('up'))`;

describe('a fault that is switched to noop is not seen', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-negative-'));
  let target: ChildProcess;
  let port = 0;
  let toxiproxy: OwnToxiproxy;
  let upstream: { address: string; close(): void };
  let postgres: Postgres;
  let two: TwoNamespaces | null = null;
  let cluster: StandIn;
  const components = new Map<Component['kind'], Component>();

  const start = async (environment: Record<string, string>) => {
    target?.kill('SIGKILL');
    target = spawn(process.execPath, ['-e', server], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...environment, PORT: String(port) },
    });
    if (target.stdout !== null) await once(target.stdout, 'data');
  };

  beforeAll(async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const address = free.address();
    port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    free.close();
    await once(free, 'close');
    cluster = standInCluster();
    [toxiproxy, upstream, postgres, two] = await Promise.all([
      ownToxiproxy(),
      startUpstream('http'),
      startPostgres(),
      withoutNamespaces === null ? makeNamespaces() : null,
      start({}),
    ]);
    const pid = () => target.pid ?? -1;
    const url = `http://127.0.0.1:${port}/`;
    const own: Component[] = [
      { kind: 'process', name: 'shop-1', pid, url, relaunch: start },
      await linkTo(toxiproxy, 'link', upstream.address),
      { kind: 'folder', name: 'folder', path: folder },
      { kind: 'database', name: 'database', url: postgres.url, pid: postgres.pid, restart: null, failover: ['true'] },
      cluster.workload,
      ...(two === null ? [] : [two.component]),
    ];
    for (const component of own) components.set(component.kind, component);
  }, 60_000);
  afterAll(async () => {
    target?.kill('SIGKILL');
    upstream?.close();
    await Promise.all([toxiproxy?.stop(), postgres?.stop(), two?.remove()]);
    cluster?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is asked of every fault there is', () => {
    expect([...Object.keys(asked), ...inContainers].sort()).toEqual(faults.map(({ name }) => name).sort());
  });

  for (const fault of askedHere) {
    // Some wait for seconds for what does not come: they do so side by side. The others measure times, and do so alone.
    const concurrent = /pressure$|^database|^pod/.test(fault.name);
    const skip = fault.on.includes('namespace') && withoutNamespaces !== null;
    it(`${fault.name}${skip ? ` (${withoutNamespaces})` : ''}`, { concurrent, skip, timeout: 60_000 }, async () => {
      const component = fault.on.map((kind) => components.get(kind)).find((each) => each !== undefined);
      if (component === undefined) throw new Error(`no component of kind ${fault.on.join(' or ')}`);
      const args = fault.schema.parse(asked[fault.name]);
      const undo = listInMemory();
      const active = await fault.inject(args, component, { undo, signal: AbortSignal.timeout(60_000), noop: true });
      const proof = await active.prove();
      await active.revert();
      expect(proof.checks.length).toBeGreaterThan(0);
      expect(proof.seen).toBe(false);
      expect(undo.left()).toEqual([]);
    });
  }
});
