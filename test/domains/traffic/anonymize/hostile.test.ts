import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import type { RecordedRequest } from '../../../../src/model/traffic.ts';
import { json, request, session } from './request.ts';
import { readAll, temporaryFolder, writeRecording } from './shop.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function rewritten(...requests: RecordedRequest[]) {
  await writeRecording(join(folder.path, 'raw'), [session(1, ...requests)]);
  const report = await anonymizeRecording({
    from: join(folder.path, 'raw'),
    to: join(folder.path, 'out'),
    force: true,
    key: Buffer.alloc(16, 3),
  });
  const [first] = await readAll(join(folder.path, 'out'));
  return { requests: first?.requests ?? [], report };
}
const text = (data: string, mime = 'text/plain') => ({ mime, encoding: 'utf8' as const, data });

describe('hostile input', () => {
  it('keys named __proto__ and constructor are keys like others', async () => {
    const { requests, report } = await rewritten(
      request('/a?__proto__=polluted&constructor=polluted', {
        method: 'POST',
        headers: [
          ['cookie', '__proto__=polluted; a=b'],
          ['__proto__', 'polluted'],
        ],
        body: json('{"__proto__":{"isAdmin":"polluted"},"constructor":{"prototype":"polluted"}}'),
      }),
    );
    expect(requests[0]?.path).toMatch(/^\/a\?__proto__=\w{8}&constructor=\w{8}$/);
    expect(requests[0]?.body?.data).toMatch(
      /^\{"__proto__":\{"isAdmin":"\w{8}"\},"constructor":\{"prototype":"\w{8}"\}\}$/,
    );
    expect(JSON.stringify(requests)).not.toContain('polluted');
    expect('isAdmin' in {}).toBe(false);
    expect(report.scan.passed).toBe(true);
  });

  it('control characters, lone surrogates and broken percent-encoding pass through as format', async () => {
    const { requests, report } = await rewritten(
      request('/a/%E0%A4%A/%zz/x%00y?q=%&r=%C3%28secret&%ff=1', { route: '/a/:x/:y/:z' }),
      request('/b', { method: 'POST', body: json('{"a":"line\\u0000\\ud800 secret\\n\\u001b[31m"}') }),
      request('/c', {
        method: 'POST',
        headers: [['x-a', '\u0000\u001b[31msecret\r\nx: y']],
        body: text('\u0000\u0007secret\ud800'),
      }),
    );
    expect(JSON.stringify(requests)).not.toContain('secret');
    const { a } = JSON.parse(requests[1]?.body?.data ?? '') as { a: string };
    expect(a.startsWith('line')).toBe(false);
    expect(a.slice(4, 7)).toBe('\0\ud800 ');
    expect(report.scan.passed).toBe(true);
  });

  it.each([
    '{"a": "secretvalue"',
    '{"a": secretvalue}',
    '{"a":1} secretvalue',
    '{"a":"secretvalue\\q"}',
    '[01234567, "secretvalue"]',
    '"secretvalue',
    '{a:"secretvalue"}',
  ])('what only says it is JSON is replaced as text: %s', async (data) => {
    const { requests } = await rewritten(request('/a', { method: 'POST', body: json(data) }));
    expect(requests[0]?.body?.data).not.toMatch(/secretvalue|01234567/);
    expect(requests[0]?.body?.data).toHaveLength(data.length);
  });

  it('keeps numbers, layout and duplicate keys of JSON as they are written', async () => {
    const data =
      '{ "id" : 12345678901234567890,\n "id": -0.50, "big": 1.5e+300, "t": true, "n": null, "e": [ ], "s": "" }';
    const { requests } = await rewritten(
      request('/a', { method: 'POST', body: json(data) }),
      request('/a/12345678901234567890', { route: '/a/:id' }),
    );
    const out = requests[0]?.body?.data ?? '';
    expect(out).toMatch(
      /^\{ "id" : [1-9]\d{19},\n "id": -0\.\d0?\d*, "big": [1-9]\.\de\+300, "t": true, "n": null, "e": \[ \], "s": "" \}$/,
    );
    expect(requests[1]?.path).toBe(`/a/${/\d{20}/.exec(out)?.[0]}`);
  });

  it('nesting of 10,000 levels, in JSON, in strings and in addresses', async () => {
    const deep = `${'{"a":['.repeat(10_000)}"secretvalue"${']}'.repeat(10_000)}`;
    let inString = '"secretvalue"';
    for (let n = 0; n < 10; n++) inString = JSON.stringify({ a: inString });
    const { requests, report } = await rewritten(
      request('/a', { method: 'POST', body: json(deep) }),
      request('/b', { method: 'POST', body: json(inString) }),
      request(`/c?u=${'/c?u='.repeat(10_000)}secretvalue`, { route: '/c' }),
    );
    expect(JSON.stringify(requests)).not.toContain('secretvalue');
    expect(requests[0]?.body?.data).toHaveLength(deep.length);
    expect(report.scan.passed).toBe(true);
  });

  it('values of 10 MB: one word, many words, one key', async () => {
    const word = 'x'.repeat(10_000_000);
    const words = 'secret value '.repeat(50_000);
    const { requests, report } = await rewritten(
      request('/a', { method: 'POST', body: json(JSON.stringify({ a: word })) }),
      request('/b', { method: 'POST', body: text(words) }),
      request('/c', { method: 'POST', body: json(JSON.stringify({ [word.slice(0, 500_000)]: 1 })) }),
    );
    expect(requests[0]?.body?.data).toHaveLength(word.length + 8);
    expect(requests[0]?.body?.data.includes('x'.repeat(50))).toBe(false);
    expect(requests[1]?.body?.data).not.toMatch(/secret|value/);
    expect(requests[2]?.body?.data.includes('x'.repeat(50))).toBe(false);
    expect(report.scan.passed).toBe(true);
  }, 60_000);

  it.each([
    ['digits', '1'.repeat(200_000)],
    ['digits and dashes', '1-'.repeat(100_000)],
    ['colons', ':'.repeat(200_000)],
    ['signs', '+1 '.repeat(70_000)],
    ['at signs', 'a@'.repeat(100_000)],
    ['points', 'a.'.repeat(100_000)],
    ['tags', '<a '.repeat(70_000)],
    ['IBAN starts', 'GB82 '.repeat(40_000)],
    ['base64', 'eyJhbGciOiJIUzI1NiJ9.'.repeat(10_000)],
    ['percent', '%25'.repeat(70_000)],
    ['braces', '{"'.repeat(100_000)],
  ])(
    'long runs of %s take time in proportion to their length',
    async (_, data) => {
      const { requests } = await rewritten(
        request('/a', { method: 'POST', body: text(data), response: { body: text(data, 'text/html') } }),
        request('/b', { method: 'POST', headers: [['x-a', data]] }),
      );
      expect(requests).toHaveLength(2);
    },
    20_000,
  );

  it('keys, names and methods that are data', async () => {
    const { requests } = await rewritten(
      request('/a?mina.ott@mail.de=1&48213377=2', {
        method: 'STEAL-Habermann',
        headers: [
          ['cookie', 'mina.ott@mail.de=1'],
          ['x-mina.ott@mail.de', '1'],
          ['x-48213377', '1'],
        ],
        body: json({ 'mina.ott@mail.de': { 'f47ac10b-58cc-4372-a567-0e02b2c3d479': 1 }, '48213377': 'x' }),
      }),
      request('/users/alice/48213377', { route: '/users/alice/48213377' }),
    );
    expect(JSON.stringify(requests)).not.toMatch(/mina|48213377|f47ac10b|Habermann|alice/);
    expect(requests[1]?.route).toBe('/users/:slug/:id');
    // The same address is the same pseudonym, as a key and as a parameter's name.
    const address = Object.keys(JSON.parse(requests[0]?.body?.data ?? '')).find((name) => name.includes('@'));
    expect(decodeURIComponent(requests[0]?.path ?? '')).toContain(`?${address}=`);
  });

  it('an empty recording', async () => {
    await writeRecording(join(folder.path, 'raw'), []);
    const report = await anonymizeRecording({ from: join(folder.path, 'raw'), to: join(folder.path, 'out') });
    expect(report).toMatchObject({ sessions: 0, keyGiven: false, scan: { passed: true } });
  });

  it('will not write over what it reads, and stops when told', async () => {
    await writeRecording(join(folder.path, 'raw'), [session(1, request('/a'))]);
    const from = join(folder.path, 'raw');
    await expect(anonymizeRecording({ from, to: `${from}/` })).rejects.toMatchObject({ code: 'ANONYMIZE_FOLDER' });
    const other = join(folder.path, 'other');
    await writeRecording(other, [session(2, request('/kept'))]);
    await expect(anonymizeRecording({ from, to: other })).rejects.toMatchObject({ code: 'TRAFFIC_EXISTS' });
    expect((await readAll(other))[0]?.requests[0]?.path).toBe('/kept');
    await anonymizeRecording({ from, to: other, force: true });
    expect(await readAll(other)).toHaveLength(1);
    expect(JSON.stringify(await readAll(other))).not.toContain('kept');
    await expect(
      anonymizeRecording({ from, to: join(folder.path, 'out'), signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});
