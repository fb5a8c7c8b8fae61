import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Component, Injector } from '../../../src/domains/chaos/fault.ts';
import { faults } from '../../../src/domains/chaos/faults/index.ts';
import { createGuard, type Guard } from '../../../src/domains/chaos/guard/guard.ts';
import { createInjector, type InjectorEvent } from '../../../src/domains/chaos/injector.ts';
import type { OwnToxiproxy } from '../../../src/domains/chaos/toxiproxy/server.ts';
import { isAlive } from '../../alive.ts';
import { linkTo, ownToxiproxy, residue, startUpstream } from './links.ts';

let folder: string;
let guard: Guard;
let toxiproxy: OwnToxiproxy;
let components: Component[];
let upstreams: { close(): void }[];
let events: InjectorEvent[];
let injector: Injector;
const names = ['http', 'postgres', 'mute'] as const;
const { signal } = new AbortController();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shakedown-links-'));
  guard = await createGuard({ folder, registry: join(folder, 'registry'), signal });
  toxiproxy = await ownToxiproxy();
  const started = await Promise.all(names.map(async (name) => ({ name, ...(await startUpstream(name)) })));
  upstreams = started;
  components = await Promise.all(started.map(({ name, address }) => linkTo(toxiproxy, name, address)));
});
afterAll(async () => {
  await guard.close();
  await toxiproxy.stop();
  for (const upstream of upstreams) upstream.close();
  expect(isAlive(toxiproxy.pid)).toBe(false);
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  events = [];
});
afterEach(() => injector.revertAll('harness'));

const injectorOf = (noop = false) =>
  createInjector({
    faults,
    components,
    undo: guard,
    now: () => performance.now(),
    on: (event) => events.push(event),
    noop,
  });

const cases: [fault: string, args: Record<string, unknown>][] = [
  ['latency', { delayMs: 400 }],
  ['jitter', { jitterMs: 100 }],
  ['bandwidth', { kilobytesPerSecond: 40 }],
  ['reset-peer', { afterMs: 20 }],
  ['timeout', { afterMs: 300 }],
  ['slow-close', { delayMs: 400 }],
  ['slicer', { averageBytes: 64 }],
  ['limit-data', { bytes: 1_000 }],
  ['down', {}],
];

describe.each(names)('on a link to an upstream that speaks %s', (component) => {
  // What is measured beside the link is measured alike for all that cannot be asked.
  test.each(component === 'http' ? cases : cases.filter(([fault]) => /latency|reset|slicer/.test(fault)))(
    '%s is seen, and gone after',
    async (fault, args) => {
      injector = injectorOf();
      const record = await injector.inject({ experiment: 'a test', fault, component, arguments: args }, signal);
      expect(record.proof?.checks.filter(({ held }) => !held)).toEqual([]);
      expect(record.touches).toHaveLength(1);
      await injector.revert(record.id, 'rollback');
      expect(await residue(toxiproxy, names)).toEqual([]);
      expect(guard.left()).toEqual([]);
    },
  );
});

test.each(cases)('%s is not seen where it is not done', async (fault, args) => {
  injector = injectorOf(true);
  const record = await injector.inject({ experiment: 'a test', fault, component: 'http', arguments: args }, signal);
  expect(record.proof).toMatchObject({ seen: false });
  // Not by what Toxiproxy says alone.
  const [, ...measured] = record.proof?.checks ?? [];
  expect(measured.length).toBeGreaterThan(0);
  expect(measured.every(({ held }) => held)).toBe(false);
  await injector.revertAll('harness');
  expect(await residue(toxiproxy, names)).toEqual([]);
});

test.each(cases.filter(([fault]) => fault !== 'down'))('%s is seen on the way to the upstream', async (fault, args) => {
  injector = injectorOf();
  const request = { experiment: 'a test', fault, component: 'http', arguments: { ...args, direction: 'upstream' } };
  const record = await injector.inject(request, signal);
  expect(record.proof?.checks.filter(({ held }) => !held)).toEqual([]);
  await injector.revertAll('harness');
  expect(await residue(toxiproxy, names)).toEqual([]);
});

test('a fault on a share of the connections is reported by their number', async () => {
  injector = injectorOf();
  const args = { delayMs: 150, toxicity: 0.5 };
  const record = await injector.inject(
    { experiment: 'a test', fault: 'latency', component: 'http', arguments: args },
    signal,
  );
  expect(record.proof?.checks.filter(({ held }) => !held)).toEqual([]);
  expect(record.proof?.checks.at(-1)?.measured).toMatch(/^on \d+ of 40 connections$/);
  await injector.revertAll('harness');
});
