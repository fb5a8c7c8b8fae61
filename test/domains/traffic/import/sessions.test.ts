import { describe, expect, test } from 'vitest';
import { ndjson, useImport } from './recording.ts';

const input = useImport();
const agent: [string, string] = ['User-Agent', 'A'];
const cookie = (value: string): [string, string] => ['Cookie', value];

/** Paths of each session, in order. */
async function sessionsOf(rows: Record<string, unknown>[], options = {}): Promise<string[][]> {
  const timed = rows.map((row, n) => ({ time: 1_700_000_000_000.5 + n * 1000, ...row }));
  const { sessions } = await input.importText(ndjson(timed), options);
  return sessions.map(({ requests }) => requests.map(({ path }) => path));
}

describe('telling sessions apart', () => {
  test('by address and agent, closed by a gap', async () => {
    const at = (minutes: number) => 1_700_000_000_000 + minutes * 60_000;
    const rows = [
      { url: '/a1', client: '192.0.2.1', requestHeaders: [agent] },
      { url: '/b1', client: '192.0.2.1', requestHeaders: [['user-agent', 'B']] },
      { url: '/a2', client: '192.0.2.1', requestHeaders: [agent], time: at(29) },
      { url: '/c1', client: '192.0.2.2', requestHeaders: [agent], time: at(30) },
      { url: '/a3', client: '192.0.2.1', requestHeaders: [agent], time: at(60) },
    ];
    expect(await sessionsOf(rows)).toEqual([['/a1', '/a2'], ['/b1'], ['/c1'], ['/a3']]);
    expect(await sessionsOf(rows, { inactivityGapMs: 3_600_000 })).toEqual([['/a1', '/a2', '/a3'], ['/b1'], ['/c1']]);
  });

  test('by session cookie, whichever name it has, before anything else', async () => {
    for (const name of [
      'sid',
      'PHPSESSID',
      'JSESSIONID',
      'connect.sid',
      '_shop_session',
      '__Host-session',
      'sessionid',
      'ASP.NET_SessionId',
    ]) {
      const rows = [
        { url: '/a1', client: '192.0.2.1', user: 'x', requestHeaders: [cookie(`theme=dark; ${name}=a`)] },
        { url: '/b1', client: '192.0.2.1', user: 'x', requestHeaders: [cookie(`theme=dark; ${name}=b`)] },
        { url: '/a2', client: '203.0.113.9', requestHeaders: [cookie(`${name}=a; _ga=GA1.2.3`)] },
      ];
      expect(await sessionsOf(rows)).toEqual([['/a1', '/a2'], ['/b1']]);
    }
  });

  test('the login that handed a token out belongs to the session that shows it, also where an address is shared', async () => {
    const app: [string, string] = ['User-Agent', 'App'];
    const login = (token: string) => ({
      url: `/login-${token}`,
      client: '192.0.2.1',
      requestHeaders: [app],
      responseBody: {
        mime: 'application/json',
        encoding: 'utf8',
        data: `{"user":{"id":1},"access_token":"${token.repeat(20)}"}`,
      },
    });
    const as = (token: string, url: string) => ({
      url,
      client: '192.0.2.1',
      requestHeaders: [app, ['Authorization', `Bearer ${token.repeat(20)}`]],
    });
    const rows = [login('a'), login('b'), as('a', '/a1'), as('b', '/b1'), as('a', '/a2')];
    expect(await sessionsOf(rows)).toEqual([
      ['/login-a', '/a1', '/a2'],
      ['/login-b', '/b1'],
    ]);
  });

  test('what a browser asks for without its token, cookie or user belongs to the session with it', async () => {
    const row = (client: string, url: string, header?: [string, string], user?: string) => ({
      url,
      client,
      requestHeaders: header === undefined ? [agent] : [agent, header],
      ...(user === undefined ? {} : { user }),
    });
    const bearer = (token: string): [string, string] => ['Authorization', `Bearer ${token}`];
    for (const sign of [bearer, (value: string) => cookie(`sid=${value}`), undefined]) {
      const shown = (client: string, url: string, value: string) =>
        sign === undefined ? row(client, url, undefined, value) : row(client, url, sign(value));
      const rows = ['1', '2'].flatMap((n) => [row(n, `/page${n}`), shown(n, `/api${n}`, n)]);
      rows.push(row('1', '/1.png'), row('2', '/2.png'), shown('1', '/again1', '1'));
      expect(await sessionsOf(rows)).toEqual([
        ['/page1', '/api1', '/1.png', '/again1'],
        ['/page2', '/api2', '/2.png'],
      ]);
      // Two behind one address with the same browser: two sessions, the anonymous request with the one that was active last.
      const shared = [row('1', '/page'), shown('1', '/a1', 'a'), shown('1', '/b1', 'b'), row('1', '/b.png')];
      expect(await sessionsOf(shared)).toEqual([
        ['/page', '/a1'],
        ['/b1', '/b.png'],
      ]);
      expect(await sessionsOf(shared.slice(0, 2), { sessionBy: 'header:authorization' })).toHaveLength(
        sign === bearer ? 2 : 1,
      );
    }
  });

  test('tokens for the next page do not begin sessions', async () => {
    const rows = [1, 2, 3].map((page) => ({
      url: `/list?page=${page}`,
      client: '192.0.2.1',
      responseBody: { mime: 'application/json', encoding: 'utf8', data: `{"nextPageToken":"${`${page}`.repeat(20)}"}` },
    }));
    expect(await sessionsOf(rows)).toHaveLength(1);
  });

  test('of several session cookies the usual one decides', async () => {
    const rows = ['a', 'a', 'b', 'b'].map((value, n) => ({
      url: `/${n}`,
      requestHeaders: [cookie(n % 2 === 0 ? `once_session=${n}; sid=${value}` : `sid=${value}`)],
    }));
    expect(await sessionsOf(rows)).toEqual([
      ['/0', '/1'],
      ['/2', '/3'],
    ]);
  });

  test('the request that was given the cookie belongs to its session', async () => {
    const login = (value: string, url: string) => ({
      url,
      client: '192.0.2.1',
      requestHeaders: [agent],
      responseHeaders: [['Set-Cookie', `sid=${value}; Path=/; Max-Age=3600`]],
    });
    const with_ = (value: string, url: string) => ({
      url,
      client: '192.0.2.1',
      requestHeaders: [agent, cookie(`sid=${value}`)],
    });
    // Two visitors behind one address with the same browser, one after another.
    expect(await sessionsOf([login('a', '/a1'), login('b', '/b1'), with_('a', '/a2'), with_('b', '/b2')])).toEqual([
      ['/a1', '/a2'],
      ['/b1', '/b2'],
    ]);
  });

  test('a cookie renewed at login stays the same session; one removed does not join others', async () => {
    const renew = (from: string, to: string, url: string) => ({
      url,
      requestHeaders: [cookie(`sid=${from}`)],
      responseHeaders: [['set-cookie', `sid=${to}; Path=/`]],
    });
    const plain = (value: string, url: string) => ({ url, requestHeaders: [cookie(`sid=${value}`)] });
    const removed = (value: string, url: string) => ({
      ...renew(value, 'deleted', url),
      responseHeaders: [['set-cookie', 'sid=; Max-Age=0']],
    });
    expect(await sessionsOf([plain('a', '/a1'), renew('a', 'A', '/a2'), plain('A', '/a3')])).toEqual([
      ['/a1', '/a2', '/a3'],
    ]);
    expect(await sessionsOf([removed('a', '/a1'), removed('b', '/b1'), plain('b', '/b2')])).toEqual([
      ['/a1'],
      ['/b1', '/b2'],
    ]);
  });

  test('by token, then by user', async () => {
    const bearer = (value: string) => ['Authorization', `Bearer ${value.repeat(80)}`];
    const rows = [
      { url: '/a1', requestHeaders: [bearer('a')], client: '192.0.2.1' },
      { url: '/b1', requestHeaders: [bearer('b')], client: '192.0.2.1' },
      { url: '/a2', requestHeaders: [bearer('a')], client: '192.0.2.2' },
      { url: '/u1', user: 'ann', client: '192.0.2.1' },
      { url: '/u2', user: 'ann', client: '192.0.2.2' },
    ];
    expect(await sessionsOf(rows)).toEqual([['/a1', '/a2'], ['/b1'], ['/u1', '/u2']]);
    expect(await sessionsOf(rows, { sessionBy: 'client' })).toEqual([
      ['/a1', '/b1', '/u1'],
      ['/a2', '/u2'],
    ]);
  });

  test('by a named cookie or header', async () => {
    const rows = ['a', 'b', 'a'].map((value, n) => ({
      url: `/${n}`,
      requestHeaders: [cookie(`basket=${value}; sid=same`), ['X-Device', n === 0 ? 'one' : 'two']],
    }));
    expect(await sessionsOf(rows)).toEqual([['/0', '/1', '/2']]);
    expect(await sessionsOf(rows, { sessionBy: 'cookie:basket' })).toEqual([['/0', '/2'], ['/1']]);
    expect(await sessionsOf(rows, { sessionBy: 'header:X-Device' })).toEqual([['/0'], ['/1', '/2']]);
  });

  test('behind a proxy the forwarded address counts', async () => {
    const rows = ['192.0.2.1', '192.0.2.2', '192.0.2.1'].map((address, n) => ({
      url: `/${n}`,
      requestHeaders: [['X-Forwarded-For', `${address}, 10.0.0.1`]],
    }));
    expect(await sessionsOf(rows)).toEqual([['/0', '/2'], ['/1']]);
  });
});

test('what told sessions apart is said by share', async () => {
  const rows = [
    { requestHeaders: [cookie('sid=1')] },
    { requestHeaders: [cookie('sid=2')] },
    { client: '192.0.2.1' },
    {},
  ];
  const { result } = await input.importText(ndjson(rows));
  expect(result.sessionsBy).toEqual([
    { by: 'cookie', requests: 2, share: 0.5 },
    { by: 'client', requests: 1, share: 0.25 },
    { by: 'nothing', requests: 1, share: 0.25 },
  ]);
});

test('long sessions are split, and offsets start again', async () => {
  const { sessions, result } = await input.importText(
    ndjson(Array.from({ length: 25 }, (_, n) => ({ time: 1_700_000_000_000.5 + n, client: '192.0.2.1' }))),
    { maxSessionRequests: 10 },
  );
  expect(sessions.map(({ startMs, requests }) => [startMs, requests.length, requests[0]?.offsetMs])).toEqual([
    [0, 10, 0],
    [10, 10, 0],
    [20, 5, 0],
  ]);
  expect(result.sessionsSplit).toBe(2);
});

test('sessions come in order of their start, whatever their length', async () => {
  const rows = Array.from({ length: 3000 }, (_, n) => ({
    time: 1_700_000_000_000.5 + ((n * 7919) % 3000) * 100,
    client: `192.0.2.${(n * 31) % 97}`,
  }));
  const { sessions, result } = await input.importText(ndjson(rows), { inactivityGapMs: 5000 });
  expect(result.manifest.requests).toBe(3000);
  expect(new Set(sessions.map(({ id }) => id)).size).toBe(sessions.length);
  for (const [n, session] of sessions.entries()) {
    expect(session.startMs).toBeGreaterThanOrEqual(sessions[n - 1]?.startMs ?? 0);
    for (const [m, { offsetMs }] of session.requests.entries()) {
      expect(offsetMs).toBeGreaterThanOrEqual(session.requests[m - 1]?.offsetMs ?? 0);
    }
  }
});
