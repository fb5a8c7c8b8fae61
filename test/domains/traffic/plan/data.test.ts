import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DataRule, dataRuleSchema } from '../../../../src/domains/traffic/plan/rules.ts';
import type { Body, RecordedSession } from '../../../../src/model/traffic.ts';
import { plan, recording, request, sessionsOf } from './recordings.ts';

const json = (value: unknown): Body => ({ mime: 'application/json', encoding: 'utf8', data: JSON.stringify(value) });
const form = (data: string): Body => ({ mime: 'application/x-www-form-urlencoded', encoding: 'utf8', data });

async function logins(data: DataRule[], seed = 1): Promise<{ email: string; password: string }[]> {
  // 40 sessions of 20 people: each comes twice, once by form and once by API.
  const sessions = Array.from({ length: 40 }, (_, i): RecordedSession => {
    const [email, password] = [`p${i % 20}@pseudonym.invalid`, `pw-${i % 20}`];
    const login =
      i < 20
        ? request(0, 'POST', '/login', { body: form(`email=${encodeURIComponent(email)}&password=${password}&next=1`) })
        : request(0, 'POST', '/login', { body: json({ email, password, next: 1 }) });
    return { id: `s${i}`, startMs: i, requests: [login] };
  });
  const made = await plan(await recording(sessions, 1_000), { data, options: { writes: 'recorded', seed } });
  return (await sessionsOf(made)).map(({ requests }) => {
    const text = requests[0]?.body?.data ?? '';
    const fields = text.startsWith('{') ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
    expect(String(fields.next)).toBe('1');
    return { email: fields.email, password: fields.password };
  });
}

const rules = (email: DataRule['value'], password: DataRule['value']): DataRule[] =>
  (['form', 'json'] as const).flatMap((place) => [
    { route: 'POST /login', in: place, at: 'email', value: email },
    { route: 'POST /login', in: place, at: 'password', value: password },
  ]);

describe('accounts of the target', () => {
  it('are taken row by row, the same for the same pseudonym wherever it stands', async () => {
    const made = await logins(rules({ template: 'user{0001..2000}@shop.test' }, { template: 'secret{0001..2000}' }));
    for (const [i, { email, password }] of made.entries()) {
      expect(email).toMatch(/^user\d{4}@shop\.test$/);
      expect(password).toBe(email.replace('user', 'secret').replace('@shop.test', ''));
      expect(email).toBe(made[(i + 20) % 40]?.email);
    }
    expect(new Set(made.map(({ email }) => email)).size).toBeGreaterThan(15);
  });

  it('come out the same for the same seed and differ for another', async () => {
    const data = rules({ template: 'u{1..5000}@x' }, { template: 'p{1..5000}' });
    expect(await logins(data)).toEqual(await logins(data));
    expect(await logins(data, 2)).not.toEqual(await logins(data));
  });

  it('are read from CSV and NDJSON files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shakedown-data-'));
    const csv = join(folder, 'users.csv');
    await writeFile(csv, '\ufeffemail,password\r\n"a+1@x.test","p ""1"", x"\r\nb@x.test,\r\n');
    const ndjson = join(folder, 'users.ndjson');
    await writeFile(ndjson, '{"email":"a+1@x.test","password":"p \\"1\\", x"}\n{"email":"b@x.test","password":""}\n');
    for (const from of [csv, ndjson]) {
      const made = await logins(rules({ from, column: 'email' }, { from, column: 'password' }));
      const kinds = new Set(made.map(({ email, password }) => `${email} ${password}`));
      expect([...kinds].sort()).toEqual(['a+1@x.test p "1", x', 'b@x.test ']);
    }
    await expect(logins(rules({ from: csv, column: 'mail' }, { list: ['x'] }))).rejects.toMatchObject({
      code: 'PLAN_DATA',
    });
    await expect(logins(rules({ from: `${csv}.not`, column: 'email' }, { list: ['x'] }))).rejects.toMatchObject({
      code: 'PLAN_DATA',
    });
  });

  it('cannot break a header or a path', async () => {
    const data: DataRule[] = [
      { route: '*', in: 'header', at: 'x-user', value: { list: ['a\r\nx-evil: 1'] } },
      { route: '*', in: 'path', at: ':id', value: { list: ['../../@evil.example/\r\n\ud800'] } },
    ];
    const one = [{ id: 'a', startMs: 0, requests: [request(0, 'GET', '/u/7', { route: '/u/:id' })] }];
    const [session] = await sessionsOf(await plan(await recording(one, 1_000), { data }));
    expect(session?.headers).toEqual([]);
    expect(session?.requests[0]?.path).toBe('/u/..%2F..%2F%40evil.example%2F%0D%0A%EF%BF%BD');
  });

  it('are written in a checked form', () => {
    const value = { template: 'u{1..2}' };
    expect(dataRuleSchema.parse({ route: '*', in: 'form', at: 'email', value })).toEqual({
      route: '*',
      in: 'form',
      at: 'email',
      value,
    });
    expect(() => dataRuleSchema.parse({ route: '*', in: 'form', at: 'email', value: { template: 'u' } })).toThrow();
    expect(() => dataRuleSchema.parse({ route: '*', in: 'form', at: 'email', value: { list: [] } })).toThrow();
  });
});
