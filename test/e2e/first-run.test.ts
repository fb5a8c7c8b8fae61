import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../domains/load/shop.ts';
import { describeWithK6 } from '../setup/programs.ts';
import { type Project, project, verdictOf } from './project.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** What a busy machine and a few seconds can show. */
const lowered = `
honesty: { maxGeneratorLatenessMs: 5000, maxInvalidShare: 1 }
objectives:
  response-p50: { target: 5000, key: false, weight: 0 }
  response-p95: { target: 5000, key: false, weight: 0 }
  response-p99: { target: 5000, key: false, weight: 0 }
  slow-answers: { target: 5, minimumSamples: 100 }
  utilization: { key: false, weight: 0 }
  utilization-max: { key: false, weight: 0 }
  throughput: { target: 5, minimumSamples: 100 }
  error-rate: { target: 2, minimumSamples: 100 }
  availability: { target: 95 }
  stable-time: { target: 0.001 }
  coverage: { target: 50 }
  fidelity: { target: 1 }
  status-parity: { target: 95 }
`;

interface Recorded {
  method: string;
  url: string;
  status: number;
  location?: string;
}

/** A project whose recording is so many sessions of these requests, a tenth of a second apart; a bare log but for where redirects led. */
async function projectOf(origin: string, sessions: number, requests: Recorded[]): Promise<Project> {
  const made = project(`
name: shop
target: { baseUrl: ${origin} }
traffic: { recording: load/traffic/rec, declaredOwn: true }
profile: { mode: recorded }
${lowered}`);
  closing.push(made.remove);
  const lines = Array.from({ length: sessions }, (_, session) =>
    requests.map(({ location, ...one }, i) =>
      JSON.stringify({
        ...{ time: 1_700_000_000_000 + session * 100 + i * 150, ...one, durationMs: 5, client: `10.0.0.${session}` },
        requestHeaders: [['user-agent', `agent ${session}`]],
        ...(location === undefined ? {} : { responseHeaders: [['location', location]] }),
      }),
    ),
  ).flat();
  writeFileSync(join(made.folder, 'raw.ndjson'), lines.join('\n'));
  const imported = await made.run(['traffic', 'import', 'raw.ndjson', '--out', 'load/traffic/rec']);
  expect(imported.code, imported.stderr).toBe(0);
  return made;
}

async function against(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const shop = await serve(answer as never);
  closing.push(shop.close);
  return `http://127.0.0.1:${shop.port}`;
}

const pages: Recorded[] = ['/', '/products', '/search', '/about'].map((url) => ({ method: 'GET', url, status: 200 }));
const kept = (made: Project) => {
  const folder = join(made.folder, 'reports/baselines/shop');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describeWithK6('a first run, which has nothing to compare contents with', (k6) => {
  const env = { SHAKEDOWN_K6: k6.path };

  it('of a target that answers every route with an error and status 200 is INCONCLUSIVE, and no baseline', async () => {
    const origin = await against((_, response) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ error: 'x' })),
    );
    const made = await projectOf(origin, 60, pages);
    const { code, stdout } = await made.run(['simulate', '--duration', '8s'], env);
    expect(code, stdout).toBe(3);
    expect(made.results().sentence).toMatch(
      /^Nothing failed, but answers need a review: 60 of 60 answers of GET \/\S* with 2xx that were looked at report an error, and so it is with 3 more/,
    );
    expect(kept(made)).toEqual([]);
  });

  it('of a sound target passes, says that its answers are what later runs are held against, and can be taken back', async () => {
    const origin = await against(({ url = '' }, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end(`<title>Shop</title><h1>${url}</h1><main>${'tea '.repeat(10 * url.length)}</main>`),
    );
    const made = await projectOf(origin, 60, pages);
    const { code, stdout, stderr } = await made.run(['simulate', '--duration', '8s'], env);
    expect(code, stdout).toBe(0);
    const { id } = made.results().run;
    expect(`${stdout}${stderr}`.replace(/\s+/g, ' ')).toContain(
      `What 4 routes answered was compared with nothing: neither the recording nor a baseline has it. This run is kept as a baseline, ${id}, and later runs are held against its answers`,
    );
    expect(kept(made)).toEqual([`${id}.json`]);
    expect(await made.run(['baseline', 'remove', id])).toMatchObject({ code: 0, stdout: `Removed: ${id}\n` });
    expect(kept(made)).toEqual([]);
    expect((await made.run(['baseline', 'remove', id])).stderr).toContain('is not kept as a baseline');
  });

  it('of sessions whose login was left out is INCONCLUSIVE for that, not FAILED', async () => {
    const origin = await against(({ url }, response) => response.writeHead(url === '/account' ? 401 : 200).end('x'));
    const account = { method: 'GET', url: '/account', status: 200 };
    const login = { method: 'POST', url: '/login', status: 302 };
    const made = await projectOf(origin, 60, [...pages, login, account, account]);
    const { code, stdout } = await made.run(['simulate', '--duration', '8s'], env);
    expect(code, stdout).toBe(3);
    const results = made.results();
    expect(results.sentence).toMatch(
      /^Nothing failed, but 1\d\d requests were refused or redirected, by GET \/account, after a write of their session that was left out: a login, perhaps\. No writes were sent: POST, 14 % of production\.$/,
    );
    expect(verdictOf(results, 'error-rate')).toBe('inconclusive');
  });

  it('of a target that redirects to a login what was redirected to an order is INCONCLUSIVE', async () => {
    const origin = await against(({ url = '' }, response) =>
      url.startsWith('/buy') ? response.writeHead(302, { location: '/login' }).end() : response.end('x'),
    );
    const made = await projectOf(origin, 60, [
      ...pages,
      { method: 'GET', url: '/buy', status: 302, location: '/orders/17' },
    ]);
    const { code, stdout } = await made.run(['simulate', '--duration', '8s'], env);
    expect(code, stdout).toBe(3);
    expect(made.results().sentence).toContain(
      'answers of GET /buy with a redirect lead to /login, the recorded ones to /orders/*',
    );
  });
});
