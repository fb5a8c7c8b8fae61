import { afterEach, describe, expect, it } from 'vitest';
import type { PartResult } from '../../../src/domains/part-fold.ts';
import { notAskedWords } from '../../../src/domains/part-section.ts';
import { accessChecks, type PostureCheckId, postureChecks } from '../../../src/domains/security/posture/checks.ts';
import { judgePosture, type PostureEvidence, postureEvidence } from '../../../src/domains/security/posture/judge.ts';
import { type Looked, lookAround } from '../../../src/domains/security/posture/look.ts';
import { nothingRecorded } from '../../../src/domains/security/posture/recorded.ts';
import type { LeftOut, ResolvedPosture } from '../../../src/domains/security/posture/settings.ts';
import { about, end, endServers, serve } from './target.ts';

afterEach(endServers);

const bar = { failAt: 'high' as const, waivers: [], waiverDays: 180, today: '2026-11-29' };

function judged(
  seen: readonly Looked[],
  leftOut: Record<string, LeftOut>,
  checks: typeof postureChecks | typeof accessChecks,
) {
  const pieces: PostureEvidence[] = [
    { kind: 'begun', bar, leftOut, isHttps: false },
    ...seen.map((one) => ({ kind: 'looked' as const, ...one })),
    { kind: 'done', requests: 1, tookMs: 1 },
  ];
  const evidence = pieces.map((data) => ({ atMs: 0, data: postureEvidence.parse(JSON.parse(JSON.stringify(data))) }));
  return judgePosture(evidence, true, checks);
}

async function lookAt(
  url: string,
  checks: readonly PostureCheckId[],
  posture: Partial<ResolvedPosture> = {},
  recorded: Partial<typeof nothingRecorded> = {},
  recordingProblem: string | null = null,
) {
  const seen: Looked[] = [];
  const asked = { ...about(url, posture), checks, recordingProblem, recorded: { ...nothingRecorded, ...recorded } };
  await lookAround(asked, (one) => seen.push(one));
  const { checks: found, coverage = [] } = judged(seen, { ...posture.leaveOut }, postureChecks);
  const gaps = coverage.flatMap((one) => one.gaps);
  return { seen, gaps, of: (id: string) => found.find((one) => one.id === id) };
}

describe('a part of which all checks are left out', () => {
  const ids = accessChecks.map(({ id }) => id);
  const all = (left: LeftOut) => Object.fromEntries(ids.map((id) => [id, left]));
  const declared = { reason: 'the system has no users', owner: 'ada@example.com', expires: '2027-01-31' };

  it('says so, and is inconclusive where reasons alone are given', () => {
    const { checks } = judged([], all('the system has no users'), accessChecks);
    expect(checks).toMatchObject([{ id: 'left-out', verdict: 'inconclusive' }]);
    expect(checks[0]?.reason).toMatch(
      /^All checks of it were left out by the configuration: Sessions at login and logout: the system has no users\. .*missing for: session, objects, rate-limit\.$/,
    );
  });

  it('is among what the first screen says is missing', () => {
    const { leftOut = [] } = judged([], all('the system has no users'), accessChecks);
    expect(leftOut[0]).toBe('Sessions at login and logout (the system has no users)');
    expect(leftOut).toHaveLength(3);
    const part = { title: 'Access', leftOut: leftOut.slice(0, 1) } as unknown as PartResult;
    expect(notAskedWords('the security', { parts: [part], notAsked: [] })).toEqual([
      'Of the security (Access) the configuration leaves out: Sessions at login and logout (the system has no users).',
    ]);
    expect(judged([], {}, accessChecks).leftOut).toBeUndefined();
  });

  it('passes where somebody answers for each until a day to come, and shows that', () => {
    const { checks, tables } = judged([], all(declared), accessChecks);
    expect(checks).toMatchObject([{ id: 'left-out', verdict: 'pass' }]);
    expect(checks[0]?.reason).toMatch(/ada@example.com answers for it until 2027-01-31/);
    expect(tables).toMatchObject([{ title: 'Exceptions of the configuration', rows: { length: 3 } }]);
    expect(tables?.[0]?.rows[0]).toEqual([
      ...['Sessions at login and logout', declared.reason, declared.owner, declared.expires, 'counts'],
    ]);
    const mixed = judged([], { ...all(declared), objects: 'no users' }, accessChecks);
    expect(mixed.checks).toMatchObject([{ verdict: 'inconclusive', reason: expect.stringMatching(/for: objects\.$/) }]);
  });

  it.each([
    ['2026-11-28', /expired on 2026-11-28/],
    ['2028-01-01', /is for 398 days, more than 180/],
  ])('an exception until %s does not count', (expires, reason) => {
    const { checks } = judged([], { ...all(declared), session: { ...declared, expires } }, accessChecks);
    expect(checks).toMatchObject([{ id: 'session', verdict: 'inconclusive', reason: expect.stringMatching(reason) }]);
  });
});

describe('a check that saw nothing', () => {
  it('of cookies does not apply where none is set, and says where those of a login are looked at', async () => {
    const url = await serve((_, response) => end(response, 200, '<h1>x</h1>'));
    const none = await lookAt(url, ['cookies']);
    expect(none.of('cookies')).toBeUndefined();
    expect(none.gaps.join('\n')).toMatch(/Session cookies: does not apply: 2 answers set no cookie, and no login/);
    const login = { page: null, request: 'POST /login', as: 'form', token: null, nextField: null } as const;
    const some = await lookAt(url, ['cookies'], { login });
    expect(some.gaps.join('\n')).toMatch(/what a login sets is looked at by the part Access/);
    const blind = await lookAt(url, ['cookies'], { login, leaveOut: { session: 'not today' } });
    expect(blind.of('cookies')).toMatchObject({ verdict: 'inconclusive' });
  });

  it('of redirects does not apply where the recording has no such parameter, and is inconclusive without one', async () => {
    const url = await serve((_, response) => end(response, 200));
    const none = await lookAt(url, ['redirects']);
    expect(none.of('redirects')).toBeUndefined();
    expect(none.gaps.join('\n')).toMatch(/Redirects to other sites: does not apply: the recording has no parameter/);
    const blind = await lookAt(url, ['redirects'], {}, {}, 'there is none');
    expect(blind.of('redirects')).toMatchObject({ verdict: 'inconclusive', reason: 'Not looked at: there is none.' });
  });

  it('of redirects is inconclusive where there is no such page', async () => {
    const url = await serve((_, response) => end(response, 404));
    const { of } = await lookAt(url, ['redirects'], { redirects: [{ path: '/lgoin', parameter: 'next' }] });
    expect(of('redirects')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/\/lgoin\?next=: answered with 404, so that there may be no such page/),
    });
  });

  it('of other origins is inconclusive where nothing but / is known', async () => {
    const url = await serve((_, response) => end(response, 200));
    const blind = await lookAt(url, ['cors'], {}, {}, 'there is no recording');
    expect(blind.of('cors')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/Not looked at: paths other than \/: there is no recording/),
    });
    expect((await lookAt(url, ['cors'], { protectedPaths: ['/a'] })).of('cors')).toMatchObject({ verdict: 'pass' });
    const many = Array.from({ length: 25 }, (_, i) => `/p${i}`);
    expect((await lookAt(url, ['cors'], { protectedPaths: many })).of('cors')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/6 more paths: too many/),
    });
  });

  it('of headers is inconclusive where every path refuses, and tells how many showed a page', async () => {
    const closed = await serve((_, response) => end(response, 401, 'no'));
    expect((await lookAt(closed, ['headers'])).of('headers')).toMatchObject({
      verdict: 'inconclusive',
      reason: 'Not looked at: no page: 0 of one path answered with 2xx or 3xx; others with 401.',
    });
    const half = await serve((request, response) => end(response, request.url === '/' ? 200 : 401, 'x'));
    const { seen } = await lookAt(half, ['headers'], { pages: ['/own'] });
    expect(seen[0]?.looked).toMatch(/^1 of 2 paths answered with 2xx or 3xx; others with 401/);
    const leads = await serve((_, response) => end(response, 302, 'Found', { location: '/login' }));
    expect((await lookAt(leads, ['headers'])).of('headers')).toMatchObject({ verdict: 'inconclusive' });
  });

  it('of a redirect judges no header of a page', async () => {
    const url = await serve((request, response) =>
      request.url === '/'
        ? end(response, 200, '', { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' })
        : end(response, 302, 'Found', { location: '/' }),
    );
    expect((await lookAt(url, ['headers'], { pages: ['/a'] })).seen[0]?.findings).toEqual([]);
  });

  it('of error pages is inconclusive where every request is refused before', async () => {
    const url = await serve((_, response) => end(response, 401, 'no'));
    expect((await lookAt(url, ['errors'])).of('errors')).toMatchObject({ verdict: 'inconclusive' });
    const led = await serve((_, response) => end(response, 302, '', { location: '/login' }));
    expect((await lookAt(led, ['errors'])).of('errors')).toMatchObject({ verdict: 'inconclusive' });
  });

  it('of a path that needs a login is inconclusive where the path only breaks', async () => {
    const url = await serve((_, response) => end(response, 500, 'no'));
    expect((await lookAt(url, ['protected'], { protectedPaths: ['/a'] })).of('protected')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/\/a: answered with 500, which is no refusal/),
    });
  });

  it('of a path that needs a login is inconclusive where there is none of that name', async () => {
    const url = await serve((_, response) => end(response, 404, 'no'));
    expect((await lookAt(url, ['protected'], { protectedPaths: ['/acount'] })).of('protected')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/\/acount: answered with 404, so that there may be no such path/),
    });
  });

  it('accuses no application of one page, whose every path has that page', async () => {
    let pages = 0;
    const url = await serve((request, response) =>
      request.method === 'POST'
        ? end(response, 200, '{"token":"t"}', { 'content-type': 'application/json' })
        : end(response, 200, `<div id="root"></div><script nonce="n${++pages}" src="/main.js"></script>`),
    );
    expect((await lookAt(url, ['protected'], { protectedPaths: ['/account'] })).of('protected')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/\/account: answered as a path that is not there is/),
    });
    const user = (name: string) => ({ name, fields: { name } });
    const { seen } = await lookAt(url, ['objects'], {
      users: [user('a'), user('b')],
      login: { page: null, request: 'POST /login', as: 'json', token: 'token', nextField: null },
      objects: [{ path: '/orders/7', make: null, remove: null, list: null, id: 'id' }],
    });
    expect(seen).toMatchObject([
      { findings: [], looked: null, notLooked: [expect.stringMatching(/^\/orders\/7: ans/)] },
    ]);
  });

  it('is inconclusive where a limit refuses some of its requests', async () => {
    let asked = 0;
    const url = await serve((_, response) => end(response, ++asked > 10 ? 429 : 404, 'no'));
    expect((await lookAt(url, ['exposed'])).of('exposed')).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/Not looked at: \d+ of \d+ requests met a limit, and were answered with 429\.$/),
    });
  });

  it('of versions asks for itself where the check of headers is left out', async () => {
    const url = await serve((_, response) => end(response, 200, '', { server: 'Apache/2.4.1' }));
    const { seen } = await lookAt(url, ['banners'], { leaveOut: { headers: 'elsewhere' } });
    expect(seen[0]?.findings).toMatchObject([{ rule: 'version-banner' }]);
  });
});

describe('answers that any origin may read', () => {
  const open = (body: string, type: string, status = 200) =>
    serve((_, response) => end(response, status, body, { 'content-type': type, 'access-control-allow-origin': '*' }));
  const found = async (url: string, posture: Partial<ResolvedPosture>, data: string[] = []) =>
    (await lookAt(url, ['cors'], posture, { data })).seen[0]?.findings.map(({ rule, risk, certain, where }) => [
      ...[rule, risk, certain, where],
    ]);

  it('are a grave finding where a login is declared to be needed, and need review where they are data', async () => {
    const json = await open('{"a":1}', 'application/json');
    expect(await found(json, { protectedPaths: ['/flows'] }, ['/api/x', '/data/a.json'])).toEqual([
      ['cors-any', 'medium', false, '/'],
      ['cors-any', 'high', true, '/flows'],
      ['cors-any', 'medium', false, '/api/x'],
    ]);
  });

  it('are right where they are public pages, or refusals', async () => {
    expect(await found(await open('<h1>x</h1>', 'text/html'), { pages: ['/a'] })).toEqual([]);
    expect(await found(await open('{}', 'application/json', 401), { protectedPaths: ['/flows'] })).toEqual([]);
  });
});
