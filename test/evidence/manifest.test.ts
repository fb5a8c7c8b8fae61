import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { intactManifest, readManifestState, removeManifest, writeManifest } from '../../src/evidence/manifest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-manifest-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
function put(path: string, text = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const evidence = [
  'baseline.json',
  'evidence/chaos/experiment.json',
  'evidence/feedback/a.json',
  'evidence/logs/report.html',
  'journal.ndjson',
  'ledger/operations.ndjson',
  'plan.json',
  'uat.ndjson',
  'uat/evidence/page.jpg',
  'waivers.json',
  'windows/response.hlog',
];
const none = [
  '.claims/x',
  '.results.json.1f.part',
  'accessibility.sarif',
  'evidence/.x.part',
  'evidence/playwright/scratch',
  'index.html',
  'junit.xml',
  'lock.json',
  'lock.json.12345678',
  'reserve',
  'results.json',
  'sign-offs.ndjson',
  'summary.md',
];

it('a run that goes on has no manifest any more', () => {
  put('manifest.json');
  removeManifest(folder);
  expect(existsSync(join(folder, 'manifest.json'))).toBe(false);
  removeManifest(folder);
});

describe('the manifest of a run', () => {
  it('holds size and digest of every file of evidence, and of nothing else', () => {
    for (const path of [...evidence, ...none]) put(path);
    writeManifest(folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toEqual({
      format: 'shakedown.manifest/2',
      files: evidence.map((path) => ({ path, bytes: path.length, sha256: sha256(path) })),
    });
    expect(readManifestState(folder)).toEqual({
      sha256: sha256(readFileSync(join(folder, 'manifest.json'))),
      files: evidence.length,
      bytes: evidence.join('').length,
      tampered: [],
    });
    for (const path of none) put(path, 'made again');
    expect(readManifestState(folder).tampered).toEqual([]);
  });

  it.each([
    ['changed', () => appendFileSync(join(folder, 'windows/response.hlog'), 'x'), 'windows/response.hlog was changed'],
    ['changed within', () => put('plan.json', 'plan.jsom'), 'plan.json was changed'],
    ['gone', () => rmSync(join(folder, 'ledger'), { recursive: true }), 'ledger/operations.ndjson is gone'],
    ['added', () => put('windows/more.hlog'), 'windows/more.hlog was added'],
    [
      'added as a link',
      () => symlinkSync('/etc/hostname', join(folder, 'evidence/feedback/b.json')),
      'evidence/feedback/b.json was added',
    ],
    ['not to be read', () => put('manifest.json', '{"files": []}'), 'manifest.json is damaged'],
  ])('names what was %s', (_, tamper, said) => {
    for (const path of evidence) put(path);
    writeManifest(folder);
    expect(intactManifest(folder, { act: 'sign' })).toBe(sha256(readFileSync(join(folder, 'manifest.json'))));
    tamper();
    expect(readManifestState(folder).tampered).toEqual([said]);
    expect(() => intactManifest(folder, { act: 'sign' })).toThrow(
      expect.objectContaining({ code: 'EVIDENCE_CHANGED' }),
    );
  });

  it('of version 1 is held to what it covered: scenarios and, beside a load, results', () => {
    const covered = ['evidence/a.jpg', 'journal.ndjson', 'results.json', 'uat/uat.ndjson', 'waivers.json'];
    for (const path of [...covered, 'windows/response.hlog', 'plan.json', 'index.html']) put(path);
    const files = covered.map((path) => ({ path, bytes: path.length, sha256: sha256(path) }));
    put('manifest.json', JSON.stringify({ format: 'shakedown.manifest/1', files }));
    expect(readManifestState(folder)).toMatchObject({ files: 5, tampered: [] });
    put('evidence/b.jpg');
    put('results.json', 'others');
    expect(readManifestState(folder).tampered).toEqual(['results.json was changed', 'evidence/b.jpg was added']);
  });

  it('takes a file in piece by piece, however large', () => {
    const large = Buffer.alloc(3 * 1024 * 1024 + 17, 'journal');
    writeFileSync(join(folder, 'journal.ndjson'), large);
    writeManifest(folder);
    const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(files).toEqual([{ path: 'journal.ndjson', bytes: large.length, sha256: sha256(large) }]);
  });
});
