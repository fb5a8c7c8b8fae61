import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { JournalData } from '../../../src/model/event.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { renderRun } from '../../../src/run/simulate/render.ts';
import { makeRun } from '../../run/results/run-folder.ts';
import { good, switched } from './made-flags.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const rehearsal = 'blue-green';
const started: JournalData = {
  type: 'shakedown.rehearsal.started',
  data: {
    ...{
      candidate: 'v2',
      previous: 'v1',
      driver: 'local',
      switchDriver: 'HAProxy 2.6.12',
      chosen: [rehearsal, 'canary'],
    },
    history: [
      {
        ...{
          number: 1,
          version: 'v1',
          startedAt: '2026-11-20T08:00:00.000Z',
          durationMs: 9000,
          status: 'success',
          reason: '',
        },
        ...{ driver: 'local', artifacts: [{ name: 'shop', digest: `sha256:${'a'.repeat(64)}` }], migration: '004' },
        ...{ configuration: 'b'.repeat(64), by: '<b>crew</b>' },
      },
    ],
  },
};
const evidence = (data: object): JournalData => ({
  type: 'shakedown.rehearsal.evidence',
  data: { rehearsal, atMs: 10, data },
});
const side = (requests: number, p95Ms: number) => ({ requests, failed: 0, p50Ms: p95Ms / 2, p95Ms });
const begun: JournalData[] = [
  started,
  { type: 'shakedown.rehearsal.begun', data: { rehearsal, atMs: 0 } },
  evidence({ kind: 'up', version: 'v2', side: 'green', tookMs: 4000, error: null, same: false }),
  evidence({ kind: 'baseline', requests: 500, failed: 0, example: '' }),
  {
    type: 'shakedown.rehearsal.marked',
    data: { rehearsal, atMs: 2500, text: 'all traffic to <i>v2</i>', kind: 'move' },
  },
  ...[0, 1, 2, 3].map(
    (second): JournalData => ({
      type: 'shakedown.rehearsal.second',
      data: {
        ...{ rehearsal, startMs: 1000 * second, weights: { current: 100 } },
        sides: { current: side(second < 3 ? 50 : 0, 20), candidate: side(second < 3 ? 0 : 50, 30) },
      },
    }),
  ),
];

async function run(more: JournalData[]): Promise<string> {
  const folder = await makeRun({ windows: 10, windowMs: 1000, rate: 50, more });
  folders.push(folder);
  return folder;
}

it('a rehearsal that was cut off is inconclusive, and one that did not begin has shown nothing', async () => {
  const results = await buildResults(await run(begun));
  const of = (id: string) => results.objectives.find(({ objective }) => objective.id === id);
  expect(results.gates.find(({ id }) => id === 'rehearsal')?.verdict).toBe('inconclusive');
  expect(of('rehearsal-blue-green')).toMatchObject({ verdict: 'inconclusive' });
  expect(of('rehearsal-canary')).toMatchObject({ verdict: 'inconclusive', value: null });
  expect(of('rehearsal-restored')).toMatchObject({ verdict: 'inconclusive' });
  expect(results.sections.rehearsal).toMatchObject({ notBegun: [{ id: 'canary' }], restored: null });
  expect(results.sections.rehearsal?.rehearsals[0]?.checks.find(({ id }) => id === 'ended')?.reason).toBe(
    'It was cut off before its end.',
  );
});

it('traffic that did not go back fails, with where it is', async () => {
  const restored: JournalData = {
    type: 'shakedown.rehearsal.restored',
    data: { atMs: 9000, weights: { blue: 75, green: 25 }, wanted: { blue: 100 }, error: null },
  };
  const results = await buildResults(await run([...begun, restored]));
  expect(results.objectives.find(({ objective }) => objective.id === 'rehearsal-restored')).toMatchObject({
    verdict: 'fail',
    reason: expect.stringContaining(
      'the traffic is not where it was: 75 % blue, 25 % green, and it was 100 % blue before.',
    ),
  });
});

it('evidence that cannot be read is not passed over', async () => {
  const results = await buildResults(await run([...begun, evidence({ kind: 'move', purpose: 'sideways' })]));
  expect(results.sections.rehearsal?.rehearsals[0]?.checks.find(({ id }) => id === 'evidence')).toMatchObject({
    verdict: 'inconclusive',
    reason: '1 piece of evidence in the journal cannot be read.',
  });
});

it('the page has checks, timeline and deployments, and what a person wrote stays text', async () => {
  const folder = await run(begun);
  await renderRun(folder);
  const html = readFileSync(join(folder, 'rehearsal.html'), 'utf8');
  expect(html).toContain('Traffic is answered before any move');
  expect(html).toContain('all traffic to &lt;i&gt;v2&lt;/i&gt;');
  expect(html).toContain('&lt;b&gt;crew&lt;/b&gt;');
  expect(html.match(/Share of the traffic/g)?.length).toBe(3);
  expect(html).not.toContain('could not be drawn');
  // Nothing leads to a page that the run does not have.
  const index = readFileSync(join(folder, 'index.html'), 'utf8');
  const links = [...index.matchAll(/href="([^"#]+\.html)"/g)].map(([, href = '']) => href);
  expect(links.filter((href) => !existsSync(join(folder, href)))).toEqual([]);
});

const flags = (all: readonly object[]): JournalData[] => [
  { ...started, data: { ...started.data, chosen: ['flags'] } } as JournalData,
  { type: 'shakedown.rehearsal.begun', data: { rehearsal: 'flags', atMs: 0 } },
  ...all.map(
    (data): JournalData => ({ type: 'shakedown.rehearsal.evidence', data: { rehearsal: 'flags', atMs: 10, data } }),
  ),
  { type: 'shakedown.rehearsal.ended', data: { rehearsal: 'flags', atMs: 20, error: null } },
  {
    type: 'shakedown.rehearsal.restored',
    data: { atMs: 9000, weights: { blue: 100 }, wanted: { blue: 100 }, error: null },
  },
];
const others = ['blue-green', 'canary', 'migration', 'configuration', 'disaster-recovery'];
const leftOut = Object.fromEntries(others.map((id) => [`rehearsal-${id}`, { weight: 0, key: false }]));
const failed = good.map((each) => (each.kind === 'switched' && each.to === 'off' ? switched('off', null) : each));

it.each<[string, object, JournalData[], string, string]>([
  ['a rehearsal that was not asked for leaves it open', {}, flags(good), 'INCONCLUSIVE', 'it was not asked for'],
  ['one without a say does not', leftOut, flags(good), 'READY', ''],
  ['one that failed is NOT READY', leftOut, flags(failed), 'NOT READY', 'did not'],
  ['a run without any leaves it open', {}, [], 'INCONCLUSIVE', 'Rehearsal'],
])('by a policy that names the gate %s', async (_, objectives, more, word, says) => {
  const policy = { name: 'mine', title: 'Mine', gates: ['rehearsal'], objectives, maxAgeHours: {} };
  const folder = await makeRun({ windows: 10, windowMs: 1000, rate: 50, more, config: { policy } });
  folders.push(folder);
  const results = await buildResults(folder);
  expect(results.word, results.sentence).toBe(word);
  expect(JSON.stringify(results)).toContain(says);
});

it('a run of another kind has no such gate', async () => {
  const results = await buildResults(await run([]));
  expect([results.sections.rehearsal, results.gates.some(({ id }) => id === 'rehearsal')]).toEqual([undefined, false]);
});
