import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AnonymizeRules, anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { scanRecording } from '../../../../src/domains/traffic/anonymize/scan.ts';
import type { Header, RecordedSession } from '../../../../src/model/traffic.ts';
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
    ...(rules ? { rules } : {}),
  });
  return { report, sessions: await readAll(join(folder.path, 'out')) };
}

const policy =
  "default-src 'self' http: https: data:; script-src 'self' 'nonce-r4nd0mN0nce' https://cdn.shop-assets.com; report-uri /csp; report-to csp-endpoint; upgrade-insecure-requests";
const answered = (...headers: Header[]) => ({ response: { headers } });

/** Recordings that hold nothing of anyone: each met a scan that took a word of the protocol for a leak. */
const harmless: Record<string, () => RecordedSession[]> = {
  'answers with a Content-Security-Policy': () =>
    Array.from({ length: 20 }, (_, n) => session(n, request('/home', answered(['content-security-policy', policy])))),
  'reporting headers': () =>
    Array.from({ length: 20 }, (_, n) =>
      session(
        n,
        request(
          '/home',
          answered(
            [
              'report-to',
              '{"group":"default","max_age":31536000,"endpoints":[{"url":"https://r.shop-reports.com/x"}]}',
            ],
            ['nel', '{"report_to":"default","max_age":31536000,"include_subdomains":true}'],
            ['server', 'nginx'],
          ),
        ),
      ),
    ),
  'a bot with an address among browsers': () => [
    session(
      0,
      request('/robots.txt', {
        headers: [['user-agent', 'Mozilla/5.0 (compatible; FooBot/2.1; bot-help@foo-crawl.com)']],
      }),
    ),
    ...Array.from({ length: 15 }, (_, n) =>
      session(
        n + 1,
        request('/home', { headers: [['user-agent', 'Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/121.0']] }),
      ),
    ),
  ],
  'words of the protocol as values': () =>
    [
      'language',
      'control',
      'report-to',
      'server',
      'http:',
      'https',
      'false',
      'true',
      'null',
      'default',
      'origin',
      'content-type',
    ].map((word, n) =>
      session(
        n,
        request(`/settings?${word.replace(':', '')}=1&value=${encodeURIComponent(word)}`, {
          headers: [
            ['accept-language', 'de-DE,de;q=0.9,en;q=0.8'],
            ['cache-control', 'max-age=0'],
            ['x-note', word],
          ],
          method: 'POST',
          body: json({ language: word, control: false, server: { report: null }, text: `the ${word} of it` }),
          ...answered(['access-control-allow-origin', 'http://app.shop-front.com'], ['vary', 'origin']),
        }),
      ),
    ),
  'one visit with everything a browser sends': () => [
    session(
      0,
      request('/api/v1/products?page=2&sort=price', {
        origin: 'https://www.shop-front.com',
        headers: [
          ['host', 'www.shop-front.com'],
          ['user-agent', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36'],
          ['accept', 'text/html,application/xhtml+xml,*/*;q=0.8'],
          ['accept-encoding', 'gzip, deflate, br'],
          ['accept-language', 'en-GB,en;q=0.5'],
          ['referer', 'https://www.shop-front.com/products?page=1'],
          ['sec-fetch-site', 'same-origin'],
          ['x-requested-with', 'XMLHttpRequest'],
          ['range', 'bytes=0-1023'],
          ['if-none-match', '"5f3a-1b"'],
        ],
        ...answered(
          ['content-type', 'application/json; charset=utf-8'],
          ['location', '/products?page=3'],
          ['date', 'Tue, 05 Mar 2024 10:00:00 GMT'],
        ),
      }),
    ),
  ],
};

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
