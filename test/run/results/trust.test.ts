import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { judging as browsers } from '../../../src/domains/browsers/judging.ts';
import { judging as chaos } from '../../../src/domains/chaos/judging.ts';
import { judging as journeys } from '../../../src/domains/journeys/judging.ts';
import { judging as monitoring } from '../../../src/domains/monitoring/judging.ts';
import { judging as uat } from '../../../src/domains/uat/judging/judging.ts';
import { digest, writeManifest } from '../../../src/evidence/manifest.ts';
import type { Artifact } from '../../../src/model/artifact.ts';
import type { RunFacts } from '../../../src/model/run-facts.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { renderRun } from '../../../src/run/simulate/render.ts';
import { makeRun } from './run-folder.ts';

/** A day within all targets: it passes, where nothing stands against that. */
let folder: string;
beforeEach(async () => {
  folder = await makeRun({ windows: 400, windowMs: 216_000, rate: 1200, samples: 20, routes: ['GET /'] });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function beganWith(change: (started: { candidate: object }) => void): Promise<void> {
  const journal = join(folder, 'journal.ndjson');
  const [first = '', ...rest] = (await readFile(journal, 'utf8')).split('\n');
  const event = JSON.parse(first);
  change(event.data);
  await writeFile(journal, [JSON.stringify(event), ...rest].join('\n'));
  writeManifest(folder);
}

test('results name the manifest of their evidence, and the same evidence gives the same results', async () => {
  const found = await buildResults(folder);
  const { size } = await readFile(join(folder, 'journal.ndjson')).then(({ length }) => ({ size: length }));
  expect(found.evidence).toEqual({
    files: 3,
    bytes: expect.any(Number),
    manifestSha256: digest(await readFile(join(folder, 'manifest.json'))),
  });
  expect(found.evidence.bytes).toBeGreaterThan(size);
  expect([found.verdict, found.word]).toEqual(['pass', 'PASSED']);
  await writeFile(join(folder, 'results.json'), JSON.stringify(found));
  expect(await buildResults(folder)).toEqual(found);
});

test('evidence that was changed after the run cannot pass, and what was changed is named', async () => {
  await appendFile(join(folder, 'windows', 'service.hlog'), '\n');
  await writeFile(join(folder, 'ledger.json'), '{}');
  const found = await buildResults(folder);
  expect(found.verdict).toBe('inconclusive');
  expect(found.sentence).toBe(
    'Nothing failed, but the evidence was changed after the run (windows/service.hlog was changed, ledger.json was added).',
  );
  expect(found.missing).toContain(
    'The evidence was changed after the run: windows/service.hlog was changed, ledger.json was added.',
  );
  await rm(join(folder, 'windows', 'service.hlog'));
  expect((await buildResults(folder)).missing.join()).toContain('windows/service.hlog is gone');
});

test('what failed by evidence that was changed is no failure, which is the first that is said; untouched it stays one', async () => {
  await rm(folder, { recursive: true });
  folder = await makeRun({
    windows: 60,
    windowMs: 1000,
    rate: 100,
    samples: 20,
    routes: ['GET /'],
    medianMs: () => 9000,
  });
  const untouched = await buildResults(folder);
  expect([untouched.verdict, untouched.word]).toEqual(['fail', 'FAILED']);
  await writeFile(join(folder, 'sign-offs.ndjson'), 'null\n');
  expect((await buildResults(folder)).verdict).toBe('fail');
  await rm(join(folder, 'sign-offs.ndjson'));
  await writeFile(join(folder, 'ledger.json'), '{}');
  const found = await buildResults(folder);
  expect([found.verdict, found.sentence]).toEqual([
    'inconclusive',
    expect.stringMatching(
      /^The evidence was changed after the run \(ledger\.json was added\), so neither a pass nor a failure is shown\./,
    ),
  ]);
});

test('a run that ended and has no manifest cannot pass: nothing shows whether it is as it was', async () => {
  await rm(join(folder, 'manifest.json'));
  const found = await buildResults(folder);
  expect([found.verdict, found.sentence]).toEqual(['inconclusive', 'Nothing failed, but its evidence was not sealed.']);
  expect(found.missing.join()).toContain('There is no manifest.json');
  expect(found.evidence).toEqual({ files: 0, bytes: 0, manifestSha256: null });
});

/** Every line of the journal made anew, and sealed as if nothing had happened. */
async function rewritten(
  line: (event: { type: string; time: string; data: Record<string, unknown> }) => object | null,
) {
  const journal = join(folder, 'journal.ndjson');
  const lines = (await readFile(journal, 'utf8')).split('\n').filter(Boolean);
  const made = lines.flatMap((text) => {
    const event = line(JSON.parse(text));
    return event === null ? [] : [`${JSON.stringify(event)}\n`];
  });
  await writeFile(journal, made.join(''));
  writeManifest(folder);
  return buildResults(folder);
}

test('a run whose end is not written down was cut short, and was not sealed by its own command', async () => {
  const found = await rewritten((event) => (event.type === 'shakedown.run.ended' ? null : event));
  expect([found.verdict, found.run.interrupted]).toEqual(['inconclusive', 'ended without a final event (killed?)']);
  await rm(join(folder, 'manifest.json'));
  expect((await buildResults(folder)).missing.join()).not.toContain('manifest.json');
});

test.each([
  ['no date', 'garbage', /^When it was measured cannot be read: \d+ events have times .* no date\.$/],
  ['a day without a time', '2026-11-20', /^When it was measured cannot be read/],
  ['years before', '2020-01-01T00:00:00.000Z', /^When it was measured is not certain: an event of 2026-.* 2020-01-01/],
])('a journal whose times are %s cannot pass', async (_, time, missing) => {
  const found = await rewritten((event) => ({ ...event, time }));
  expect(found.verdict).toBe('inconclusive');
  expect(found.missing).toContainEqual(expect.stringMatching(missing));
});

test('an end that is no date cannot pass', async () => {
  const found = await rewritten((event) =>
    event.type === 'shakedown.run.ended' ? { ...event, data: { endedAt: 'later' } } : event,
  );
  expect(found.sentence).toBe('Nothing failed, but the journal has times that cannot be read.');
});

const artifact = (source: Artifact['source'], letter: string, name = 'shop'): Artifact => ({
  name,
  digest: `sha256:${letter.repeat(64)}`,
  source,
});

test.each<[string, Artifact[], string, RegExp | null]>([
  ['as declared', [artifact('declared', 'a'), artifact('probed', 'a')], 'pass', null],
  ['declared only', [artifact('declared', 'a')], 'pass', null],
  [
    'another than declared',
    [artifact('declared', 'a'), artifact('probed', 'b')],
    'inconclusive',
    /What was tested is not the candidate: shop is declared as sha256:a+, and the target says it runs sha256:b+\./,
  ],
  [
    'that names others only',
    [artifact('declared', 'a'), artifact('probed', 'b', 'proxy')],
    'pass',
    /The target does not say whether it runs shop: declared only\./,
  ],
])('a target %s', async (_, artifacts, verdict, missing) => {
  await beganWith((started) => Object.assign(started.candidate, { artifacts }));
  const found = await buildResults(folder);
  expect([found.verdict, found.candidate.artifacts]).toEqual([verdict, artifacts]);
  if (missing !== null) expect(found.missing.join('\n')).toMatch(missing);
});

test('which attempt it is comes from the first event; one of an earlier version is the first', async () => {
  expect((await buildResults(folder)).run.attempt).toBe(1);
  await beganWith((started) => Object.assign(started, { attempt: 4 }));
  expect((await buildResults(folder)).run.attempt).toBe(4);
});

test.each<[string, (config: unknown) => readonly { clause: string }[] | undefined, object, object]>([
  [
    'budgets of browser users',
    (config) => browsers.doubts?.(browsers.begin(), {} as never, factsWith(config)),
    { browser: { budgets: { LCP: 2500 } } },
    { browser: { budgets: { LCP: 'fast' } } },
  ],
  [
    'the Apdex threshold of journeys',
    (config) => journeys.doubts?.(journeys.begin(), {} as never, factsWith(config)),
    { apdexThresholdMs: 100 },
    { apdexThresholdMs: -1 },
  ],
  [
    'the scale of feedback',
    (config) => uat.doubts?.(uat.begin(), {} as never, factsWith(config)),
    { uat: { feedback: { scale: '0-10' } }, objectives: [{}] },
    { uat: { feedback: { scale: '1-7' } } },
  ],
  [
    'what was watched',
    (config) => monitoring.doubts?.(monitoring.begin(), {} as never, factsWith(config)),
    { watch: { prometheus: { alerts: true }, logs: [{}], everyS: null } },
    { watch: { prometheus: { alerts: 'yes' }, logs: [{}] } },
  ],
])('%s that cannot be read are a doubt, and not the defaults in silence', (_, doubts, good, bad) => {
  expect([doubts(good), doubts(null)]).toEqual([[], []]);
  expect(doubts(bad)).toEqual([expect.objectContaining({ clause: expect.stringMatching(/cannot be read/) })]);
});

function factsWith(config: unknown): RunFacts {
  return { started: { config } } as RunFacts;
}

test('evidence that is older than the policy allows does not make a release ready', async () => {
  const policy = { name: 'p', title: 'P', gates: ['performance', 'stability'], maxAgeHours: { performance: 24 } };
  await beganWith((started) => Object.assign(started, { config: { policy } }));
  const { run } = await buildResults(folder);
  const after = (hours: number) => ({ nowMs: Date.parse(run.endedAt ?? '') + hours * 3_600_000 });
  expect((await buildResults(folder, after(23))).word).toBe('READY');
  const old = await buildResults(folder, after(26));
  expect([old.word, old.sentence]).toEqual([
    'INCONCLUSIVE',
    'Nothing failed, but the gate Performance has no verdict: evidence is too old: 26 h, at most 24 h.',
  ]);
});

test('of a run whose end lies ahead a policy cannot say how old it is', async () => {
  const policy = { name: 'p', title: 'P', gates: ['performance', 'stability'], maxAgeHours: { performance: 24 } };
  await beganWith((started) => Object.assign(started, { config: { policy } }));
  const endMs = Date.parse((await buildResults(folder)).run.endedAt ?? '');
  const before = (hours: number) => buildResults(folder, { nowMs: endMs - hours * 3_600_000 });
  expect((await before(0.05)).word).toBe('READY');
  expect((await before(3)).sentence).toBe(
    'Nothing failed, but the gate Performance has no verdict: how old the evidence is cannot be said: it ends 3 h from now.',
  );
});

test('a domain that throws is the reason, before what else is open', async () => {
  await rm(folder, { recursive: true });
  folder = await makeRun({
    ...{ windows: 400, windowMs: 216_000, rate: 1200, samples: 20, routes: ['GET /'], isWatched: false },
  });
  expect((await buildResults(folder)).sentence).toMatch(
    /^Nothing failed, but p95 resource utilization was not measured/,
  );
  const throwing = vi.spyOn(chaos, 'section').mockRejectedValue(new Error('boom'));
  try {
    const { results } = await renderRun(folder);
    expect(results.sentence).toBe(
      'Nothing failed, but the gate Resilience has no verdict: it could not be judged: boom and the gate Data integrity has no verdict: it could not be judged: boom.',
    );
    const junit = await readFile(join(folder, 'junit.xml'), 'utf8');
    expect(junit).toMatch(/Resilience.*it could not be judged: boom/s);
  } finally {
    throwing.mockRestore();
  }
});

test.each(['null', '{}', '{"person":5,"role":{}}'])('a sign-off line %s leaves the run open', async (line) => {
  await writeFile(join(folder, 'sign-offs.ndjson'), `${line}\n`);
  const found = await buildResults(folder);
  expect([found.verdict, found.sentence]).toEqual([
    'inconclusive',
    'Nothing failed, but line 1 of sign-offs.ndjson is no sign-off.',
  ]);
});
