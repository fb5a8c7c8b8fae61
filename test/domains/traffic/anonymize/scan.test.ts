import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { Pool } from '../../../../src/domains/traffic/anonymize/pool.ts';
import { verifyPrivacy } from '../../../../src/domains/traffic/anonymize/privacy.ts';
import { lookedFor, scanRecording, scanWithTraces } from '../../../../src/domains/traffic/anonymize/scan.ts';
import { Scanner } from '../../../../src/domains/traffic/anonymize/scanner.ts';
import { Traces, Tracing } from '../../../../src/domains/traffic/anonymize/traces.ts';
import { readManifest } from '../../../../src/domains/traffic/recording.ts';
import { json, request, session } from './request.ts';
import { readAll, shopper, shopSessions, temporaryFolder, writeRecording } from './shop.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (name: string) => join(folder.path, name);
beforeAll(async () => {
  folder = await temporaryFolder();
  await writeRecording(at('raw'), shopSessions(40));
});
afterAll(() => folder.remove());

describe('the scan for originals', () => {
  const originals = { name: 'Wilhelmina Ottersbach', token: 'k3Jx9QpLm2Vt7RzW', address: 'wilhelmina@ottersbach.de' };
  const scan = (text: string) => {
    const traces = new Traces(at('unused'), 1000);
    const tracing = new Tracing(traces.hash);
    for (const [kind, original] of Object.entries(originals))
      tracing.replaced(original, kind === 'address' ? 'email' : kind, 'made-up');
    traces.add(tracing.take());
    const scanner = new Scanner({ seed: traces.hash.seed, traces: { ...lookedFor(traces), isFirstPass: true } });
    scanner.session(session(1, request('/a', { body: { mime: '', encoding: 'utf8', data: text } })), 0);
    return scanner.take().findings.filter(({ kind }) => kind === 'original');
  };
  const encodings: [string, (text: string) => string][] = [
    ['as it is', (text) => `before ${text} after`],
    ['in capitals', (text) => text.toUpperCase()],
    ['percent-encoded', (text) => `/x?y=${encodeURIComponent(text)}&z=1`],
    ['percent-encoded throughout', (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['form-encoded', (text) => `a=${encodeURIComponent(text).replaceAll('%20', '+')}`],
    [
      'in JSON with escapes',
      (text) => `"${[...text].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
    ],
    ['in HTML with entities', (text) => [...text].map((unit) => `&#${unit.charCodeAt(0)};`).join('')],
    ['in base64', (text) => Buffer.from(`{"v":"${text}"}`).toString('base64')],
    [
      'in base64url of base64',
      (text) => Buffer.from(Buffer.from(`x ${text} y`).toString('base64')).toString('base64url'),
    ],
    ['in hexadecimal', (text) => Buffer.from(text).toString('hex')],
  ];

  it.each(encodings)('sees them %s', (_, encode) => {
    for (const text of Object.values(originals)) expect(scan(encode(text)), text).not.toEqual([]);
  });

  it('sees addresses and tokens inside longer words, and single words of names', () => {
    expect(scan(`xx${originals.token}xx`)).not.toEqual([]);
    expect(scan(`xx${originals.address}xx`)).not.toEqual([]);
    expect(scan('x-Ottersbach-x')).not.toEqual([]);
  });

  it('sees nothing where nothing is', () => {
    expect(scan('Wilhelm Otter sbach k3Jx9QpLm2 something-else made-up')).toEqual([]);
  });
});

describe('the scan without originals', () => {
  const leaks = {
    email: 'someone@real-mailbox.de',
    card: '4539 5787 6362 1486',
    iban: 'DE89 3704 0044 0532 0130 00',
    phone: '+49 170 1234567',
    ip: '84.115.20.7',
    ssn: '536-90-4399',
    jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl',
    secret: 'AKIAIOSFODNN7EXAMPLE',
  };

  it('finds each kind, says where, and never says what', async () => {
    const entries = Object.entries(leaks);
    await writeRecording(
      at('leaky'),
      entries.map(([, value], n) => session(n, request('/a', { body: json({ note: `see ${value} there` }) }))),
    );
    const result = await scanRecording(at('leaky'), { canaries: ['someone@'] });
    expect(result).toMatchObject({ passed: false, originalsKnown: false });
    for (const [index, [kind, value]] of entries.entries()) {
      expect(result.listed).toContainEqual({
        session: index,
        request: 0,
        at: `sessions-00000.ndjson.gz:${index + 1}`,
        field: 'body.data',
        kind,
        masked: expect.stringMatching(/^.•+.$/),
      });
      expect(JSON.stringify(result)).not.toContain(value);
    }
    expect(result.listed).toContainEqual(expect.objectContaining({ session: 0, kind: 'canary' }));
  });

  it('does not take versions, times, ids and prices for personal data', async () => {
    const harmless = [
      'Chrome/120.0.0.0',
      '127.0.0.1',
      '12:30:45',
      '2024-03-05T10:00:00Z',
      '1709632800000',
      '19.99',
      '::1',
      'a@b',
      'v1.2.3.4.5',
      '1234567890123456',
      '100-20-30',
      'std::string',
      'icon@2x.png'.slice(0, 7),
      'you@host-abcdefghij.example',
      '+1 212 555 0100',
      '4000 0000 0000 0002',
    ];
    await writeRecording(
      at('harmless'),
      harmless.map((value, n) => session(n, request('/a', { body: json({ note: value }) }))),
    );
    expect((await scanRecording(at('harmless'))).listed).toEqual([]);
  });

  it('knows the pseudonyms of a recording that passed', async () => {
    await anonymizeRecording({ from: at('raw'), to: at('out'), key: Buffer.alloc(32, 9) });
    const again = await scanRecording(at('out'));
    expect(again.listed).toEqual([]);
    expect(again.checked).toBeGreaterThan(100);
    expect((await scanRecording(at('raw'))).findings).toBeGreaterThan(100);
  });
});

describe('a recording and its scan', () => {
  it('needs no more memory than allowed, and finds the same', async () => {
    const key = Buffer.alloc(32, 9);
    const report = await anonymizeRecording({ from: at('raw'), to: at('small'), key, mostTracesInMemory: 150 });
    expect(report.scan).toMatchObject({ passed: true, listed: [] });
    expect((await readdir(at('small'))).sort()).toEqual([
      'anonymization.json',
      'pseudonyms.bin',
      'recording.json',
      'sessions-00000.ndjson.gz',
      'vocabulary.bin',
    ]);

    const traces = new Traces(at('spilled'), 150);
    const tracing = new Tracing(traces.hash);
    for (let n = 0; n < 40; n++)
      for (const value of Object.values(shopper(n))) tracing.replaced(String(value), 'text', '');
    traces.add(tracing.take());
    // On disk, and nowhere to be found there.
    expect([traces.originals.isSpilled, await readdir(at('spilled'))]).toEqual([true, []]);
    const found = await scanWithTraces(at('raw'), traces, new Pool(0), {});
    traces.remove();
    expect(found.findings).toBeGreaterThan(40 * 5);
    expect(found.passed).toBe(false);
    for (const word of shopper(3).name.split(' ')) expect(JSON.stringify(found)).not.toContain(word);
    await rm(at('raw/pseudonyms.bin'));
  });

  it('finds what a caller says must not be there', async () => {
    const rules = { rules: [{ fields: { 'query.q': { do: 'keep' as const } } }] };
    const report = await anonymizeRecording({ from: at('raw'), to: at('canary'), rules, canaries: ['OAK table'] });
    expect(report.scan.listed[0]).toMatchObject({ kind: 'canary' });
  });

  it('passes a crawl, whose agents name an address and whose values are words of every URL', async () => {
    const agent = 'Mozilla/5.0 (compatible; Crawler/1.0; help@crawler-maker.com)';
    const sessions = Array.from({ length: 30 }, (_, n) =>
      session(
        n,
        request(`/go?via=${n === 7 ? 'https' : 'plain'}`, {
          headers: [
            ['user-agent', agent],
            ['referer', 'https://www.search.test/'],
          ],
        }),
      ),
    );
    await writeRecording(at('crawl'), sessions);
    const report = await anonymizeRecording({ from: at('crawl'), to: at('crawled') });
    expect(report.scan.listed).toEqual([]);
    const [first] = await readAll(at('crawled'));
    expect(JSON.stringify(first)).not.toContain('crawler-maker');
  });

  it('is refused raw, failed, or changed after the scan', async () => {
    expect(verifyPrivacy(await readManifest(at('raw')))).toEqual({ ok: false, reason: 'it is raw, not anonymized' });
    await anonymizeRecording({ from: at('raw'), to: at('changed') });
    const manifest = await readManifest(at('changed'));
    expect(verifyPrivacy(manifest).ok).toBe(true);
    const file = at('changed/recording.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(manifest.shards[0]?.sha256 ?? '', 'f'.repeat(64)));
    expect(verifyPrivacy(await readManifest(at('changed')))).toEqual({
      ok: false,
      reason: 'it was changed after its leak scan',
    });
  });
});
