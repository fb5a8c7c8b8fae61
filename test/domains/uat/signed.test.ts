import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { digest, writeManifest } from '../../../src/evidence/manifest.ts';
import type { JournalData } from '../../../src/model/event.ts';
import type { UatEvent } from '../../../src/model/uat.ts';
import { renderRun } from '../../../src/run/simulate/render.ts';
import { runCli } from '../../cli/cli.ts';
import { makeRun } from '../../run/results/run-folder.ts';
import { sign as decide, held } from '../../signing/keys.ts';
import { attempt } from './attempts.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const picture = 'uat/evidence/r1-BUY.jpg';

/** A minute of load with one scenario that passed, as it is when the harness has ended. */
async function signable(): Promise<string> {
  const round = 1;
  const startMs = 10_000;
  const about = { round, scenario: 'BUY', browser: 'chromium', size: 'desktop', retry: 0, status: 'passed' } as const;
  const browser = { name: 'chromium', label: 'Chromium 156.0', version: '156.0', origin: 'PATH' } as const;
  const counts = { wallMs: 5000, cpuSeconds: 3, passed: 1, failed: 0, flaky: 0 };
  const more: JournalData[] = [
    {
      type: 'shakedown.uat.started',
      data: {
        browsers: [{ ...browser, notRun: null, waived: null }],
        ...{ sizes: [], chosen: [], scenarioFolder: 'uat' },
        budgets: { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 },
      },
    },
    { type: 'shakedown.uat.round.started', data: { round, kind: 'load', startMs } },
    { type: 'shakedown.uat.attempted', data: { ...about, startMs, endMs: startMs + 4000 } },
    { type: 'shakedown.uat.round.ended', data: { round, startMs, endMs: startMs + 5000, ...counts } },
  ];
  const folder = await makeRun({ windows: 30, windowMs: 1000, rate: 100, more });
  folders.push(folder);
  const one = attempt({ id: 'BUY', round, startedAt: '2026-11-20T09:00:10.000Z', durationMs: 4000 });
  one.evidence = [{ kind: 'screenshot', path: 'evidence/r1-BUY.jpg' }];
  const { scenario, browser: name, size } = one;
  const events: UatEvent[] = [
    { type: 'begin', at: '', planned: [{ scenario, browser: name, size }] },
    { type: 'attempt', attempt: one },
  ];
  mkdirSync(join(folder, 'uat', 'evidence'), { recursive: true });
  writeFileSync(join(folder, 'uat', 'uat.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
  writeFileSync(join(folder, picture), 'a picture');
  writeManifest(folder);
  await renderRun(folder);
  return folder;
}

const page = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
const signByCommand = (folder: string) =>
  runCli(['sign', folder, '--role', 'product owner', '--person', 'Ann', '--decision', 'accept'], {
    cwd: folder,
  });

async function sign(folder: string): Promise<void> {
  await decide(folder);
  await renderRun(folder);
}

describe('a run under load with scenarios', () => {
  it('is signed on its evidence and results, which its pages tell; both stay as they are', async () => {
    const folder = await signable();
    for (const name of ['index.html', 'uat.html']) expect(page(folder, name)).not.toContain('Ann');
    expect(page(folder, 'index.html')).toContain('Nobody has signed it.');
    expect(page(folder, 'uat.html')).toContain('nobody yet');
    const results = page(folder, 'results.json');
    const { code, stdout, stderr } = await signByCommand(folder);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /^accepted by Ann as product owner \(asserted, not signed: anyone could have written it\), on evidence [0-9a-f]{64}\nshakedown-receipt\/1 run=2026-11-20T0900-7f3a record=1 sha256=[0-9a-f]{64}$/m,
    );
    expect(page(folder, 'uat.html')).toContain('Ann (product owner): accepted (asserted, not signed)');
    expect(page(folder, 'index.html')).toContain(
      'Asserted, signed by nobody: Ann (product owner): accepted (asserted, not signed).',
    );
    expect(page(folder, 'results.json')).toBe(results);
    // Rendered again, it holds.
    await renderRun(folder);
    expect(page(folder, 'index.html')).toContain(
      'Asserted, signed by nobody: Ann (product owner): accepted (asserted, not signed).',
    );
    const files = (JSON.parse(page(folder, 'manifest.json')) as { files: { path: string }[] }).files;
    expect(files.map(({ path }) => path)).toEqual([
      'journal.ndjson',
      picture,
      'uat/uat.ndjson',
      'windows/response.hlog',
      'windows/service.hlog',
    ]);
  });

  it.each([
    ['a picture', picture],
    ['the tries', 'uat/uat.ndjson'],
    ['the windows', 'windows/service.hlog'],
    ['the journal', 'journal.ndjson'],
  ])('is signed no longer where %s was changed after it, and cannot be signed again', async (_, path) => {
    const folder = await signable();
    await sign(folder);
    appendFileSync(join(folder, path), '\n');
    await expect(decide(folder)).rejects.toThrow(`${path} was changed`);
    await renderRun(folder);
    expect(page(folder, 'uat.html')).toContain('Accepted, asserted, not signed; does not count');
    expect(page(folder, 'uat.html')).toContain(`${path} was changed`);
    expect(page(folder, 'index.html')).toMatch(/No sign-off is valid: [\w/.-]+ was changed\./);
  });

  it('is signed no longer where its results were changed after it; what is signed again is what the evidence shows', async () => {
    const folder = await signable();
    await sign(folder);
    const results = page(folder, 'results.json');
    writeFileSync(join(folder, 'results.json'), results.replace(/"verdict": "\w+"/, '"verdict": "pass" '));
    expect(await held(folder)).toEqual([false]);
    await renderRun(folder);
    expect(page(folder, 'uat.html')).toContain('Accepted, asserted, not signed; does not count');
    expect(page(folder, 'uat.html')).toContain('results.json was changed');
    expect(page(folder, 'index.html')).toMatch(/No sign-off is valid: [\w/.-]+ was changed\./);
    expect(page(folder, 'results.json')).toBe(results);
    writeFileSync(join(folder, 'results.json'), '{}');
    expect((await signByCommand(folder)).code).toBe(0);
    expect(page(folder, 'results.json')).toBe(results);
    expect(page(folder, 'index.html')).toContain('Asserted, signed by nobody: Ann');
  });

  it('of an earlier version, whose manifest covers its results, is rendered without touching them', async () => {
    const folder = await signable();
    // Version 1 was written of scenarios alone, without a load beside them.
    rmSync(join(folder, 'windows'), { recursive: true });
    const covered = ['journal.ndjson', 'results.json', picture, 'uat/uat.ndjson'];
    const files = covered.map((path) => ({ path, bytes: 0, sha256: digest(page(folder, path)) }));
    writeFileSync(join(folder, 'results.json'), page(folder, 'results.json').replace(/$/, '\n'));
    files[1] = { path: 'results.json', bytes: 0, sha256: digest(page(folder, 'results.json')) };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ format: 'shakedown.manifest/1', files }));
    await sign(folder);
    expect(page(folder, 'index.html')).toContain('Asserted, signed by nobody: Ann');
    expect(await held(folder)).toEqual([true]);
  });

  it('takes a survey into its results, and what was signed before no longer holds', async () => {
    const folder = await signable();
    await sign(folder);
    const elsewhere = mkdtempSync(join(tmpdir(), 'survey-'));
    folders.push(elsewhere);
    const survey = join(elsewhere, 'answers.csv');
    writeFileSync(survey, 'role,score,comment,date\nbuyer,5,good,2026-11-20\n');
    const added = await runCli(['uat', 'feedback', folder, '--survey', survey], { cwd: folder });
    expect(added.code, added.stderr).toBe(0);
    expect(JSON.parse(page(folder, 'results.json'))).toHaveProperty('sections.uat.feedback');
    expect(page(folder, 'index.html')).toContain('No sign-off counts: something was added to the evidence after it');
    await sign(folder);
    expect(page(folder, 'index.html')).toContain('Asserted, signed by nobody: Ann');
    const form = await runCli(['uat', 'feedback', folder], { cwd: folder });
    expect([form.code, form.stderr]).toEqual([2, expect.stringContaining('UAT_NO_FORM')]);
  });
});

it('a run without scenarios is signed like any other, once it has come to its end', async () => {
  const folder = await makeRun({ windows: 10, windowMs: 1000, rate: 100 });
  folders.push(folder);
  rmSync(join(folder, 'manifest.json'));
  const early = await signByCommand(folder);
  expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('a run that has finished')]);
  writeManifest(folder);
  const { code, stderr } = await signByCommand(folder);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Keep the receipt outside the run/)]);
  expect(await held(folder)).toEqual([true]);
  appendFileSync(join(folder, 'windows', 'response.hlog'), '\n');
  expect(await held(folder)).toEqual([false]);
});
