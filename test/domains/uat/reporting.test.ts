import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderRun } from '../../../src/run/simulate/render.ts';
import { attempt, eventsOf, finding } from './attempts.ts';
import { readResults } from './project.ts';
import { fullRun, measured, runOf } from './run-folder.ts';

let base: string;
let folder: string;
const text = (name: string) => readFileSync(join(folder, name), 'utf8');

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-uat-reports-'));
  folder = await fullRun(base);
  await renderRun(folder);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('reports of a run of scenarios alone', () => {
  it('are those of any run, and hold nothing of a load that there was not', () => {
    const results = readResults(folder);
    expect(results.format).toBe('shakedown.results/2');
    expect(Object.keys(results.sections)).toEqual(['uat']);
    expect(results.gates.map(({ id, verdict }) => [id, verdict])).toEqual([['uat', 'fail']]);
    expect(results.objectives.every(({ objective }) => objective.gate === 'uat')).toBe(true);
    expect(results.word).toBe('FAILED');
    expect(existsSync(join(folder, 'performance.html'))).toBe(false);
    expect(text('index.html')).toContain('href="uat.html"');
    expect(text('index.html')).not.toMatch(/Stability|Drift|cut short/);
    // Who signed is no part of the results, which are signed with the rest.
    expect(text('results.json')).not.toContain('Ada');
    expect(text('index.html')).toContain('Asserted, signed by nobody: Ada (Owner): rejected (asserted, not signed)');
  });

  it('name each scenario by browser and size in JUnit, a flaky one as an error', () => {
    const junit = text('junit.xml');
    const suite = (name: string) => new RegExp(`<testsuite [^>]*name="${name}"[^>]*>`).exec(junit)?.[0] ?? '';
    expect(suite('UAT')).toContain('tests="6"');
    expect(suite('chromium phone')).toMatch(/tests="3" failures="1" errors="1" skipped="0"/);
    expect(suite('firefox phone')).toMatch(/tests="4" failures="1" errors="1" skipped="1"/);
    expect(junit).toMatch(/<testcase name="S-3 [^"]*" classname="shakedown\.uat"[^>]*><error type="error"/);
    expect(junit).toContain('Observed: 6 of 19 passed');
    expect(junit).not.toContain('<script');
  });

  it('say in the summary what did not pass, and what was found', () => {
    const summary = text('summary.md');
    expect(summary).toContain('### Scenarios that did not pass');
    expect(summary).toContain('### Findings');
    expect(summary).toMatch(
      /\| Automatic accessibility checks.*\| no violation of WCAG 2\.2 A and AA \| \*\*\d+ violations/,
    );
  });

  it('show small pictures of changed pages, which are longer than any text may be', async () => {
    const thumbnail = `data:image/jpeg;base64,${'A'.repeat(9000)}`;
    const looked = measured();
    const picture = (path: string) => ({ path, thumbnail });
    looked.observation.looks = [
      {
        ...{ file: 'start.png', step: 'Given', page: '/', state: 'changed', pixels: 9, share: 0.1, tolerance: 0.01 },
        ...{ approvedSha256: null, expected: picture('evidence/a.png'), got: picture('evidence/b.png'), diff: null },
      },
    ];
    const run = runOf(base, 'looked', eventsOf([looked]));
    await renderRun(run);
    const page = readFileSync(join(run, 'uat.html'), 'utf8');
    expect(page.split(thumbnail)).toHaveLength(3);
  });

  it('show what is accused, what axe says of it whole, and where that is explained, also on paper', async () => {
    const thumbnail = `data:image/jpeg;base64,${'B'.repeat(9000)}`;
    const help = 'https://dequeuniversity.com/rules/axe/4.13/label?application=playwright';
    const fix = `Fix any of the following: ${'; '.concat('an attribute is missing').repeat(40)}; the last one`;
    const findings = [
      finding({ thumbnail, help, fix }),
      finding({ element: '#other', thumbnail: 'javascript:alert(1)' }),
    ];
    const run = runOf(base, 'accused', eventsOf([measured({ findings }), measured({ id: 'S-2' })]));
    await renderRun(run);
    const page = readFileSync(join(run, 'uat.html'), 'utf8');
    expect(page).toContain(`<img class="accused" src="${thumbnail}" alt="#address on its page">`);
    expect(page).not.toContain('javascript:');
    expect(page).toContain('>dequeuniversity.com/rules/axe/4.13/label</a>');
    expect(page).toContain('the last one');
  });
});

it('a run of version 1 is judged the same, and its sign-off holds', async () => {
  const run = runOf(base, 'old', eventsOf([measured(), attempt({ id: 'S-2' })]));
  const digest = (of: string | Buffer) => createHash('sha256').update(of).digest('hex');
  const files = ['evidence/old.jpg', 'journal.ndjson', 'uat.ndjson', 'waivers.json'].map((path) => {
    const bytes = readFileSync(join(run, path));
    return { path, bytes: bytes.length, sha256: digest(bytes) };
  });
  const manifest = `${JSON.stringify({ format: 'shakedown.manifest/1', files }, null, 1)}\n`;
  writeFileSync(join(run, 'manifest.json'), manifest);
  const about = { role: 'Owner', person: 'Ada', decision: 'accept', comment: '', at: '2026-11-20T10:00:00Z' };
  const signOff = { ...about, manifestSha256: digest(manifest), previousSha256: null };
  writeFileSync(join(run, 'sign-offs.ndjson'), `${JSON.stringify(signOff)}\n`);
  // What the version before wrote of it.
  writeFileSync(join(run, 'results.json'), '{ "format": "shakedown.uat/1" }');
  const { results } = await renderRun(run);
  expect([results.format, results.verdict]).toEqual(['shakedown.results/2', 'pass']);
  expect(results.sentence).toContain('business scenarios, 2 of 2 passed');
  expect(readFileSync(join(run, 'uat.html'), 'utf8')).toContain('Ada (Owner): accepted');
});
