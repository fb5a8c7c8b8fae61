import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveFeedback } from '../../../src/domains/uat/run/feedback-server.ts';
import { uatSizes } from '../../../src/domains/uat/sizes.ts';
import { openJournal } from '../../../src/evidence/journal.ts';
import { readManifestState, writeManifest } from '../../../src/evidence/manifest.ts';
import { hostInfo } from '../../../src/run/simulate/host.ts';
import { renderRun } from '../../../src/run/simulate/render.ts';
import { held, sign } from '../../signing/keys.ts';
import { attempt, eventsOf } from './attempts.ts';
import { objectiveOf, readResults } from './project.ts';

let folder: string;
let served: Awaited<ReturnType<typeof serveFeedback>>;
let token: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-form-'));
  mkdirSync(join(folder, 'evidence'));
  const journal = openJournal(join(folder, 'journal.ndjson'), { source: 'shakedown/runs/one' });
  journal.append('shakedown.run.started', {
    ...{ runId: 'one', command: 'shakedown uat run', durationMs: 0, host: hostInfo(), programs: [] },
    candidate: { name: '<b>Shop', version: 'v2.1.0', baselineVersion: null },
    environment: { name: 'sample', targetUrl: 'http://127.0.0.1:1' },
    config: { objectives: { satisfaction: { target: 4.5 } } },
  });
  const budgets = { LCP: 2500, INP: 200, CLS: 0.1, FCP: 1800, TTFB: 800 };
  journal.append('shakedown.uat.started', {
    browsers: [],
    sizes: [...uatSizes],
    chosen: [],
    scenarioFolder: 'uat',
    budgets,
  });
  journal.close();
  writeFileSync(join(folder, 'waivers.json'), '[]');
  writeFileSync(
    join(folder, 'uat.ndjson'),
    eventsOf([attempt()])
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(''),
  );
  writeManifest(folder);
  served = await serveFeedback(
    folder,
    0,
    async () => (await renderRun(folder)).results,
    () => {},
  );
  token = new URL(served.address).pathname.slice(1);
});
afterEach(async () => {
  await served.close();
  rmSync(folder, { recursive: true, force: true });
});

function ask(
  method: string,
  path: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  const { hostname, port } = new URL(served.address);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const fields = (more: Record<string, string> = {}) =>
  new URLSearchParams({
    token,
    role: 'Clerk',
    score: '4',
    comment: '<script>alert(1)</script>',
    scenario: '',
    ...more,
  }).toString();
const post = (body: string, headers: Record<string, string> = {}) =>
  ask('POST', `/${token}`, { body, headers: { ...form, ...headers } });
const kept = () => {
  try {
    return readdirSync(join(folder, 'evidence/feedback')).length;
  } catch {
    return 0;
  }
};

describe('the feedback page', () => {
  it('takes an answer into the evidence, and the report with it', async () => {
    const page = await ask('GET', `/${token}`);
    expect(page.status).toBe(200);
    expect(page.text).toContain('&lt;b&gt;Shop');
    expect(page.text).not.toMatch(/<script|<b>Shop/);
    expect(String(page.headers['content-security-policy'])).toMatch(
      /default-src 'none'.*form-action 'self'.*frame-ancestors 'none'/,
    );
    const taken = await post(fields());
    expect([taken.status, taken.headers.location]).toEqual([303, `/${token}?thanks`]);
    expect((await ask('GET', `/${token}?thanks`)).text).toMatch(/Thank you/);
    expect(readManifestState(folder).tampered).toEqual([]);
    const results = readResults(folder);
    expect(results.sections.uat?.feedback?.all).toMatchObject({ answers: 1, mean: 4 });
    expect(objectiveOf(results, 'satisfaction')).toMatchObject({ verdict: 'inconclusive' });
    const report = readFileSync(join(folder, 'uat.html'), 'utf8');
    expect(report).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(report).not.toContain('<script>');
  });

  it('says when a sign-off will no longer hold', async () => {
    await sign(folder);
    await post(fields());
    expect(await held(folder)).toEqual([false]);
  });

  it('takes answers that come at once one after the other', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, (_, i) => post(fields({ role: `role ${i}` }))));
    expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 303));
    expect(kept()).toBe(8);
    expect(readManifestState(folder).tampered).toEqual([]);
  });

  it.each([
    ['a wrong score', () => post(fields({ score: '6' })), 400],
    ['no score', () => post(fields({ score: '' })), 400],
    ['no role', () => post(fields({ role: ' ' })), 400],
    ['too many words', () => post(fields({ comment: 'x'.repeat(2001) })), 400],
    ['more than an answer can be', () => post(fields({ comment: 'x'.repeat(40_000) })), 413],
    ['another secret', () => post(fields({ token: 'f'.repeat(32) })), 403],
    ['no secret', () => post('role=Clerk&score=4'), 403],
    ['another site', () => post(fields(), { origin: 'http://evil.example' }), 403],
    ['a page without origin', () => post(fields(), { origin: 'null' }), 403],
    ['another site, by what the browser says', () => post(fields(), { 'sec-fetch-site': 'cross-site' }), 403],
    ['another host name', () => post(fields(), { host: 'evil.example' }), 403],
    ['JSON', () => post('{}', { 'content-type': 'application/json' }), 415],
    ['another address', () => ask('POST', '/', { body: fields(), headers: form }), 404],
    ['another method', () => ask('PUT', `/${token}`, { body: fields(), headers: form }), 405],
  ])('refuses %s and keeps nothing', async (_, send, status) => {
    expect((await send()).status).toBe(status);
    expect(kept()).toBe(0);
  });

  it('shows what was written again where it was refused, and harmless', async () => {
    const { text } = await post(fields({ score: '9', role: '"><img src=x>' }));
    expect(text).toContain('&quot;&gt;&lt;img src&#x3D;x&gt;');
    expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;</textarea>');
  });

  it('takes nothing where the evidence was changed', async () => {
    writeFileSync(join(folder, 'evidence', 'added'), 'x');
    const { status, text } = await post(fields());
    expect(status).toBe(500);
    expect(text).toMatch(/changed after the run/);
    expect(kept()).toBe(0);
  });

  it('takes answers while another one is stuck on its way', async () => {
    const { hostname, port } = new URL(served.address);
    const stuck = request({
      hostname,
      port,
      method: 'POST',
      path: `/${token}`,
      headers: { ...form, 'content-length': '500' },
    });
    stuck.on('error', () => {});
    stuck.write('role=');
    await new Promise((resolve) => stuck.once('socket', (socket) => socket.once('connect', resolve)));
    expect((await post(fields())).status).toBe(303);
    expect(kept()).toBe(1);
    stuck.destroy();
  });

  it('is not there for who does not know its address', async () => {
    expect((await ask('GET', '/')).status).toBe(404);
    expect((await ask('GET', '/feedback')).status).toBe(404);
  });
});
