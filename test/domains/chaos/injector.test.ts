import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { ActiveFault, Component, Fault } from '../../../src/domains/chaos/fault.ts';
import { faults } from '../../../src/domains/chaos/faults/index.ts';
import { createGuard, type Guard } from '../../../src/domains/chaos/guard/guard.ts';
import { createInjector, type InjectorEvent, type InjectorOptions } from '../../../src/domains/chaos/injector.ts';
import { identify } from '../../../src/evidence/process.ts';
import type { FaultProof } from '../../../src/model/chaos.ts';
import { isAlive } from '../../alive.ts';
import { startVictim } from './victim.ts';

let folder: string;
let guard: Guard;
let victim: Awaited<ReturnType<typeof startVictim>>;
let events: InjectorEvent[];
let clock: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-injector-'));
  guard = await createGuard({ folder, registry: join(folder, 'registry'), signal });
});
afterAll(async () => {
  await guard.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  victim = await startVictim();
  events = [];
  clock = 0;
});
afterEach(() => {
  victim.child.kill('SIGKILL');
});

const { signal } = new AbortController();
const endpoint: Component = { kind: 'endpoint', name: 'shop', url: 'http://127.0.0.1:1' };

const injectorOf = (more: Partial<InjectorOptions> = {}) =>
  createInjector({
    faults,
    components: [victim.component, endpoint],
    undo: guard,
    now: () => clock++,
    on: (event) => events.push(event),
    ...more,
  });
const request = (fault: string, component = 'victim', args = {}) => ({
  experiment: 'a test',
  fault,
  component,
  arguments: args,
});

test('stops a process, proves it, lets it go on, and tells the journal of each', async () => {
  const injector = injectorOf();
  const record = await injector.inject(request('process-stop'), signal);
  expect(identify(victim.pid)?.state).toBe('T');
  expect(record).toMatchObject({
    id: 'f1',
    touches: [`stops victim, process ${victim.pid}`],
    announcedMs: 0,
    injectedMs: 1,
    revertedMs: null,
    proof: { seen: true, checks: [{ what: 'process state', expected: 'stopped', measured: 'stopped', held: true }] },
  });
  expect(guard.left()).toHaveLength(1);
  await injector.revert('f1', 'rollback');
  await injector.revert('f1', 'harness');
  expect(identify(victim.pid)?.state).not.toBe('T');
  expect(guard.left()).toEqual([]);
  expect(injector.records).toEqual([
    expect.objectContaining({ revertedBy: 'rollback', revertedMs: expect.any(Number) }),
  ]);
  expect(events.map(({ type }) => type.slice('shakedown.fault.'.length))).toEqual([
    'announced',
    'injected',
    'proved',
    'ended',
  ]);
});

test.each(['process-kill', 'process-restart'])('%s ends a process, and is over then', async (name) => {
  const injector = injectorOf();
  const record = await injector.inject(request(name), signal);
  expect(isAlive(victim.pid)).toBe(false);
  expect(record).toMatchObject({ proof: { seen: true }, revertedBy: 'itself' });
});

test.each(['process-stop', 'process-kill', 'process-restart'])('%s is not seen where it is not done', async (name) => {
  const injector = injectorOf({ noop: true });
  const record = await injector.inject(request(name), signal);
  expect(record.proof).toMatchObject({ seen: false, checks: [{ measured: 'going on', held: false }] });
  await injector.revertAll('harness');
  expect(isAlive(victim.pid)).toBe(true);
});

test.each([
  ['FAULT_UNKNOWN', 'There is no fault "frost".', request('frost')],
  [
    'FAULT_ARGUMENTS',
    /process-stop: no argument hard; it takes none/,
    request('process-stop', 'victim', { hard: true }),
  ],
  ['FAULT_COMPONENT', /names no component "other", so it is not touched/, request('process-stop', 'other')],
  ['FAULT_COMPONENT', 'process-stop is not for "shop", a endpoint.', request('process-stop', 'shop')],
])('touches nothing for %s', async (code, message, wrong) => {
  const injector = injectorOf();
  await expect(injector.inject(wrong, signal)).rejects.toMatchObject({
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
  expect(injector.records).toEqual([]);
});

test('never touches its own process, and has that on record', async () => {
  const own: Component = { kind: 'process', name: 'harness', pid: () => process.pid };
  const injector = injectorOf({ components: [own] });
  await expect(injector.inject(request('process-stop', 'harness'), signal)).rejects.toMatchObject({
    code: 'FAULT_TARGET',
  });
  expect(injector.records).toMatchObject([{ injectedMs: null, error: expect.stringContaining('never touched') }]);
  expect(events.at(-1)).toMatchObject({ type: 'shakedown.fault.ended', data: { by: null } });
});

const isThere = { what: 'it', expected: 'there', measured: 'there', held: true };
const stubborn = (active: Partial<Extract<ActiveFault, { momentary: false }>>): Fault => ({
  name: 'stubborn',
  title: 'Stubborn',
  layer: 'process',
  on: ['process'],
  schema: z.unknown(),
  unavailable: async () => null,
  touches: () => [],
  inject: async () => ({
    momentary: false,
    prove: async () => ({ seen: true, checks: [] }),
    still: async () => isThere,
    revert: async () => {},
    ...active,
  }),
});

test.each([
  [undefined, 'no end after 60 s'],
  [100_000, undefined],
])('a proof that needs 90 s has them where its fault says so (%s)', async (proofWithinMs, why) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const prove = () =>
      new Promise<FaultProof>((resolve) => setTimeout(() => resolve({ seen: true, checks: [] }), 90_000));
    const slow = stubborn({ prove, ...(proofWithinMs === undefined ? {} : { proofWithinMs }) });
    const injecting = injectorOf({ faults: [slow] }).inject(request('stubborn'), signal);
    await vi.advanceTimersByTimeAsync(120_000);
    const { proof } = await injecting;
    expect(proof?.seen).toBe(why === undefined);
    expect(proof?.checks[0]?.measured).toBe(why);
  } finally {
    vi.useRealTimers();
  }
});

test('a fault that cannot be taken away is told of, stays, and stops no other from being taken away', async () => {
  let stuck = true;
  const revert = async () => {
    if (stuck) throw new Error('it is rusty');
  };
  const injector = injectorOf({ faults: [...faults, stubborn({ revert })] });
  await injector.inject(request('process-stop'), signal);
  await injector.inject(request('stubborn'), signal);
  await expect(injector.revertAll('harness')).rejects.toMatchObject({
    code: 'FAULT_REVERT',
    message: 'stubborn on victim could not be taken away: it is rusty',
  });
  expect(identify(victim.pid)?.state).not.toBe('T');
  expect(events.filter(({ type }) => type === 'shakedown.warning')).toHaveLength(1);
  stuck = false;
  await injector.revertAll('harness');
  expect(injector.records.every(({ revertedBy }) => revertedBy === 'harness')).toBe(true);
});

test('takes all faults away last first, each once, however often it is asked to', async () => {
  const order: string[] = [];
  const named = (name: string): Fault => {
    const revert = async () => {
      order.push(`begin ${name}`);
      await sleep(10);
      order.push(`end ${name}`);
    };
    return { ...stubborn({ revert }), name };
  };
  const injector = injectorOf({ faults: [named('first'), named('second'), named('third')] });
  for (const name of ['first', 'second', 'third']) await injector.inject(request(name), signal);
  await Promise.all([injector.revertAll('rollback'), injector.revertAll('harness')]);
  await injector.revertAll('harness');
  const each = (name: string) => [`begin ${name}`, `end ${name}`];
  expect(order).toEqual([...each('third'), ...each('second'), ...each('first')]);
  const ended = events.flatMap((event) => (event.type === 'shakedown.fault.ended' ? [event.data] : []));
  expect(ended.map(({ id, by }) => `${id} ${by}`)).toEqual(['f3 rollback', 'f2 rollback', 'f1 rollback']);
});

test('a proof that throws is a fault that was not seen', async () => {
  const prove = () => Promise.reject(new Error('the gauge is broken'));
  const injector = injectorOf({ faults: [stubborn({ prove })] });
  const { proof } = await injector.inject(request('stubborn'), signal);
  expect(proof).toMatchObject({ seen: false, checks: [{ measured: 'the gauge is broken' }] });
});

test('takes away what was being put in when the run was ended', async () => {
  const abort = new AbortController();
  const prove = () => new Promise<never>(() => {});
  let there = 0;
  const slow: Fault = {
    ...stubborn({}),
    async inject() {
      await new Promise((resolve) => setTimeout(resolve, 50));
      there++;
      return {
        momentary: false,
        prove,
        still: async () => isThere,
        revert: async () => {
          there--;
        },
      };
    },
  };
  const injector = injectorOf({ faults: [slow] });
  const injected = injector.inject(request('stubborn'), abort.signal);
  abort.abort();
  const reverted = injector.revertAll('harness');
  await Promise.allSettled([injected]);
  await reverted;
  expect(there).toBe(0);
});
