import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResolvedChaos } from '../../../../src/domains/chaos/configuration.ts';
import { faults } from '../../../../src/domains/chaos/faults/index.ts';
import { createGuard, type Guard } from '../../../../src/domains/chaos/guard/guard.ts';
import { createInjector } from '../../../../src/domains/chaos/injector.ts';
import { groupOf } from '../../../../src/domains/chaos/machine/cgroup.ts';
import { configuredComponents } from '../../../../src/domains/chaos/run/components.ts';
import { makeContainers, podman } from './containers.ts';

const made = makeContainers();
const containers = typeof made === 'string' ? { name: 'none', peer: '127.0.0.1:1', remove: () => {} } : made;
const note = typeof made === 'string' ? ` (${made})` : '';

const chaosOf = (container: string) =>
  ({
    toxiproxyUrl: 'http://127.0.0.1:8474',
    components: { cache: { kind: 'container', container, engine: 'podman', interface: 'eth0', peer: containers.peer } },
  }) as unknown as ResolvedChaos;
const pidNow = () => Number(podman('inspect', '--format', '{{.State.Pid}}', containers.name));
const runs = () => podman('inspect', '--format', '{{.State.Running}}', containers.name) === 'true';
/** All that a fault may leave in the container's control groups and network. */
const state = async () => {
  const pid = pidNow();
  const in_ = async (controller: 'cpu' | 'memory' | 'freezer', ...files: string[]) => {
    const path = (await groupOf(pid, controller))?.path ?? '';
    return files.map((file) => {
      try {
        return readFileSync(join(path, file), 'utf8').trim();
      } catch {
        return null;
      }
    });
  };
  return [
    await in_('cpu', 'cpu.cfs_quota_us', 'cpu.max'),
    await in_('memory', 'memory.limit_in_bytes', 'memory.max'),
    await in_('freezer', 'freezer.state', 'cgroup.freeze'),
  ];
};

let folder: string;
let guard: Guard;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-containers-'));
  guard = await createGuard({ folder, registry: join(folder, 'registry'), signal: new AbortController().signal });
});
afterAll(async () => {
  await guard.close();
  containers.remove();
  await rm(folder, { recursive: true, force: true });
});

const injectorOf = (noop: boolean, container = containers.name) =>
  createInjector({
    faults,
    components: configuredComponents(chaosOf(container), []),
    undo: guard,
    now: () => performance.now(),
    on: () => {},
    noop,
  });
const request = (fault: string, args = {}) => ({ experiment: 't', fault, component: 'cache', arguments: args });
const { signal } = new AbortController();

describe.skipIf(typeof made === 'string')(`a container${note}`, () => {
  test.each([
    ['container-pause', {}],
    ['container-stop', { kill: true }],
    ['container-stop', { withinSeconds: 0 }],
    ['process-stop', {}],
    ['cpu-limit', { processors: 0.05 }],
    ['memory-limit', { bytes: 64_000_000 }],
    ['cpu-pressure', { workers: 1, load: 50, means: 'own' }],
    ['network-partition', { direction: 'both' }],
    ['network-loss', { share: 0.5, means: 'iptables-statistic' }],
    ['network-bandwidth', { kilobytesPerSecond: 200, means: 'tbf' }],
  ])(
    '%s %j is seen while it is on, and leaves nothing',
    async (fault, args) => {
      const before = await state();
      const idle = injectorOf(true);
      const unseen = await idle.inject(request(fault, args), signal);
      expect(unseen.proof?.seen).toBe(false);
      await idle.revert(unseen.id, 'rollback');
      const injector = injectorOf(false);
      const { id, proof } = await injector.inject(request(fault, args), signal);
      expect(proof?.checks.filter(({ held }) => !held)).toEqual([]);
      expect(proof?.seen).toBe(true);
      await injector.revert(id, 'rollback');
      expect(runs()).toBe(true);
      expect(await state()).toEqual(before);
      expect(guard.left()).toEqual([]);
    },
    60_000,
  );

  test('pressure is on its control group', async () => {
    const injector = injectorOf(false);
    const { id, touches } = await injector.inject(request('cpu-pressure', { workers: 1, means: 'own' }), signal);
    expect(touches.join()).toContain('in the control groups of cache');
    const group = (await groupOf(pidNow(), 'cpu'))?.path ?? '';
    const members = readFileSync(join(group, 'cgroup.procs'), 'utf8').trim().split('\n');
    expect(members.length).toBeGreaterThan(1);
    await injector.revert(id, 'rollback');
    expect(readFileSync(join(group, 'cgroup.procs'), 'utf8').trim()).toBe(String(pidNow()));
  });

  test.each([
    ['container-pause', '{}'],
    ['container-stop', '{"kill":true}'],
    ['cpu-limit', '{"processors":0.05}'],
  ])(
    '%s is undone by the guard when the harness is killed',
    async (fault, args) => {
      const before = await state();
      const list = await mkdtemp(join(folder, 'killed-'));
      const script = fileURLToPath(new URL('./guarded-container.ts', import.meta.url));
      const given = JSON.stringify(chaosOf(containers.name));
      const harness = spawn(process.execPath, ['--import', 'tsx', script, given, fault, args, list], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = await once(harness.stdout, 'data');
      expect(String(said)).toBe('on\n');
      harness.kill('SIGKILL');
      const until = Date.now() + 15_000;
      const isBack = async () => runs() && JSON.stringify(await state()) === JSON.stringify(before);
      while (!(await isBack()) && Date.now() < until) await sleep(100);
      expect(await isBack()).toBe(true);
    },
    60_000,
  );

  test('that does not run is refused, and nothing is touched', async () => {
    await expect(injectorOf(false, 'no-such-one').inject(request('container-pause'), signal)).rejects.toMatchObject({
      code: 'FAULT_UNAVAILABLE',
      message: expect.stringMatching(/no such|no container/i),
    });
    await expect(injectorOf(false, 'no-such-one').inject(request('network-partition'), signal)).rejects.toMatchObject({
      code: 'FAULT_UNAVAILABLE',
    });
    expect(guard.left()).toEqual([]);
  });
});
