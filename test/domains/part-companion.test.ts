import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { check, type PartWork } from '../../src/domains/part.ts';
import { partCompanions } from '../../src/domains/part-companion.ts';
import type { PartDomain } from '../../src/domains/part-declaration.ts';
import { partJudging } from '../../src/domains/part-judging.ts';
import { type ValidationContext, validationWork } from '../../src/domains/validation.ts';

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const looking = validationWork<{ colour: string }>({
  evidence: z.object({ colour: z.string() }),
  async run({ record, mark }) {
    record({ colour: 'green' });
    mark({ text: 'looked', kind: 'info' });
  },
  judge: (pieces) => ({
    checks: pieces.map(({ data }) =>
      check('colour', 'It is green', data.colour === 'green' ? 'pass' : 'fail', data.colour),
    ),
    figures: [],
  }),
});

const paint = (work: PartWork<ValidationContext> = looking): PartDomain => ({
  ...{ id: 'paint', gate: 'paint', of: 'the paint' },
  parts: [
    { id: 'wall', title: 'Wall', help: '', load: async () => work, withLoad: () => true },
    { id: 'roof', title: 'Roof', help: '', load: async () => work },
  ],
  page: { title: 'Paint', about: '', foot: [] },
});

/** What the companion leaves in the journal of a run whose clock has not begun, as it is read back. */
async function besideLoad(domain: PartDomain, options: object) {
  const runFolder = await mkdtemp(join(tmpdir(), 'companion-'));
  folders.push(runFolder);
  const events: { type: string; data: unknown }[] = [];
  const [companion] = partCompanions(domain);
  const asked = { config: {}, folder: runFolder, options, isResumed: false };
  const beside = await companion?.prepare(asked as never);
  const now = () => Number.NEGATIVE_INFINITY;
  const journal = { append: (type: string, data: unknown) => events.push(JSON.parse(JSON.stringify({ type, data }))) };
  await beside?.open?.({
    ...{ ...asked, runFolder, journal, now, target: {}, phase: () => {} },
    ...{ signal: new AbortController().signal, teardown: { before: () => {} } },
  } as never);
  return events;
}

it('does the parts that are quick before the load, where that is asked for, and what they leave can be read and judged', async () => {
  const events = await besideLoad(paint(), { checks: true });
  const judging = partJudging(paint());
  expect(events.map(({ type }) => type.split('.').at(-1))).toEqual(['started', 'begun', 'evidence', 'marked', 'ended']);
  const fold = judging.begin();
  for (const event of events) {
    expect(judging.events[event.type]?.safeParse(event.data).success, JSON.stringify(event)).toBe(true);
    judging.add(fold, event as never, () => false);
  }
  const section = await judging.section(fold, {} as never);
  expect(section?.parts.map(({ id, verdict }) => [id, verdict])).toEqual([['wall', 'pass']]);
  expect(judging.missing?.(fold, section, {} as never)).toEqual(['Of the paint this run did not look at: Roof.']);
});

it('does nothing where nobody asked', async () => {
  expect(await besideLoad(paint(), {})).toEqual([]);
});

it('does not cost the run what a part throws', async () => {
  const events = await besideLoad(paint({ ...looking, run: () => Promise.reject(new Error('No ladder.')) }), {
    checks: true,
  });
  expect(events.at(-1)).toMatchObject({ type: 'shakedown.paint.ended', data: { error: 'No ladder.' } });
});

it('shows what the configuration leaves out, with the reason, and judges it by nothing, a policy or not', async () => {
  const domain = paint();
  const [wall, roof] = domain.parts as [PartDomain['parts'][number], PartDomain['parts'][number]];
  const leftOut = () => ({ reason: 'it has none', owner: 'Ada' });
  const without = { ...domain, parts: [wall, { ...roof, withLoad: () => true, leftOut }] };
  const events = await besideLoad(without, { checks: true });
  expect(events.map(({ type }) => type.split('.').at(-1))).toEqual(['started', 'begun', 'evidence', 'marked', 'ended']);
  const judging = partJudging(without);
  const fold = judging.begin();
  for (const event of events) {
    expect(judging.events[event.type]?.safeParse(event.data).success, JSON.stringify(event)).toBe(true);
    judging.add(fold, event as never, () => false);
  }
  const section = await judging.section(fold, {} as never);
  expect(section).toMatchObject({ notAsked: [], leftOut: [{ id: 'roof', reason: 'it has none', owner: 'Ada' }] });
  expect(section?.parts.map(({ id }) => id)).toEqual(['wall']);
  expect(judging.missing?.(fold, section, {} as never)).toEqual([
    'Of the paint the configuration leaves out: Roof (it has none; decided by Ada).',
  ]);
  const policy = { policy: { gates: ['paint'] } };
  for (const config of [{}, policy])
    expect(judging.objectives?.(fold, {} as never, config as never).map(({ id }) => id)).toEqual(['paint-wall']);
});

it('leaves a run open where a policy asks for what the configuration leaves out', () => {
  const judging = partJudging(paint());
  const fold = judging.begin();
  const data = { chosen: ['wall'], leftOut: [{ part: 'roof', reason: 'it has none', owner: 'Ada' }] };
  judging.add(fold, { type: 'shakedown.paint.started', data } as never, () => false);
  const doubts = (config: object) => judging.doubts?.(fold, null, { started: { config } } as never);
  expect(doubts({})).toEqual([]);
  expect(doubts({ policy: { gates: ['paper'] } })).toEqual([]);
  expect(doubts({ policy: { gates: ['paint'] } })).toMatchObject([
    { clause: expect.stringMatching(/leaves out .*: Roof/) },
  ]);
});
