import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { renderReports } from '../../../src/report/write.ts';
import { domains } from '../../../src/run/domains.ts';
import { judgeRun } from '../../../src/run/results/build.ts';
import { objective, source } from './made-facts.ts';
import { madeRun, policy } from './made-runs.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-report-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const hostile = '<script>alert(1)</script>';

async function page(about: { policy?: object; title?: string } = {}): Promise<string> {
  const { title = 'Throughput' } = about;
  const facts = [
    { kind: 'asked', gates: ['performance', 'security', 'approval'], baselineVersion: 'v2.0.0' },
    source('performance', { runId: 'r1', ageHours: 2 }),
    objective('throughput', { title, value: 1250, target: 1000, comparison: '>', unit: '/s', changePercent: -3 }),
    objective('error-rate', { title: 'Error rate', value: 0.05, unit: '%', target: 0.1 }),
    { kind: 'untested', source: 'performance', text: `${hostile} was not tried` },
  ];
  const part = (kind: string, data: object) =>
    ({ type: `shakedown.readiness.${kind}`, data: { part: 'gates', atMs: 1, ...data } }) as never;
  const folder = await madeRun(base, {
    policy: { ...policy, gates: ['approval', 'performance', 'security'], ...about.policy },
    events: [
      { type: 'shakedown.readiness.started', data: { chosen: ['gates'], purpose: 'readiness' } },
      part('begun', {}),
      ...facts.map((data) => part('evidence', { data })),
      part('ended', { error: null }),
    ],
  });
  const { results } = await judgeRun(folder);
  const { files } = await renderReports(results, domains);
  return files['readiness.html'] ?? '';
}

describe('the Production Readiness Report', () => {
  it('has the gates in their order, each with what is required, what was found, where, and how old it is', async () => {
    const html = await page();
    const place = (text: string) => html.indexOf(`<th scope="row"><bdi>${text}</bdi></th>`);
    const places = ['Security', 'Performance', 'Approval'].map(place);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(html).toMatch(/1,250 \/s/);
    expect(html).toMatch(/2 h, at most 168 h/);
    expect(html).toMatch(/A run that judges it\./);
  });

  it('says what was not tested, what changed since the release before, and what it means for users', async () => {
    const html = await page();
    expect(html).toMatch(/was not tried/);
    expect(html).toMatch(/Against the release before, v2\.0\.0/);
    expect(html).toMatch(/Of a million requests, that fail<\/t[dh]>|Of a million requests, that fail/);
    expect(html).toMatch(/>500</);
  });

  it('names the policy, its version and digest, and what it asks less for', async () => {
    const html = await page({
      policy: { version: 7, digest: 'sha256:77', weaker: ['stable-time (at least 1 h, not at least 24 h)'] },
    });
    expect(html).toMatch(/version 7/);
    expect(html).toMatch(/sha256:77/);
    expect(html.match(/stable-time \(at least 1 h/g)?.length).toBeGreaterThan(1);
    expect(html).toMatch(/asks for less than the whole stage/);
  });

  it('shows hostile texts as texts, and stays small', async () => {
    const html = await page({ title: hostile, policy: { title: hostile, weaker: [hostile] } });
    expect(html).not.toContain(hostile);
    expect(html).toContain('&lt;script&gt;');
    expect(html.length).toBeLessThan(300_000);
  });
});
