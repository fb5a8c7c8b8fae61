import { describe, expect, it } from 'vitest';
import type { RealEvidence, StandInEvidence } from '../../../src/domains/integration/services/evidence.ts';
import { judgeServices } from '../../../src/domains/integration/services/judge.ts';
import { keyOf } from '../../../src/domains/integration/services/request-key.ts';
import { isSecretName, keptHeader, keptPath } from '../../../src/domains/integration/services/secrets.ts';

const key = (url: string, body: string | Buffer = '') => JSON.stringify(keyOf('POST', url, Buffer.from(body)));
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl';

describe('what a request is found by', () => {
  it.each([
    ['a word that only holds `key`', '/s?keyword=hats', '/s?keyword=SHOES'],
    ['a word that only begins with `auth`', '/s?author=1', '/s?author=2'],
    ['a token of a page', '/s?page_token=1', '/s?page_token=2'],
    ['a symbol', '/s?token_symbol=BTC', '/s?token_symbol=ETH'],
    ['a country', '/s?code=DE', '/s?code=US'],
    ['what comes after a second question mark', '/a?x=1?y=2', '/a?x=1?y=3'],
    ['an order of what has one name', '/a?x=1&x=2', '/a?x=2&x=1'],
    ['bytes that are no text', '/a?x=%FE', '/a?x=%FF'],
    ['no secret, where there was one', '/a?api_key=1', '/a'],
    ['another token in the path', `/t/${jwt}`, `/t/${jwt}x`],
  ])('tells apart: %s', (_, one, other) => expect(key(one)).not.toBe(key(other)));

  it.each([
    ['the order of parameters', '/a?x=1&y=2', '/a?y=2&x=1'],
    ['how a space is written', '/a?x=1%202', '/a?x=1+2'],
    ['the value of a secret', '/a?api_key=1&x=1', '/a?x=1&api_key=2'],
    ['what is kept of it', `/t/${jwt}?token=1&n=a%20b`, keptPath(`/t/${jwt}?token=1&n=a%20b`)],
  ])('is the same whatever: %s', (_, one, other) => expect(key(one)).toBe(key(other)));

  it.each([
    ['numbers past 2^53', '{"id":9007199254740993}', '{"id":9007199254740992}'],
    ['long fractions', '[0.1]', '[0.1000000000000000055]'],
    ['a number and a text', '{"a":1}', '{"a":"1"}'],
    ['a text that looks like a mark', '{"a":"n1"}', '{"a":1}'],
    ['a field that stands twice', '{"a":1,"a":2}', '{"a":2}'],
    ['bytes that are no text', Buffer.from('7b2261223a22ff227d', 'hex'), Buffer.from('7b2261223a22fe227d', 'hex')],
  ])('tells bodies apart: %s', (_, one, other) => expect(key('/', one)).not.toBe(key('/', other)));

  it('takes JSON that says the same for the same', () => {
    expect(key('/', '{"a": [1, -2.5e3, "x: 1"], "b":{"d":null,"c":"\\""}}')).toBe(
      key('/', '{"b":{"c":"\\"","d":null},"a":[1,-2.5e3,"x: 1"]}'),
    );
  });
});

describe('what a recording keeps', () => {
  it.each(['api_key', 'apikey', 'X-Api-Key', 'apiKey', 'key', 'access_token', 'sig_v2', 'session', 'session_id'])(
    'nothing of %s',
    (name) => {
      expect(keptPath(`/a?${name}=hunter2`)).not.toContain('hunter2');
      expect(keptHeader(name, 'hunter2')).toBe('(secret)');
    },
  );
  it.each(['keyword', 'author', 'monkey', 'page_token', 'token_type', 'signal', 'key_id'])('all of %s', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
  it('no token of a path or an address', () => {
    const token = 'sk_live_51HxAbCdEfGhIjKlMn';
    for (const path of [`/v1/${jwt}/x`, `/hooks/${token}`, `/a;jsessionid=${token}`, `/a?next=${token}`])
      expect(keptPath(path)).not.toMatch(/eyJ|51Hx/);
    expect(keptHeader('location', `https://a.example/b/${token}?token=hunter2&n=1`)).toMatch(
      /^https:\/\/a\.example\/b\/\(secret-[0-9a-f]{16}\)\?token=\(secret\)&n=1$/,
    );
    expect(keptHeader('cache-control', 'max-age=60, public')).toBe('max-age=60, public');
    expect(keptPath('/orders/550e8400-e29b-41d4-a716-446655440000/lines')).toContain('550e8400');
  });
});

it.each([
  [1, 'pass'],
  [91, 'inconclusive'],
  [-26_000, 'inconclusive'],
  [-0.001, 'pass'],
])('a stand-in recorded %d days ago is %s', (ageDays, verdict) => {
  const data: StandInEvidence = {
    ...{ kind: 'stand-in', name: 'own', origin: 'http://own', recordedAt: '2099-01-01T00:00:00Z', maxAgeDays: 90 },
    ...{ ageDays, exchanges: 1, damaged: 0, errors: 0, tried: 1, notTried: 0, differing: [] },
    control: { request: 'GET', status: 501, isNamed: true },
  };
  expect(judgeServices([{ atMs: 0, data }]).checks[0]).toMatchObject({ id: 'own-recorded', verdict });
});

it.each([
  ['with a certificate that cannot be read', [200, 200], 'https:', 'pass', 'inconclusive', 'pass'],
  ['without TLS', [200, 200], 'http:', 'pass', 'fail', 'pass'],
  ['of which a limit refused some at once', [200, 429, 429], 'https:', 'inconclusive', 'inconclusive', 'fail'],
  ['of which a limit refused all', [429, 429], 'https:', 'inconclusive', 'inconclusive', 'inconclusive'],
])('a service %s', (_, statuses, scheme, reachable, certificate, latency) => {
  const slow = latency === 'fail' ? 9000 : 20;
  const data: RealEvidence = {
    ...{
      kind: 'real',
      name: 'own',
      origin: `${scheme}//own.example`,
      isLocal: false,
      probe: 'GET /',
      wantedStatus: 200,
    },
    ...{ latencyMs: 1000, certificate: null, contract: null, quota: null },
    answers: statuses.map((status) => ({ status, ms: status === 429 ? 1 : slow, problem: null })),
  };
  const verdicts = judgeServices([{ atMs: 0, data }]).checks.map(({ id, verdict }) => [id, verdict]);
  expect(Object.fromEntries(verdicts)).toMatchObject({
    ...{ 'own-reachable': reachable, 'own-certificate': certificate, 'own-latency': latency },
  });
});
