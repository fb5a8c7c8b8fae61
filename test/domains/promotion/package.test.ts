import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { archive } from '../../../src/domains/promotion/package/archive.ts';
import { checkPaths } from '../../../src/domains/promotion/package/entries.ts';
import { makePackage, type PackageOptions } from '../../../src/domains/promotion/package/make.ts';
import { digest } from '../../../src/evidence/manifest.ts';
import { resultsOf } from './request.ts';

let base: string;
let folder: string;
const id = '2026-11-29T1000-0001';

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-package-'));
  folder = join(base, id);
  write('journal.ndjson', '{"type":"shakedown.run.started"}\n');
  write('evidence/promotion/plan/x.txt', 'evidence');
  write('results.json', '{}');
  write('index.html', '<p>report');
  write('deployment-plan.md', '# plan');
  write('schedule.ics', 'BEGIN:VCALENDAR');
  write('manifest.json', '{}');
  write('certificate/summary.dsse.json', '{}');
  write('lock.json', '{}');
  write('promotion/promotion-request.md', 'request');
  write('../2026-11-28T0900-0002/index.html', 'earlier');
  write('../2026-11-28T0900-0002/journal.ndjson', 'what users sent');
});

afterEach(() => rmSync(base, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

const make = (about: Partial<PackageOptions> = {}) =>
  makePackage({
    ...{
      folder,
      results: resultsOf({ run: id }),
      settings: { evidence: true, allowedAddresses: [] },
      runs: base,
      out: null,
    },
    ...{ rests: ['2026-11-28T0900-0002', 'gone'], signed: [], environment: {} },
    ...about,
  });
const listed = (file: string) => execFileSync('tar', ['tzf', file], { encoding: 'utf8' }).trim().split('\n');

test('it has certificate, reports, decisions, plan and evidence, of earlier runs their reports only', async () => {
  const { file, sha256, files } = await make();
  const top = `shop-v2.1.0-${id}`;
  expect(file).toBe(join(folder, 'promotion', `${top}.tar.gz`));
  expect(listed(file)).toEqual(
    [
      'SHA256SUMS',
      'certificate/summary.dsse.json',
      'deployment-plan.md',
      'evidence/promotion/plan/x.txt',
      'index.html',
      'journal.ndjson',
      'manifest.json',
      'results.json',
      'runs/2026-11-28T0900-0002/index.html',
      'sbom.cdx.json',
      'schedule.ics',
    ].map((path) => `${top}/${path}`),
  );
  expect([digest(readFileSync(file)), files]).toEqual([sha256, 11]);
  const out = join(base, 'unpacked');
  mkdirSync(out);
  execFileSync('tar', ['xzf', file, '-C', out]);
  // What anybody checks it with.
  expect(
    execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], {
      cwd: join(out, top),
      encoding: 'utf8',
    }),
  ).toBe('');
  const bom = JSON.parse(readFileSync(join(out, top, 'sbom.cdx.json'), 'utf8'));
  expect(bom).toMatchObject({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { name: 'shop', version: 'v2.1.0' } },
  });
  expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(bom.components.map(({ name }: { name: string }) => name)).toContain('journal.ndjson');
});

test('the same run gives the same bytes, with or without its evidence', async () => {
  const first = await make();
  await new Promise((resolve) => setTimeout(resolve, 1100));
  // A file that was only touched is the same.
  write('index.html', '<p>report');
  expect((await make()).sha256).toBe(first.sha256);
  const without = await make({ settings: { evidence: false, allowedAddresses: [] } });
  expect(listed(without.file).filter((path) => /journal|evidence/.test(path))).toEqual([]);
  write('index.html', '<p>Report');
  expect((await make()).sha256).not.toBe(first.sha256);
});

describe('what may be in no package stops it, and nothing is left', () => {
  test.each([
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----'],
    ['a token of GitHub', `ghp_${'A1b2'.repeat(9)}`],
    ['a token of Slack', 'https://hooks.slack.com/services/T000/B000/abcdefghijklmnop'],
    ['a password in an address', 'postgres://shop:hunter22@db.internal/shop'],
    ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmno'],
    ['the value of a secret', 'it is correct-horse-battery'],
    ['an e-mail address', 'ask maria.huber@bank-of-linz.at'],
  ])('%s', async (kind, text) => {
    write('index.html', `<p>${text}</p>`);
    const failure = await make({ environment: { SHOP_TOKEN: 'correct-horse-battery' } }).catch((cause: Error) => cause);
    expect(failure).toMatchObject({
      code: 'PACKAGE_LEAK',
      message: expect.stringContaining(`Nothing was packed: index.html holds ${kind}.`),
    });
    expect((failure as Error).message).not.toContain(text);
    expect(existsSync(join(folder, 'promotion', `shop-v2.1.0-${id}.tar.gz`))).toBe(false);
  });

  // As a page, a table of Markdown and a journal hold it.
  test.each([
    'pa&lt;s&amp;w&quot;o\\rd9876',
    'pa&lt;s&amp;w"o&#92;rd9876',
    'pa<s&w\\"o\\\\rd9876',
    'pa<s&w\\u0022o\\u005crd9876',
  ])('a secret that is written %s', async (text) => {
    write('index.html', `{"command": "./switch ${text}"}`);
    await expect(make({ environment: { DB_PASSWORD: 'pa<s&w"o\\rd9876' } })).rejects.toMatchObject({
      code: 'PACKAGE_LEAK',
      message: expect.stringContaining('index.html holds the value of a secret'),
    });
  });

  test('a secret that begins as a path does, and no path', async () => {
    write('index.html', 'it is /pb64secret+withslash==, from /run/secrets/shop-token or /etc/passwd');
    await make({ environment: { SHOP_TOKEN_FILE: '/run/secrets/shop-token', SHOP_PASSWORD: '/etc/../etc/passwd' } });
    write('index.html', 'it is /pb64secret+withslash==');
    await expect(make({ environment: { SHOP_TOKEN: '/pb64secret+withslash==' } })).rejects.toMatchObject({
      code: 'PACKAGE_LEAK',
    });
  });

  test('an address of somebody who signed, or that is allowed, is none', async () => {
    write('index.html', 'signed by maria.huber@bank-of-linz.at');
    await make({ signed: ['Maria.Huber@bank-of-linz.at'] });
    await make({ settings: { evidence: true, allowedAddresses: ['maria.huber@bank-of-linz.at'] } });
    write('index.html', 'p99 213.4000000000004111 ms of 4111111111111111 requests');
    await make();
  });

  test('a link that leads out of the folder', async () => {
    symlinkSync('/etc/passwd', join(folder, 'evidence', 'passwd'));
    await expect(make()).rejects.toMatchObject({
      code: 'PACKAGE_PATH',
      message: expect.stringContaining('is no plain file'),
    });
  });
});

test('paths that would be unpacked elsewhere, or over another, are refused', () => {
  for (const path of ['../x', 'a/../x', '/x', 'a//x', './x', 'a\\x', 'a\nx', 'c:x', 'x.', `${'a'.repeat(300)}`])
    expect(() => checkPaths([{ path }]), path).toThrow(expect.objectContaining({ code: 'PACKAGE_PATH' }));
  expect(() => checkPaths([{ path: 'a/X' }, { path: 'A/x' }])).toThrow('is there twice');
  expect(() => checkPaths([{ path: 'a/é' }, { path: 'a/e\u0301' }])).toThrow('is there twice');
  checkPaths([{ path: 'a/x' }, { path: 'a/y' }]);
});

test('the order of entries does not matter', async () => {
  const [a, b] = ['a', 'b'].map((path) => ({ path, bytes: Buffer.from(path) }));
  if (a === undefined || b === undefined) throw new Error();
  const at = new Date(1_700_000_000_123);
  expect(await archive([a, b], 'top', at)).toEqual(await archive([b, a], 'top', at));
});
