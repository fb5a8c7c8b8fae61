import { createServer as createPlain } from 'node:http';
import { createServer } from 'node:https';
import { connect, createServer as createConnections } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Bar } from '../../../src/domains/security/judge.ts';
import { accessChecks, postureChecks } from '../../../src/domains/security/posture/checks.ts';
import { judgePosture, type PostureEvidence, postureEvidence } from '../../../src/domains/security/posture/judge.ts';
import { type Looked, lookAround } from '../../../src/domains/security/posture/look.ts';
import { nothingRecorded } from '../../../src/domains/security/posture/recorded.ts';
import type { ResolvedPosture } from '../../../src/domains/security/posture/settings.ts';
import { type Planted, plantable, shop } from './shop.ts';
import { about, certificate, end, endServers, listening, serve } from './target.ts';

afterEach(endServers);

const user = (name: string) => ({ name, fields: { email: name, password: 'right' } });
const full: Partial<ResolvedPosture> = {
  protectedPaths: ['/account'],
  redirects: [{ path: '/go', parameter: 'next' }],
  users: [user('a'), user('b')],
  login: { page: '/login', request: 'POST /login', as: 'form', token: null, nextField: 'next' },
  logout: 'POST /logout',
  objects: [{ path: '/orders/1', make: null, list: null, id: 'id', remove: null }],
  wrongLogins: 8,
  leaveOut: { tls: 'a test on this machine' },
};
const bar: Bar = { failAt: 'high', waivers: [], waiverDays: 180, today: '2026-11-29' };

async function look(planted: readonly Planted[], all = false, posture = full) {
  const url = await serve(shop(planted, all));
  const seen: Looked[] = [];
  const recorded = { ...nothingRecorded, folders: ['/assets/'] };
  const requests = await lookAround({ ...about(url, posture), recorded }, (one) => seen.push(one));
  return {
    seen,
    requests,
    rules: [...new Set(seen.flatMap(({ findings }) => findings.map(({ rule }) => rule)))].sort(),
  };
}

function judged(seen: readonly Looked[], ended = true, over: Partial<Bar> = {}, leftOut = full.leaveOut ?? {}) {
  const pieces: PostureEvidence[] = [
    {
      kind: 'begun',
      bar: { ...bar, ...over, waivers: [...(over.waivers ?? [])] },
      leftOut: { ...leftOut },
      isHttps: false,
    },
    ...seen.map((one) => ({ kind: 'looked' as const, ...one })),
    ...(ended ? [{ kind: 'done' as const, requests: 1, tookMs: 1 }] : []),
  ];
  return judgePosture(
    pieces.map((data) => ({ atMs: 0, data: postureEvidence.parse(JSON.parse(JSON.stringify(data))) })),
    ended,
    [...postureChecks, ...accessChecks],
  );
}
const verdicts = (result: ReturnType<typeof judged>) =>
  Object.fromEntries(result.checks.map(({ id, verdict }) => [id, verdict]));

/** What each planted weakness is found as. */
const foundAs: Record<Planted, string[]> = {
  'no-headers': ['csp-missing', 'framing', 'opener', 'sniffing'],
  'weak-csp': ['csp-base-uri', 'csp-objects', 'csp-unsafe-script', 'csp-unsafe-style', 'framing'],
  cookie: ['cookie-http-only', 'cookie-same-site'],
  cors: ['cors-reflected'],
  'cors-null': ['cors-null'],
  trace: ['method-trace'],
  redirect: ['open-redirect'],
  'login-redirect': ['open-redirect'],
  stack: ['stack-trace'],
  banner: ['version-banner'],
  env: ['exposed-secrets'],
  git: ['exposed-source'],
  actuator: ['exposed-debug'],
  metrics: ['exposed-metrics'],
  listing: ['exposed-listing'],
  'open-route': ['open-route'],
  'session-kept': ['session-kept'],
  logout: ['session-after-logout'],
  objects: ['foreign-object'],
  'no-limit': ['no-rate-limit'],
};

describe('posture', () => {
  it('finds nothing on a hardened application, looks at everything, and passes', async () => {
    const { seen, rules, requests } = await look([]);
    expect(rules).toEqual([]);
    const result = judged(seen);
    expect(new Set(Object.values(verdicts(result)))).toEqual(new Set(['pass']));
    expect(result.checks).toHaveLength(12);
    expect(requests).toBeLessThan(150);
  });

  it.each(plantable)('finds %s, and nothing else', async (planted) => {
    expect((await look([planted])).rules).toEqual(foundAs[planted]);
  });

  it('an application that answers everything with one page is accused of no file', async () => {
    expect((await look([], true)).rules).toEqual([]);
    expect((await look(['env'], true)).rules).toEqual(['exposed-secrets']);
    // Whatever begins so is answered like that: no sign of a file, though other names are not.
    const half = await serve((request, response) =>
      request.url?.startsWith('/.env')
        ? end(response, 200, 'A_KEY=1', { 'content-type': 'text/plain' })
        : end(response, 404),
    );
    const few: Looked[] = [];
    await lookAround(about(half), (one) => few.push(one));
    expect(few.find(({ check }) => check === 'exposed')?.findings).toEqual([]);
    // Everything is answered like a file of settings: nothing shows that one of them is there.
    const url = await serve((_, response) => end(response, 200, 'A_KEY=1', { 'content-type': 'text/plain' }));
    const seen: Looked[] = [];
    await lookAround(about(url), (one) => seen.push(one));
    expect(seen.find(({ check }) => check === 'exposed')?.findings).toEqual([]);
  });

  const tab = { id: 't1', type: 'tab', label: 'Orders' };
  const node = { id: 'n1', type: 'http in', wires: [['n2']], note: 'é, "{[' };
  it.each([
    ['/flows', 'exposed-admin', [tab, node]],
    ['/flows', 'exposed-admin', [node, { ...node, text: 'x'.repeat(300_000) }]],
    ['/diagnostics', 'exposed-debug', { report: 'diagnostics', scope: 'basic', nodejs: { version: 'v20.20.2' } }],
    ['/containers/json', 'exposed-admin', [{ Id: 'a1', Image: 'shop', HostConfig: { NetworkMode: 'bridge' } }]],
    ['/api/v1/pods', 'exposed-admin', { kind: 'PodList', items: [{ text: 'x'.repeat(300_000) }] }],
    ['/v1/agent/self', 'exposed-admin', { Config: { Datacenter: 'eu' }, Member: { Name: 'one' } }],
    ['/_cluster/health', 'exposed-admin', { cluster_name: 'shop', status: 'green', number_of_nodes: 1 }],
    ['/json/version', 'exposed-admin', { Browser: 'node.js/v20.20.2', 'Protocol-Version': '1.1' }],
    ['/config_dump', 'exposed-admin', { configs: [{ '@type': 'type.googleapis.com/envoy.admin.v3.Bootstrap' }] }],
    ['/jolokia/version', 'exposed-admin', { request: { type: 'version' }, value: { agent: '2.0.2' } }],
    ['/solr/admin/info/system', 'exposed-admin', { lucene: {}, jvm: {} }],
    ['/script', 'exposed-admin', '<title>Script Console [Jenkins]</title>'],
    ['/sidekiq', 'exposed-admin', '<title>[PRODUCTION] Sidekiq</title>'],
    ['/hangfire', 'exposed-admin', '<title>Hangfire Dashboard</title>'],
    ['/api/rawdata', 'exposed-debug', { routers: {}, services: {} }],
    ['/api/v1/status/config', 'exposed-debug', { status: 'success', data: { yaml: 'global: {}' } }],
  ])('finds what rules a program at %s (%s), and nothing where a login is asked for', async (path, rule, body) => {
    const of = async (status: number, given: unknown) => {
      const text = typeof given === 'string' ? given : JSON.stringify(given);
      const type = typeof given === 'string' ? 'text/html' : 'application/json';
      const url = await serve((request, response) =>
        request.url === path ? end(response, status, text, { 'content-type': type }) : end(response, 404),
      );
      const seen: Looked[] = [];
      await lookAround({ ...about(url), checks: ['exposed'] }, (one) => seen.push(one));
      return seen[0]?.findings;
    };
    expect(await of(200, body)).toMatchObject([{ rule, where: path, certain: true }]);
    expect(await of(401, body)).toEqual([]);
    // What another application has there.
    for (const other of [[{ id: 1, type: 'order' }], { routers: 3 }, { status: 'ok' }, '<title>Our script</title>'])
      expect(await of(200, other)).toEqual([]);
  });

  it('a login that refuses in words, or otherwise than before, slows down', async () => {
    for (const refusal of [
      { status: 500, body: '' },
      { status: 401, body: 'Too many attempts' },
    ]) {
      let tries = 0;
      const url = await serve((request, response) => {
        if (request.method !== 'POST') end(response, 200);
        else if (++tries > 5) end(response, refusal.status, refusal.body);
        else end(response, 401, 'wrong');
      });
      const seen: Looked[] = [];
      await lookAround({ ...about(url, full), checks: ['rate-limit'] }, (one) => seen.push(one));
      expect(seen).toMatchObject([{ findings: [], looked: 'wrong logins: refused at number 6' }]);
    }
  });

  it('a grave finding fails, a lesser one does not, and one that may be wrong needs review', async () => {
    const { seen } = await look(['cors', 'banner']);
    expect(verdicts(judged(seen))).toMatchObject({ cors: 'fail', banners: 'pass' });
    expect(judged(seen).checks.find(({ id }) => id === 'banners')?.reason).toMatch(/2 below high risk/);
    expect(verdicts(judged(seen, true, { failAt: 'low' }))).toMatchObject({ banners: 'fail' });
    const unsure = seen.map((one) => ({
      ...one,
      findings: one.findings.map((finding) => ({ ...finding, certain: false })),
    }));
    expect(verdicts(judged(unsure))).toMatchObject({ cors: 'inconclusive' });
    expect(judged(unsure).checks.find(({ id }) => id === 'cors')?.reason).toMatch(
      /^Needs review: cors-reflected \(high\) at \//,
    );
  });

  it('what is not configured, not reached or not answered never passes, and is named', async () => {
    const { seen } = await look([], false, {});
    expect(verdicts(judged(seen, true, {}, {}))).toMatchObject({
      tls: 'inconclusive',
      session: 'inconclusive',
      objects: 'inconclusive',
      'rate-limit': 'inconclusive',
      protected: 'inconclusive',
      headers: 'pass',
    });
    expect(verdicts(judged(seen.slice(0, 3), false))).toMatchObject({ exposed: 'inconclusive' });
    // Seen in part, it passes in part only.
    const logout = await look([], false, { ...full, logout: null });
    expect(judged(logout.seen).checks.find(({ id }) => id === 'session')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/what a logout does: no logout is configured/),
    });
    const dead: Looked[] = [];
    await lookAround(about('http://127.0.0.1:1', full), (one) => dead.push(one));
    const result = verdicts(judged(dead));
    expect(new Set(Object.values(result))).toEqual(new Set(['inconclusive']));
  });

  it('asks no host but those of the configuration', async () => {
    const url = await serve(shop([]));
    await expect(lookAround({ ...about(url), allowHosts: ['shop.example'] }, () => {})).rejects.toMatchObject({
      code: 'SECURITY_HOST',
    });
    const seen: Looked[] = [];
    await lookAround(about(url, { tlsAddress: 'https://shop.example' }), (one) => seen.push(one));
    expect(seen[0]).toMatchObject({ check: 'tls', looked: null });
    expect(seen[0]?.notLooked[0]).toMatch(/shop.example is not looked at/);
  });

  it('looks at TLS, HSTS and Secure where the target has TLS', async () => {
    const tls = certificate();
    const port = await listening(createServer({ ...tls, minVersion: 'TLSv1.2', ciphers: 'ECDHE+AESGCM' }, shop([])));
    const seen: Looked[] = [];
    await lookAround(
      { ...about(`https://127.0.0.1:${port}`, { ...full, leaveOut: {} }), tls: { ca: tls.cert } },
      (one) => seen.push(one),
    );
    expect(seen.flatMap(({ findings }) => findings.map(({ rule }) => rule)).sort()).toEqual([
      'cookie-secure',
      'hsts-missing',
    ]);
  });

  it('plain HTTP at the port of TLS is found, of an address that ends TLS too', async () => {
    const { cert, key } = certificate();
    const plain = await listening(createPlain((_, response) => response.end('a page')));
    const tls = await listening(createServer({ cert, key }, (_, response) => response.end('a page')));
    // Tells them apart by the first byte.
    const both = createConnections((socket) =>
      socket.once('data', (first) => {
        const to = connect(first[0] === 22 ? tls : plain, '127.0.0.1', () => to.write(first));
        socket.pipe(to).pipe(socket);
        for (const one of [socket, to]) one.on('error', () => {});
      }),
    );
    const rulesOf = async (port: number) => {
      const seen: Looked[] = [];
      const address = { tlsAddress: `https://127.0.0.1:${port}` };
      const asked = { ...about(`http://127.0.0.1:${plain}`, address), tls: { ca: cert } };
      const allowHosts = ['127.0.0.1'];
      await lookAround({ ...asked, allowHosts, checks: ['tls'] }, (one) => seen.push(one));
      expect(seen[0]?.looked).toMatch(new RegExp(`plain HTTP at port ${port} alone`));
      return seen[0]?.findings.map(({ rule }) => rule);
    };
    expect(await rulesOf(await listening(both))).toContain('plain-http');
    expect(await rulesOf(tls)).not.toContain('plain-http');
  });

  it('the evidence holds no password, no cookie and nothing of an exposed file', async () => {
    const text = JSON.stringify((await look([...plantable])).seen);
    expect(text).not.toMatch(/hunter2|"right"|sid=\w/);
  });
});
