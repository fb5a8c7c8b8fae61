import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type AnonymizeRules,
  anonymizeRecording,
  loadRules,
} from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { verifyPrivacy } from '../../../../src/domains/traffic/anonymize/privacy.ts';
import { findAction } from '../../../../src/domains/traffic/anonymize/rules.ts';
import { readManifest } from '../../../../src/domains/traffic/recording.ts';
import type { RecordedSession } from '../../../../src/model/traffic.ts';
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
    key: 'a key of sixteen bytes or more',
    ...(rules ? { rules } : {}),
  });
  return { report, sessions: await readAll(join(folder.path, 'out')) };
}

async function rulesFrom(text: string) {
  const file = join(folder.path, 'rules.yaml');
  await writeFile(file, text);
  return loadRules(file);
}

describe('what k clients share is kept', () => {
  const visits = (count: number, path: string) => Array.from({ length: count }, (_, n) => session(n, request(path)));

  it('from k clients on, and not before', async () => {
    expect((await run(visits(9, '/list?sort=price'))).sessions[0]?.requests[0]?.path).not.toContain('price');
    const { report, sessions } = await run(visits(10, '/list?sort=price'));
    expect(sessions[0]?.requests[0]?.path).toBe('/list?sort=price');
    expect(report.vocabulary).toMatchObject({
      k: 10,
      values: 1,
      kept: [{ route: 'GET /list', field: 'query.sort', values: 10 }],
    });
  });

  it('counts clients, not sessions', async () => {
    const visit = (n: number) =>
      session(n, request('/list?sort=price', { headers: [['cookie', 'sid=ab12cd34ef56gh78']] }));
    const { sessions } = await run(Array.from({ length: 30 }, (_, n) => visit(n)));
    expect(sessions[0]?.requests[0]?.path).not.toContain('price');
  });

  it.each([
    'alice@mailbox.org',
    'Alice',
    '+49 170 1234567',
    '4539578763621486',
    '203.0.113.9',
    'k3Jx9QpLm2Vt7RzWb4Nc8YsDq1',
  ])('never %s', async (value) => {
    const { sessions, report } = await run(visits(40, `/list?q=${encodeURIComponent(value)}`));
    expect(decodeURIComponent(sessions[0]?.requests[0]?.path ?? '')).not.toContain(value);
    expect(report.scan.passed).toBe(true);
  });

  it('never where the field belongs to a person', async () => {
    const visits = Array.from({ length: 40 }, (_, n) =>
      session(
        n,
        request('/list?password=summer&city=Springfield'),
        request('/users/42', { route: '/users/:id' }),
        request('/me', { response: { body: json({ id: 77, email: `p${n}@mail.de`, theme: 'dark' }) } }),
      ),
    );
    const { sessions } = await run(visits);
    const [list, user, me] = sessions[0]?.requests ?? [];
    expect(list?.path).toMatch(/password=(?!summer)\w{6}&city=Springfield$/);
    expect(user?.path).not.toBe('/users/42');
    expect(me?.response?.body?.data).toMatch(/"id":(?!77)\d\d,.*"theme":"dark"/);
  });

  it('keeps a known value in places that few saw, so that references hold', async () => {
    const many = Array.from({ length: 12 }, (_, n) =>
      session(n, request('/list', { response: { body: json({ items: [{ sku: 4711 }] }) } })),
    );
    const one = session(20, request('/goods/4711', { route: '/goods/:sku' }));
    expect((await run([...many, one])).sessions[12]?.requests[0]?.path).toBe('/goods/4711');
  });

  it('keys that only one client each has are data, though they read like names', async () => {
    const users = 'gonzo miskin trellow vandark pelzig ombrano ruttger zwick hollin'.split(' ');
    const visits = users.map((user, n) =>
      session(n, request('/a', { body: json({ settings: { [user]: 1 }, shared: 1 }) })),
    );
    const { sessions } = await run(visits);
    for (const [n, user] of users.entries()) {
      const body = JSON.parse(sessions[n]?.requests[0]?.body?.data ?? '');
      expect(Object.keys(body)).toEqual(['settings', 'shared']);
      expect(Object.keys(body.settings)[0]).not.toBe(user);
    }
  });

  it('a query without a name is a value until k clients send it', async () => {
    const visits = (count: number) => Array.from({ length: count }, (_, n) => session(n, request('/list?trellow')));
    expect((await run(visits(5))).sessions[0]?.requests[0]?.path).not.toContain('trellow');
    expect((await run(visits(10))).sessions[0]?.requests[0]?.path).toBe('/list?trellow');
  });

  it('not where values never repeat between clients', async () => {
    const visits = Array.from({ length: 80 }, (_, n) =>
      session(n, request('/list?page=1007'), request(`/orders/${1000 + n}`, { route: '/orders/:id' })),
    );
    const { sessions } = await run(visits);
    expect(sessions[7]?.requests[0]?.path).toBe('/list?page=1007');
    expect(sessions[7]?.requests[1]?.path).not.toBe('/orders/1007');
  });
});

describe('a rules file', () => {
  it('decides by route and field', async () => {
    const rules = await rulesFrom(`
k: 3
rules:
  - route: GET /shop/*
    fields:
      query.q: keep
      query.debug: remove
      header.x-tenant: fixed:tenant-1
      cookie.lang: keep
  - fields:
      json.user.name: as:email
      json.items[].sku: keep
      "json.meta.**": remove
      response.json.items[].sku: pseudonym
      path.2: keep
      form.country: keep
`);
    const { sessions } = await run(
      [
        session(
          1,
          request('/shop/walnut?q=walnut+bowl&debug=1&r=walnut', {
            route: '/shop/:id',
            headers: [
              ['x-tenant', 'acme-holding'],
              ['cookie', 'lang=pt-BR; other=thing'],
            ],
          }),
          request('/cart', {
            method: 'POST',
            body: json({ user: { name: 'someone' }, items: [{ sku: 'QX-9' }], meta: { a: [1, { b: 'zzz' }] } }),
          }),
        ),
      ],
      rules,
    );
    const [shop, cart] = sessions[0]?.requests ?? [];
    expect(shop?.path).toMatch(/^\/shop\/walnut\?q=walnut\+bowl&r=(?!walnut)[a-z]{6}$/);
    expect(shop?.headers?.[0]).toEqual(['x-tenant', 'tenant-1']);
    expect(shop?.headers?.[1]?.[1]).toMatch(/^lang=pt-BR; other=(?!thing)[a-z]{5}$/);
    const body = JSON.parse(cart?.body?.data ?? '');
    expect(body.user.name).toMatch(/^[a-z]+@host-[a-z2-7]+\.example$/);
    expect(body.items[0].sku).toBe('QX-9');
    expect(body.meta).toEqual({ a: [null, { b: null }] });
  });

  it('that leaves something in is no leak, and the report says how much of it looks like one', async () => {
    const rules = await rulesFrom('rules: [{ fields: { json.contact: keep } }]');
    const { report } = await run([session(1, request('/a', { body: json({ contact: 'mina.ott@mail.de' }) }))], rules);
    expect(report.scan).toMatchObject({ passed: true, keptByRule: 1 });
    expect(report.fields).toContainEqual({
      route: 'GET /a',
      field: 'json.contact',
      type: 'email',
      method: 'kept by rule',
      values: 1,
    });
    expect(JSON.stringify(report)).not.toContain('mina');
    expect(verifyPrivacy(await readManifest(join(folder.path, 'out'))).ok).toBe(true);
  });

  it.each(['pseudonym', 'remove', 'fixed:nobody'])(
    'that leaves in one field what another rule takes out (%s) is counted in the report',
    async (action) => {
      const rules = await rulesFrom(`rules: [{ fields: { json.label: keep, json.owner: "${action}" } }]`);
      const body = json({ label: 'Habermann Sonderposten', owner: 'Habermann' });
      const { report, sessions } = await run([session(1, request('/a', { body }))], rules);
      expect(JSON.parse(sessions[0]?.requests[0]?.body?.data ?? '').owner).not.toBe('Habermann');
      expect(report.scan).toMatchObject({ passed: true, keptByRule: 1 });
    },
  );

  it.each([
    ['rules: [{ fields: { json.a: hide } }]', /rules.0.fields.json.a: unknown action/],
    ['rules: [{ route: 7, fields: {} }]', /rules.0.route/],
    ['k: 1', /k:/],
    ['extra: 1', /extra/],
    ['a: [', /cannot be read/],
  ])('is refused when wrong: %s', async (text, message) => {
    await expect(rulesFrom(text)).rejects.toMatchObject({
      code: 'ANONYMIZE_RULES',
      message: expect.stringMatching(message),
    });
  });
});

it('paths that stay, even all, do not spoil the scan’s own test', async () => {
  const { report, sessions } = await run([session(0, request('/secret-place/of/nobody'))], {
    paths: ['/**'],
    rules: [],
  });
  expect(report.canaries).toMatchObject({ left: 0, seenWhenLeft: report.canaries.planted });
  expect(report.scan.passed).toBe(true);
  expect(JSON.stringify(sessions)).toContain('/secret-place/of/nobody');
});

it('a rule behind request. or response. holds for that side only', () => {
  const rules = (selector: string) => ({ rules: [{ fields: { [selector]: { do: 'keep' as const } } }] });
  const found = (selector: string, field: string) => findAction(rules(selector), 'GET', '/a', field) !== undefined;
  expect([found('request.json.a', 'json.a'), found('request.json.a', 'response.json.a')]).toEqual([true, false]);
  expect([found('response.json.a', 'json.a'), found('response.json.a', 'response.json.a')]).toEqual([false, true]);
  expect([found('json.a', 'json.a'), found('json.a', 'response.json.a')]).toEqual([true, true]);
});
