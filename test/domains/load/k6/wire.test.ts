import { expect, it } from 'vitest';
import { SessionWire } from '../../../../src/domains/load/k6/wire.ts';
import { type PlannedRequest, valueToken } from '../../../../src/model/plan.ts';
import { loadInput, request, session } from '../shop.ts';

const odd = 'a"b\\c\n\u2028é😀</script>';
const { plan } = loadInput('http://127.0.0.1:1', [], { folder: '', durationMs: 1000 });
const token = valueToken(plan.nonce, 'csrf');

function encoded(...[of, overlay = null, originMs = 0]: Partial<Parameters<SessionWire['encode']>>) {
  if (of === undefined) throw new Error('a session is needed');
  const line = new SessionWire(plan).encode(of, overlay, originMs);
  expect(line.indexOf('\n')).toBe(line.length - 1);
  return JSON.parse(line) as [
    index: number,
    startUs: number,
    overlay: unknown,
    values: unknown,
    template: Record<string, unknown>,
  ];
}

it('writes a session as one line of JSON, whatever is in it', () => {
  const requests = [
    request(0, { path: `/${odd}` }),
    request(12.3456, {
      method: 'POST',
      path: '/orders',
      route: 3,
      expectedStatus: 201,
      after: 0,
      headers: [['x-odd', odd]],
      body: { mime: '', encoding: 'utf8', data: odd },
      extract: [{ name: 'id', from: 'json', expression: '$.id' }],
    }),
    request(20, { after: 1, target: 1, body: { mime: '', encoding: 'base64', data: 'AAEC' } }),
  ];
  const one = { ...session(7, 1500.25, requests), cookies: [['shop', odd]] as [string, string][] };
  expect(encoded(one, { authorization: odd }, 500)).toEqual([
    7,
    1_000_250,
    { authorization: odd },
    0,
    {
      h: { accept: '*/*' },
      c: [[0, 'shop', odd]],
      q: [
        { d: 0, m: 'GET', o: 0, u: `/${odd}`, r: 0, e: 200, a: -1, w: 0, h: 0, b: 0, x: 0, t: 0 },
        {
          d: 12_346,
          m: 'POST',
          o: 0,
          u: '/orders',
          r: 3,
          e: 201,
          a: 0,
          w: 0,
          h: { 'x-odd': odd },
          b: odd,
          x: [['id', 'json', '$.id']],
          t: 0,
        },
        { d: 20_000, m: 'GET', o: 1, u: '/', r: 0, e: 200, a: 1, w: 0, h: 0, b: { b64: 'AAEC' }, x: 0, t: 0 },
      ],
      p: 0,
    },
  ]);
});

it('says which requests have a value to be filled in, wherever it stands', () => {
  const filled = (given: Parameters<typeof request>[1], headers = session(0, 0, []).headers) => {
    const [, , overlay, , template] = encoded({ ...session(0, 0, [request(0, given)]), headers });
    expect(overlay).toBe(0);
    return (template as { q: { t: number }[] }).q[0]?.t;
  };
  expect(filled({ path: `/a?t=${token}` })).toBe(1);
  expect(filled({ body: { mime: '', encoding: 'utf8', data: `t=${token}` } })).toBe(1);
  expect(filled({ headers: [['x-csrf', token]] })).toBe(1);
  expect(filled({}, [['x-csrf', token]])).toBe(1);
  expect(filled({})).toBe(0);
});

it('tells sessions whose requests overlap from those that go in turn', () => {
  const inTurn = (...after: number[]) =>
    encoded(
      session(
        0,
        0,
        after.map((of, i) => request(i, { after: of })),
      ),
    )[4].p;
  expect(inTurn(-1, 0, 1)).toBe(0);
  expect(inTurn(-1, -1, 1)).toBe(1);
});

it('puts logins before what needs them, and lets what comes after wait for them', () => {
  const step = (index: number) => ({
    ...request(-2000, { method: 'POST', path: `/step${index}` }),
    login: { step: index, success: { status: [302] } },
  });
  const told = (requests: PlannedRequest[], before: number) => {
    const one = {
      ...session(0, 0, requests),
      logins: [{ before, steps: [step(0), step(1)] }],
      values: { '2a': 'secret' },
    };
    const [, , , values, template] = encoded(one);
    expect(values).toEqual({ '2a': 'secret' });
    const { q, p } = template as { q: { u: string; a: number; w: number[] | 0; r: number; l?: unknown }[]; p: number };
    return [p, ...q.map(({ u, a, w }) => [u, a, ...(w === 0 ? [] : w)].join(' '))];
  };
  const at = (path: string, after: number, also?: number[]) => request(0, { path, after, ...(also && { also }) });
  expect(told([at('/a', -1), at('/b', 0)], 0)).toEqual([0, '/step0 -1', '/step1 0', '/a 1', '/b 2']);
  expect(told([at('/a', -1), at('/b', 0), at('/c', 0), at('/d', -1), at('/e', 2, [1])], 1)).toEqual([
    1,
    '/a -1',
    '/step0 0',
    '/step1 1',
    '/b 2',
    '/c 2 0',
    '/d 2',
    '/e 4 3',
  ]);
  const [, , , , template] = encoded({ ...session(0, 0, [at('/a', -1)]), logins: [{ before: 0, steps: [step(0)] }] });
  const first = (template as { q: unknown[] }).q[0];
  expect(first).toMatchObject({ d: -2_000_000, r: plan.routes.length, l: [0, 1, { status: [302] }] });
});
