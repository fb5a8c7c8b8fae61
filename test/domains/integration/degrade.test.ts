import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import type { OwnToxiproxy } from '../../../src/domains/chaos/toxiproxy/server.ts';
import { services } from '../../../src/domains/integration/services/part.ts';
import { beginRecording } from '../../../src/domains/integration/services/recording.ts';
import { recordingProxy } from '../../../src/domains/integration/services/stand-in.ts';
import type { DegradationSettings, ServiceSettings } from '../../../src/domains/integration/settings.ts';
import { withTeardown } from '../../../src/evidence/teardown.ts';
import type { SampleSystem } from '../../../src/model/sample-system.ts';
import { domains } from '../../../src/run/domains.ts';
import { startSample } from '../../../src/sample/start.ts';
import { freePort, linkTo, ownToxiproxy, residue } from '../chaos/links.ts';

let folder = '';
const open: Server[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'degrade-'));
});
afterEach(async () => {
  for (const one of open.splice(0)) one.close().closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const patienceMs = 400;

/** A shop that asks for rates: `/price` goes on without them, `/order` says that it cannot, `/brittle` breaks, `/alone` does not ask. */
function shopOf(ratesUrl: () => string): Promise<string> {
  return serve((request, response) => {
    const end = (status: number) => response.writeHead(status).end('{}');
    if (request.url === '/alone') return void end(200);
    const without = request.url === '/price' ? 200 : request.url === '/order' ? 503 : 500;
    const asked = get(`${ratesUrl()}/rates`, { agent: false }, (answer) => {
      answer.resume();
      answer.on('end', () => end(answer.statusCode === 200 ? 200 : without));
    });
    asked.setTimeout(patienceMs, () => asked.destroy(new Error('too slow')));
    asked.on('error', () => end(without));
  });
}

async function recordedRates(): Promise<string> {
  const origin = await serve((_, response) => response.writeHead(200).end('{"EUR":1}'));
  const to = join(folder, 'rates');
  const add = await beginRecording(to, origin);
  const signal = new AbortController().signal;
  const proxy = await recordingProxy(origin, { port: 0, tls: {}, signal }, add);
  await fetch(`${proxy.origin}/rates`).then((answer) => answer.text());
  await proxy.close();
  return to;
}

const route = (path: string, without: number[], more: Partial<DegradationSettings['routes'][number]> = {}) => ({
  ...{ path, without, usual: 200, withinMs: 3000, when: ['unavailable', 'slow', 'erroring'] as const },
  ...more,
});

const usual: ServiceSettings = {
  ...{ name: 'rates', kind: 'other', url: null, recording: null, sample: null, certificateDays: 14 },
  ...{ latencyMs: 1000, quota: null, maxAgeDays: 90, hitSharePoints: 10 },
  probe: { path: '/', status: 200, document: null, headersEnv: {} },
  degrades: null,
};

const waits: Omit<DegradationSettings, 'routes'> = { link: null, port: null, slowMs: 1000, recoverS: 10 };

/** Does the part for one service, and gives its checks of failures by their ids. */
async function judged(
  baseUrl: string,
  service: Partial<Omit<ServiceSettings, 'degrades'>> & {
    degrades: Partial<DegradationSettings> & Pick<DegradationSettings, 'routes'>;
  },
  components: object = {},
) {
  const { config } = await loadConfig({ cwd: folder, domains });
  const degrades = { ...waits, ...service.degrades };
  const evidence: { atMs: number; data: unknown }[] = [];
  await withTeardown(async (teardown) => {
    const about = {
      ...config,
      chaos: { ...config.chaos, components },
      integration: { ...config.integration, services: [{ ...usual, ...service, degrades }] },
    };
    const context = { config: about, folder, teardown, signal: new AbortController().signal, now: () => 0 };
    const record = (data: unknown) => evidence.push({ atMs: 0, data });
    const more = { record, mark: () => {}, phase: () => {}, target: async () => ({ baseUrl }) };
    await services.run({ ...context, ...more } as never);
  });
  const read = evidence.map(({ atMs, data }) => ({ atMs, data: services.evidence.parse(data) }));
  const { checks, coverage } = services.judge(read, true);
  const failures = checks.filter(({ id }) => id.includes('without') || id.includes('failing'));
  return {
    verdicts: Object.fromEntries(failures.map(({ id, verdict }) => [id.split('-').at(-1), verdict])),
    reasons: failures.map(({ reason }) => reason).join('\n'),
    coverage: coverage?.find(({ of }) => of === 'failures of services'),
  };
}

const every = (verdict: string) => ({ unavailable: verdict, slow: verdict, erroring: verdict });

describe('a stand-in that fails', () => {
  it('shows that the target goes on, or fails as it may', async () => {
    const [recording, port] = [await recordedRates(), await freePort()];
    const baseUrl = await shopOf(() => `http://127.0.0.1:${port}`);
    const routes = [route('/price', [200]), route('/order', [503]), route('/alone', [200])];
    const { verdicts, reasons, coverage } = await judged(baseUrl, {
      ...{ kind: 'stand-in', recording, degrades: { port, routes } },
    });
    expect(reasons).toContain('9 requests were answered as declared while rates was unavailable (it met the target 6');
    expect(verdicts).toEqual(every('pass'));
    expect(coverage).toMatchObject({ covered: 3, total: 3, gaps: [] });
  });

  it('names service, route and status where the target breaks', async () => {
    const [recording, port] = [await recordedRates(), await freePort()];
    const baseUrl = await shopOf(() => `http://127.0.0.1:${port}`);
    const routes = [route('/brittle', [200, 503], { when: ['unavailable', 'erroring'] })];
    const { verdicts, reasons, coverage } = await judged(baseUrl, {
      ...{ kind: 'stand-in', recording, degrades: { port, routes } },
    });
    expect(verdicts).toEqual({ unavailable: 'fail', erroring: 'fail' });
    expect(reasons).toContain('GET /brittle was answered with 500 in 3 of 3 requests, where 200 or 503 is declared.');
    expect(coverage).toMatchObject({ covered: 2, total: 3, gaps: ['rates slow: no route declares it'] });
  });

  it('says that a target took too long', async () => {
    const [recording, port] = [await recordedRates(), await freePort()];
    const baseUrl = await shopOf(() => `http://127.0.0.1:${port}`);
    const routes = [route('/price', [200], { withinMs: patienceMs / 2, when: ['slow'] })];
    const { verdicts, reasons } = await judged(baseUrl, {
      ...{ kind: 'stand-in', recording, degrades: { port, routes } },
    });
    expect(verdicts).toEqual({ slow: 'fail' });
    expect(reasons).toMatch(/GET \/price took up to \d+ ms in 3 of 3 requests, where 200 ms are declared/);
  });

  it('that nobody asked shows nothing, and neither does a target that did not work before', async () => {
    const [recording, port] = [await recordedRates(), await freePort()];
    const baseUrl = await shopOf(() => `http://127.0.0.1:${port}`);
    const about = { kind: 'stand-in', recording } as const;
    const unasked = await judged(baseUrl, { ...about, degrades: { port, routes: [route('/alone', [200])] } });
    expect(unasked.verdicts).toEqual(every('inconclusive'));
    expect(unasked.reasons).toContain('Nothing shows that the target was without rates: the target did not ask for it');
    const elsewhere = await shopOf(() => 'http://127.0.0.1:1');
    const broken = await judged(elsewhere, { ...about, degrades: { port, routes: [route('/order', [503])] } });
    expect(broken.verdicts).toEqual(every('inconclusive'));
    expect(broken.reasons).toContain('GET /order was answered with 503 before anything failed');
  });

  it('is not tried where something else listens at its port', async () => {
    const recording = await recordedRates();
    const port = Number(new URL(await serve((_, response) => response.end())).port);
    const baseUrl = await shopOf(() => `http://127.0.0.1:${port}`);
    const { verdicts, reasons } = await judged(baseUrl, {
      ...{ kind: 'stand-in', recording, degrades: { port, routes: [route('/price', [200])] } },
    });
    expect(verdicts).toEqual({ at: 'inconclusive' });
    expect(reasons).toContain('it is in use');
  });
});

describe('a link that is broken', () => {
  let toxiproxy: OwnToxiproxy;
  let shop: SampleSystem;
  beforeAll(async () => {
    toxiproxy = await ownToxiproxy();
    shop = await startSample({ instances: 1, toxiproxyUrl: toxiproxy.url });
  }, 120_000);
  afterAll(async () => {
    await shop?.stop();
    await toxiproxy?.stop();
  });
  const toDatabase = () => {
    const link = shop.links.find(({ name }) => name === 'shop-1 to database') as SampleSystem['links'][number];
    return { database: { kind: 'link', ...link, start: false } };
  };

  it('shows what the sample shop does without its database, and what it does not', async () => {
    const routes = [route('/healthz', [200, 503]), route('/api/products/9', [503], { withinMs: 12_000 })];
    const { verdicts, reasons } = await judged(
      shop.baseUrl,
      { name: 'database', degrades: { link: 'database', routes } },
      toDatabase(),
    );
    expect(reasons).toMatch(
      /6 requests were answered as declared while database was unavailable \(it met the target \d+ times\)/,
    );
    expect(verdicts).toEqual(every('pass'));
    expect(
      await residue(
        toxiproxy,
        shop.links.map(({ proxy }) => proxy),
      ),
    ).toEqual([]);
  }, 120_000);

  it('of HTTP is answered with errors, and found where nobody uses it', async () => {
    const rates = await serve((_, response) => response.writeHead(200).end('{"EUR":1}'));
    const link = await linkTo(toxiproxy, 'shop-to-rates', new URL(rates).host);
    const components = { rates: { ...link, start: false } };
    const baseUrl = await shopOf(() => `http://${link.listen}`);
    const brittle = { degrades: { link: 'rates', routes: [route('/brittle', [503])] } };
    const { verdicts, reasons } = await judged(baseUrl, brittle, components);
    expect(verdicts).toEqual(every('fail'));
    expect(reasons).toContain('GET /brittle was answered with 500 in 3 of 3 requests, where 503 is declared.');
    const unused = await judged(
      await shopOf(() => rates),
      { degrades: { link: 'rates', routes: [route('/price', [200])] } },
      components,
    );
    expect(unused.verdicts).toEqual(every('inconclusive'));
  }, 120_000);

  it('is not tried where the configuration has no such link', async () => {
    const { verdicts, reasons } = await judged(await shopOf(() => 'http://127.0.0.1:1'), {
      degrades: { link: 'other', routes: [route('/alone', [200])] },
    });
    expect(verdicts).toEqual(every('inconclusive'));
    expect(reasons).toContain('chaos.components has no link "other".');
  });
});
