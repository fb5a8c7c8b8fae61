import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { earlierRun } from '../../../src/domains/final/earlier.ts';
import { listRuns, pruneRuns } from '../../../src/evidence/prune.ts';
import type { Results } from '../../../src/model/results.ts';
import { nothingAsked } from '../../../src/run/certificate/check.ts';
import { issuedFindings, issuedFor } from '../../../src/run/certificate/in-run.ts';
import { earlierRuns, lookedAt } from '../../../src/run/certificate/rests-on.ts';
import { judgeRun } from '../../../src/run/results/build.ts';
import { envelopeText, inTotoType } from '../../../src/signing/dsse.ts';
import { readSigningKey, readTrustedKey, signEnvelope } from '../../../src/signing/pem-key.ts';
import { runInProcess } from '../../cli/in-process.ts';
import { Stage } from './certified-run.ts';

const stage = new Stage();
const key = stage.key('own');
afterAll(() => stage.clear());
const [first, second, third] = ['2026-11-20T0900-0001', '2026-11-20T0900-0002', '2026-11-20T0900-0003'] as const;
let certified: string;

beforeAll(async () => {
  for (const id of [first, second]) await stage.run(id);
  certified = await stage.run(third);
  await stage.certify(certified, stage.settings(key));
});

/** Results of a run that repeats the verdict of an earlier one, as the parts of a final validation say it. */
function repeating(run: string, manifestSha256: string | null): Results {
  const figures = [
    { name: 'Run', value: run },
    ...(manifestSha256 === null ? [] : [{ name: 'Evidence', value: `sha256:${manifestSha256}` }]),
  ];
  const section = { parts: [{ figures }, { figures: [{ name: 'Version', value: 'v2.1.0' }] }], notBegun: [] };
  return { run: { id: 'own' }, sections: { final: section } } as unknown as Results;
}
const manifestOf = async (id: string) => (await judgeRun(join(stage.runs, id))).results.evidence.manifestSha256 ?? '';

describe('runs that a certificate rests on', () => {
  test('are known by their digests, each once', async () => {
    const results = repeating(first, 'a'.repeat(64));
    expect(earlierRuns(results)).toEqual([{ run: first, manifestSha256: 'a'.repeat(64) }]);
    expect(earlierRuns(repeating(first, null))).toEqual([]);
    expect(earlierRuns(repeating('../../etc', 'a'.repeat(64)))).toEqual([]);
  });

  test('are what the parts of a final validation name', () => {
    const data = {
      ...{ kind: 'run' as const, runId: first, command: 'simulate', verdict: 'pass' as const, summary: 'passed' },
      ...{ endedAt: null, ageHours: 1, maxAgeHours: 2, manifestSha256: 'a'.repeat(64), sameBy: 'artifacts' as const },
    };
    const part = earlierRun('performance', 'Performance').judge([{ atMs: 0, data }], true);
    const results = { run: { id: 'own' }, sections: { final: { parts: [part], notBegun: [] } } } as never;
    expect(earlierRuns(results)).toEqual([{ run: first, manifestSha256: 'a'.repeat(64) }]);
  });

  test('must be there, as they were, and their age ends what rests on them', async () => {
    const manifestSha256 = await manifestOf(first);
    const endedAtMs = Date.parse('2026-11-20T09:05:00.900Z');
    const at = (runs: { run: string; manifestSha256: string }[], hours = {}) =>
      lookedAt(stage.runs, runs, hours, endedAtMs);
    expect(await at([{ run: first, manifestSha256 }])).toEqual({ refusals: [], untilMs: Number.POSITIVE_INFINITY });
    const { untilMs } = await at([{ run: first, manifestSha256 }], { performance: 2, stability: 5, uat: 1 });
    expect(Math.round((untilMs - endedAtMs) / 360_000) / 10).toBe(2);
    const said = async (run: string, sha256 = manifestSha256) =>
      (await at([{ run, manifestSha256: sha256 }])).refusals.join();
    expect(await said('2026-11-20T0900-9999')).toMatch(/whose evidence is not there/);
    expect(await said(first, 'a'.repeat(64))).toMatch(/is not the one that was judged/);
    const changed = join(stage.runs, '2026-11-20T0900-0004');
    cpSync(join(stage.runs, first), changed, { recursive: true });
    writeFileSync(join(changed, 'plan.json'), '{}');
    expect(await said('2026-11-20T0900-0004')).toMatch(/whose evidence was changed/);
    rmSync(changed, { recursive: true });
    await stage.run('2026-11-20T0900-0005', undefined, { engine: 'autocannon' });
    expect(await said('2026-11-20T0900-0005', await manifestOf('2026-11-20T0900-0005'))).toMatch(
      /Of 2026-11-20T0900-0005.*fallback engine/,
    );
  });

  test('are looked at when it is verified, and held when runs are pruned', async () => {
    const run = join(stage.runs, '2026-11-20T0900-0006');
    cpSync(certified, run, { recursive: true });
    const path = join(run, 'certificate', 'certificate.dsse.json');
    const rest = async (restsOn: object[]) => {
      const { payload } = JSON.parse(readFileSync(path, 'utf8')) as { payload: string };
      const statement = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
      statement.predicate.evidence.restsOn = restsOn;
      writeFileSync(
        path,
        envelopeText(signEnvelope(inTotoType, Buffer.from(JSON.stringify(statement)), readSigningKey(key, null))),
      );
      const issued = issuedFor(run);
      if (issued === null) throw new Error('nothing was issued');
      const asked = { ...nothingAsked, keys: [readTrustedKey(key.replace('.key', '.pub'))] };
      return (await issuedFindings(run, issued, asked, (await judgeRun(run)).results))
        .map(({ state, text }) => `${state}: ${text}`)
        .join('\n');
    };
    const manifestSha256 = await manifestOf(first);
    expect(await rest([{ run: first, manifestSha256 }])).toMatch(
      /holds: The evidence of the runs that it rests on is as it was: 2026-11-20T0900-0001/,
    );
    expect(await rest([{ run: first, manifestSha256: 'a'.repeat(64) }])).toMatch(
      /broken: It rests on runs whose evidence is not the one/,
    );
    expect(await rest([{ run: '2026-11-20T0900-9999', manifestSha256 }])).toMatch(
      /open: It rests on runs that are not here: 2026-11-20T0900-9999/,
    );
    await rest([{ run: first, manifestSha256 }]);
    const held = new Map((await listRuns(stage.runs, null)).map(({ id, heldBy }) => [id, heldBy]));
    expect([held.get(first), held.get(second), held.get(third)]).toEqual(['certificate', null, 'certificate']);
    expect(await pruneRuns(stage.runs, null, { keep: null, keepDays: 0.0001 }, Date.now() + 86_400_000 * 400)).toEqual([
      second,
      '2026-11-20T0900-0005',
    ]);
    rmSync(run, { recursive: true });
  });
});

describe('recompute', () => {
  const recompute = async (folder: string) => {
    const { code, stdout, stderr } = await runInProcess(['recompute', folder, '--json']);
    return {
      code,
      stderr,
      ...(stdout === ''
        ? {}
        : (JSON.parse(stdout) as {
            outcome: string;
            runs: { word: string; isSame: boolean; notes: string[]; judgedBefore: string | null }[];
          })),
    };
  };

  test('gives the same bytes, of a run and of a package of runs, and names the versions', async () => {
    const whole = await recompute(certified);
    expect(whole).toMatchObject({
      code: 0,
      outcome: 'same',
      runs: [{ word: 'READY', isSame: true, judgedBefore: expect.any(String) }],
    });
    const pack = join(stage.base, 'package', 'evidence');
    mkdirSync(pack, { recursive: true });
    for (const id of [first, third]) cpSync(join(stage.runs, id), join(pack, id), { recursive: true });
    expect((await recompute(join(stage.base, 'package'))).runs?.map(({ isSame }) => isSame)).toEqual([true, true]);
    const words = await runInProcess(['recompute', join(stage.base, 'package')]);
    expect([words.code, words.stdout]).toEqual([
      0,
      expect.stringMatching(
        /READY by the policy “Five minutes” \(performance pass[\s\S]*from the folder alone: the same bytes/,
      ),
    ]);
  });

  test('says what differs, what was changed, and what cannot be compared', async () => {
    const copy = (name: string) => {
      const to = join(stage.base, name);
      cpSync(certified, to, { recursive: true });
      return to;
    };
    const other = copy('other');
    const path = join(other, 'results.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"READY"', '"NOT READY"'));
    expect(await recompute(other)).toMatchObject({
      code: 1,
      runs: [{ word: 'READY', isSame: false, notes: [expect.stringMatching(/differs in word/)] }],
    });
    const none = copy('none');
    rmSync(join(none, 'results.json'));
    expect(await recompute(none)).toMatchObject({
      code: 3,
      runs: [{ isSame: null, notes: [expect.stringMatching(/no results\.json/)] }],
    });
    const changed = copy('changed');
    writeFileSync(join(changed, 'plan.json'), '{}');
    expect(await recompute(changed)).toMatchObject({
      code: 1,
      runs: [{ word: 'INCONCLUSIVE', notes: [expect.stringMatching(/plan\.json was added/), expect.any(String)] }],
    });
    const cut = copy('cut');
    writeFileSync(join(cut, 'journal.ndjson'), '');
    expect(await recompute(cut)).toMatchObject({ code: 3, runs: [{ word: null, isSame: null }] });
    mkdirSync(join(stage.base, 'empty'));
    expect(await recompute(join(stage.base, 'empty'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('RUN_NOT_FOUND'),
    });
  });
});
