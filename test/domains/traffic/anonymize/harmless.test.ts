import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheStatusOf } from '../../../../src/domains/integration/services/cache-status.ts';
import { type AnonymizeRules, anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { scanRecording } from '../../../../src/domains/traffic/anonymize/scan.ts';
import type { RecordedSession } from '../../../../src/model/traffic.ts';
import { answered, harmless, policy } from './harmless-corpus.ts';
import { json, request, session } from './request.ts';
import { readAll, temporaryFolder, writeRecording } from './shop.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function run(sessions: RecordedSession[], rules?: AnonymizeRules) {
  await writeRecording(join(folder.path, 'raw'), sessions);
  const report = await anonymizeRecording({
    from: join(folder.path, 'raw'),
    to: join(folder.path, 'out'),
    force: true,
    ...(rules ? { rules } : {}),
  });
  return { report, sessions: await readAll(join(folder.path, 'out')) };
}

describe('what says nothing of anyone is no leak', () => {
  it.each(Object.keys(harmless))('%s', async (name) => {
    const { report } = await run(harmless[name]?.() ?? []);
    expect(report.scan.listed).toEqual([]);
    expect(report.scan.passed).toBe(true);
    expect((await scanRecording(join(folder.path, 'out'))).listed).toEqual([]);
  });

  it('and what a rule keeps is none, wherever else it was replaced', async () => {
    const rules = { rules: [{ fields: { 'query.shop': { do: 'keep' as const } } }] };
    const sessions = [
      session(0, request('/home?shop=nordlicht&other=nordlicht'), request('/home?note=call+nordlicht')),
    ];
    const { report } = await run(sessions, rules);
    expect(report.scan).toMatchObject({ passed: true });
    expect(report.scan.keptByRule).toBeGreaterThan(0);
  });

  it('a policy keeps its directives and its form, and loses its hosts', async () => {
    const { sessions } = await run([session(0, request('/home', answered(['content-security-policy', policy])))]);
    const written = sessions[0]?.requests[0]?.response?.headers?.[0]?.[1] ?? '';
    expect(written).toMatch(
      /^default-src 'self' http: https: data:; script-src 'self' 'nonce-\w+' https:\/\/host-\w+\.example; report-uri \/csp; report-to csp-endpoint; upgrade-insecure-requests$/,
    );
  });
});

describe('what a cache said of an answer', () => {
  it.each([
    ['cache-status', 'ZwetkowaCache; fwd=uri-miss; stored; ttl=297, "zwetkowa.example"; hit', 'hit'],
    ['cache-status', 'zwetkowa; fwd=stale; fwd-status=304', 'miss'],
    ['x-cache', 'Miss from cloudfront', 'miss'],
    ['x-cache', 'TCP_MEM_HIT from zwetkowa.example.com', 'hit'],
    ['cf-cache-status', 'DYNAMIC', 'miss'],
  ])('%s: %s', async (name, value, status) => {
    const { report, sessions } = await run([session(0, request('/app.js', answered([name, value])))]);
    const [written] = sessions[0]?.requests[0]?.response?.headers ?? [];
    expect(JSON.stringify(written)).not.toMatch(/zwetkowa/i);
    expect(cacheStatusOf(written === undefined ? [] : [written])).toBe(status);
    expect(report.scan).toMatchObject({ passed: true, listed: [] });
  });
});

describe('who is a client', () => {
  const visit = (n: number, rest: Partial<RecordedSession> & { client?: string; user?: string }) => ({
    ...session(n, request('/list?q=frittenbude')),
    ...rest,
  });
  const keeps = async (sessions: RecordedSession[]) =>
    (await run(sessions)).sessions[0]?.requests[0]?.path.includes('frittenbude');

  it('one person on 12 days is one', async () => {
    expect(await keeps(Array.from({ length: 12 }, (_, n) => visit(n, { client: 'aGFzaA' })))).toBe(false);
    expect(
      await keeps(Array.from({ length: 12 }, (_, n) => visit(n, { client: `address-${n}`, user: 'aGFzaA' }))),
    ).toBe(false);
    expect(await keeps(Array.from({ length: 12 }, (_, n) => visit(n, { client: `address-${n}` })))).toBe(true);
  });

  it('hundreds behind one address are told apart by their users', async () => {
    expect(await keeps(Array.from({ length: 12 }, (_, n) => visit(n, { client: 'office', user: `user-${n}` })))).toBe(
      true,
    );
  });

  it('visits without a user count for the one who was seen at that address', async () => {
    const sessions = Array.from({ length: 12 }, (_, n) =>
      visit(n, n % 2 === 0 ? { client: `address-${n}`, user: 'one' } : { client: `address-${n - 1}` }),
    );
    expect(await keeps(sessions)).toBe(false);
  });
});

describe('addresses that are sent', () => {
  const twelve = (path: string) =>
    Array.from({ length: 12 }, (_, n) => ({
      ...session(n, request(path), request('/wissen/frittenbude')),
      client: `203.0.113.${n}`,
    }));

  it.each(['/img/hero@2x.webp', '/img/logo@dark.svg', '/npm/swiper@11.js', '/npm/lodash@4.17.21.min.js'])(
    '%s is a file, which stays, and says nothing of who asked for it',
    async (path) => {
      const { report, sessions } = await run(twelve(path));
      const paths = sessions.flatMap(({ requests }) => requests.map((one) => one.path));
      expect([...new Set(paths)]).toEqual([path, '/wissen/frittenbude']);
      expect(report.scan.listed).toEqual([]);
    },
  );

  it.each([
    ['/contact?to=anna.meier@gmx.de', true],
    ['/contact?email=info@shop-online.de', true],
    ['/contact?email=anna.meier@gmx.de', false],
    ['/users/anna.meier@gmx.de', false],
    ['/img/anna.meier@gmx.de.png', true],
  ])('%s by twelve clients: twelve people %s', async (path, areTwelve) => {
    const { sessions } = await run(twelve(path));
    expect(sessions[0]?.requests[1]?.path === '/wissen/frittenbude').toBe(areTwelve);
    expect(JSON.stringify(sessions)).not.toMatch(/meier|shop-online/);
  });
});

describe('paths and names', () => {
  const surnames = (count: number) =>
    Array.from(
      { length: count },
      (_, n) => `${'bcdfghklmn'[n % 10]}${'aeiou'[n % 5]}rst${'bdfglm'[n % 6]}${'aeio'[n % 4]}${'lnrt'[n % 4]}`,
    );

  it.each([10, 30, 60])('%i names below users are gone from paths, routes and the manifest', async (many) => {
    const names = [...new Set(surnames(many))];
    const { sessions } = await run(
      names.flatMap((name, n) =>
        Array.from({ length: 12 }, (_, turn) => session(n * 12 + turn, request(`/users/${name}`))),
      ),
    );
    const written = JSON.stringify(sessions);
    for (const name of names) expect(written).not.toContain(name);
    expect(sessions[0]?.requests[0]?.route).toBe('/users/:slug');
  });

  it('what k clients used stays, outside of what belongs to someone', async () => {
    const visits = (path: string, count: number) => Array.from({ length: count }, (_, n) => session(n, request(path)));
    expect((await run(visits('/kollektion/app.BxT9kQ2pW7fLm3Za.js', 10))).sessions[0]?.requests[0]?.path).toBe(
      '/kollektion/app.BxT9kQ2pW7fLm3Za.js',
    );
    expect((await run(visits('/kollektion/app.BxT9kQ2pW7fLm3Za.js', 9))).sessions[0]?.requests[0]?.path).not.toContain(
      'kollektion',
    );
    expect((await run(visits('/patients/kollektion', 30))).sessions[0]?.requests[0]?.path).toMatch(
      /^\/patients\/(?!kollektion)/,
    );
  });

  it.each([
    ['/archive/1984/03/17', /^\/archive\/(?!1984\/03\/17)\d{4}\/\d\d\/\d\d$/],
    ['/archive/17/03/1984/page', /^\/archive\/(?!17\/03\/1984)\d\d\/\d\d\/\d{4}\/page$/],
    ['/users/1984/03/17', /^\/users\/(?!1984\/03\/17)\d{4}\/\d\d\/\d\d$/],
  ])('a date that stands in three segments is replaced as one: %s', async (path, made) => {
    for (const route of [path, path.replace(/\d+/g, ':id')]) {
      const { sessions } = await run([session(0, request(path, { route }))]);
      expect(sessions[0]?.requests[0]?.path).toMatch(made);
      expect(sessions[0]?.requests[0]?.route).toBe(path.replace(/\d+/g, ':id'));
    }
  });

  it('a date that k clients asked for stays', async () => {
    const visits = Array.from({ length: 12 }, (_, n) => session(n, request('/blog/2026/03/17')));
    expect((await run(visits)).sessions[0]?.requests[0]).toMatchObject({
      path: '/blog/2026/03/17',
      route: '/blog/2026/03/17',
    });
  });

  it('what the rules name stays: paths of the application, and names of fields', async () => {
    const sessions = [
      session(
        0,
        request('/kollektion/redis.png?farbe=1', { headers: [['x-filiale', '7']] }),
        request('/preise?farbe=2'),
      ),
    ];
    const { sessions: out } = await run(sessions, {
      rules: [],
      paths: ['/kollektion/**'],
      names: ['farbe', 'x-filiale'],
    });
    expect(out[0]?.requests[0]?.path).toMatch(/^\/kollektion\/redis\.png\?farbe=\d$/);
    expect(out[0]?.requests[0]?.headers?.[0]?.[0]).toBe('x-filiale');
    expect(out[0]?.requests[1]?.path).toMatch(/^\/(?!preise)[a-z]{6}\?farbe=\d$/);
  });

  it('a segment keeps the signs that it had bare, and those that it had encoded', async () => {
    const paths = ['/@trellow', '/map:trellow,oak', '/%40trellow'];
    const { sessions } = await run([session(0, ...paths.map((path) => request(path)))]);
    const written = sessions[0]?.requests.map(({ path }) => path) ?? [];
    expect(written[0]).toMatch(/^\/@(?!trellow)[a-z]{7}$/);
    expect(written[1]).toMatch(/^\/[a-z]{3}:(?!trellow)[a-z]{7},[a-z]{3}$/);
    expect(written[2]).toMatch(/^\/%40(?!trellow)[a-z]{7}$/);
  });

  it('names that few clients used are data: of keys, parameters, forms, cookies and headers', async () => {
    const { sessions } = await run([
      session(
        0,
        request('/home?trellow=1', {
          method: 'POST',
          headers: [
            ['cookie', 'trellow=1; theme=2'],
            ['x-trellow', '1'],
          ],
          body: json({ trellow: { name: 1 } }),
        }),
      ),
    ]);
    expect(JSON.stringify(sessions)).not.toContain('trellow');
    expect(sessions[0]?.requests[0]?.body?.data).toMatch(/^\{"[a-z]{7}":\{"name":\d\}\}$/);
  });

  it('a public word that is a given name too stays beside another in the name of a field, and nowhere in a path', async () => {
    const paths =
      '/team/bill /team/max-ray /team/MaxRay /blog/by-mark /staff-list/Mark%20Max /agents/Li /img/ray.png /team/sid2';
    const { report, sessions } = await run([
      session(
        0,
        ...paths.split(' ').map((path) => request(path)),
        request('/home?mark=1&bill.max=1&max_age=9&maxAge=1&sid=1', { headers: [['x-mark', '1']] }),
      ),
    ]);
    const written = sessions[0]?.requests ?? [];
    const last = written.pop();
    for (const { path, route } of written)
      expect(`${path} ${route}`).not.toMatch(/\b(?:bill|by-|max|maxray|ray|mark|li|sid2)\b/i);
    expect(last?.path).toMatch(/^\/home\?\w{4}=\d&[^=]{7,9}=\d&max_age=\d&maxAge=\d&sid=\d$/);
    expect(last?.path).not.toMatch(/mark|bill/);
    expect(last?.headers ?? []).toEqual([]);
    expect(report.scan.listed).toEqual([]);
  });

  it('digits do not pass through headers of the protocol', async () => {
    const { sessions } = await run([
      session(
        0,
        request('/home', {
          headers: [
            ['accept-language', '123456789'],
            ['range', 'bytes=123456789-987654321'],
            ['x-requested-with', '123456789'],
          ],
        }),
      ),
    ]);
    expect(JSON.stringify(sessions)).not.toMatch(/123456789|987654321/);
    expect(sessions[0]?.requests[0]?.headers?.[1]).toEqual(['range', 'bytes=100000000-900000000']);
  });
});

describe('tags of answers', () => {
  it('are values, in quotation marks or not, and the same one as the file that they name', async () => {
    const digest = 'e50eb7598b580311bab8f39bb8f4815b';
    const tags = ['Zwetkowa-0', 'W/zwetkowa', '"zwetkowa", W/"b", zwetkowa', 'anna.zwetkowa', '"zwetkowa'];
    const { report, sessions } = await run([
      session(
        0,
        request(`/assets/${digest}`, { route: '/assets/:id', ...answered(['etag', digest]) }),
        ...tags.flatMap((tag) =>
          ['if-match', 'if-none-match', 'if-range'].map((name) =>
            request('/home', { headers: [[name, tag]], ...answered(['etag', tag]) }),
          ),
        ),
        request('/home', { headers: [['if-none-match', '*, "", W/""']] }),
      ),
    ]);
    const all = sessions[0]?.requests ?? [];
    expect(JSON.stringify(all)).not.toMatch(/zwetkowa/i);
    expect(all[0]?.path).toMatch(/^\/assets\/[\da-f]{32}$/);
    expect(all[0]?.path).not.toContain(digest);
    expect(all[0]?.response?.headers?.[0]?.[1]).toBe(all[0]?.path.split('/')[2]);
    expect(all[7]?.headers?.[0]?.[1]).toMatch(/^"(\w{8})", W\/"\w", \1$/);
    expect(all.at(-1)?.headers?.[0]?.[1]).toBe('*, "", W/""');
    expect(report.scan.listed).toEqual([]);
    expect(report.scan.passed).toBe(true);
  });
});

describe('text', () => {
  it('has other words in another session, so that knowing one text says nothing of others', async () => {
    const text = 'morgen im garten mit freunden';
    const { sessions } = await run(
      [0, 1].map((n) =>
        session(n, request(`/search?q=${text.replaceAll(' ', '+')}`), request(`/list?q=${text.replaceAll(' ', '+')}`)),
      ),
    );
    const words = sessions.map(({ requests }) => requests.map(({ path }) => path.split('q=')[1]));
    expect(words[0]?.[0]).toBe(words[0]?.[1]);
    for (const [index, word] of (words[0]?.[0] ?? '').split('+').entries())
      expect(word).not.toBe(words[1]?.[0]?.split('+')[index]);
  });

  it('a word that names a thing in a path is the same in all sessions', async () => {
    const visits = [0, 1].map((n) =>
      session(
        n,
        request('/wissen/gartenzaun-selber-bauen'),
        request('/list', { method: 'POST', body: json({ other: 'gartenzaun-selber-bauen' }) }),
      ),
    );
    const { sessions } = await run(visits);
    const slugs = sessions.flatMap(({ requests: [page, list] }) => [
      page?.path.split('/')[2],
      JSON.parse(list?.body?.data ?? '{}').other,
    ]);
    expect(new Set(slugs).size).toBe(1);
    expect(slugs[0]).toMatch(/^(?!gartenzaun)[a-z]{10}-[a-z]{6}-[a-z]{5}$/);
  });
});
