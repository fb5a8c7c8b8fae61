import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  intactManifest,
  isCovered,
  readManifestState,
  removeManifest,
  writeManifest,
} from '../../src/evidence/manifest.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-manifest-'));
});
afterEach(() => {
  for (const path of [folder, `${folder}.elsewhere`]) rmSync(path, { recursive: true, force: true });
});

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
function put(path: string, text = path): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const read = (path: string) => readFileSync(join(folder, path), 'utf8');
function linked(path: string): void {
  renameSync(join(folder, path), `${folder}.elsewhere`);
  symlinkSync(`${folder}.elsewhere`, join(folder, path));
}
function piped(path: string): void {
  rmSync(join(folder, path));
  execFileSync('mkfifo', [join(folder, path)]);
}
function listed(change: (files: object[]) => object[]): void {
  const manifest = JSON.parse(read('manifest.json'));
  put('manifest.json', `${JSON.stringify({ ...manifest, files: change(manifest.files) }, null, 1)}\n`);
}

const evidence = [
  '.claims/x',
  '.results.json.1f.part',
  'baseline.json',
  'evidence/.x.part',
  'evidence/chaos/experiment.json',
  'evidence/feedback/a.json',
  'evidence/logs/report.html',
  'evidence/playwright/scratch',
  'journal.ndjson',
  'ledger/operations.ndjson',
  'plan.json',
  'uat.ndjson',
  'uat/evidence/page.jpg',
  'waivers.json',
  'windows/response.hlog',
];
const none = [
  '.index.html.0123abcd.part',
  '.results.json.0123abcd.part',
  'accessibility.sarif',
  'badge.svg',
  'index.html',
  'junit.xml',
  'lock.json',
  'lock.json.12345678',
  'reserve',
  'results.json',
  'sign-offs.lock',
  'sign-offs.lock.12345678',
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
      format: 'shakedown.manifest/3',
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

  it('leaves no evidence that others can read, and reports as they are', () => {
    for (const path of [...evidence, ...none]) put(path);
    symlinkSync('/etc/hostname', join(folder, 'evidence/feedback/b.json'));
    const others = (path: string) => statSync(join(folder, path)).mode & 0o077;
    const before = others('index.html');
    writeManifest(folder);
    expect(evidence.filter((path) => others(path) !== 0)).toEqual([]);
    expect(others('index.html')).toBe(before);
    expect(statSync('/etc/hostname').mode & 0o044).toBe(0o044);
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
    ['replaced by a link to the same', () => linked('plan.json'), 'plan.json was replaced by a link'],
    ['replaced by a pipe', () => piped('plan.json'), 'plan.json was replaced by no file'],
    ['added and hidden', () => put('.plan.json'), '.plan.json was added'],
    ['added within what the runner leaves', () => put('uat/playwright/x'), 'uat/playwright/x was added'],
    ['added under a name like that of a lock', () => put('lock.json.evil'), 'lock.json.evil was added'],
    ['listed twice', () => listed((files) => [...files, ...files]), 'manifest.json is damaged'],
    [
      'listed outside of the run',
      () => listed((files) => [...files, { path: '../../etc/hostname', bytes: 1, sha256: '' }]),
      'manifest.json is damaged',
    ],
    [
      'listed with a key twice',
      () => put('manifest.json', read('manifest.json').replace('"bytes"', '"bytes": 1,\n   "bytes"')),
      'manifest.json is damaged',
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

  it('of version 1 is held to what it covered, scenarios, and vouches for no load', () => {
    const covered = ['evidence/a.jpg', 'journal.ndjson', 'results.json', 'uat/uat.ndjson', 'waivers.json'];
    for (const path of [...covered, 'index.html']) put(path);
    const files = covered.map((path) => ({ path, bytes: path.length, sha256: sha256(path) }));
    put('manifest.json', JSON.stringify({ format: 'shakedown.manifest/1', files }));
    expect(readManifestState(folder)).toMatchObject({ files: 5, tampered: [] });
    put('evidence/b.jpg');
    put('results.json', 'others');
    expect(readManifestState(folder).tampered).toEqual(['results.json was changed', 'evidence/b.jpg was added']);
    for (const path of ['windows/response.hlog', 'plan.json']) put(path);
    expect(readManifestState(folder).tampered).toContain(
      'manifest.json is of version 1, which does not cover plan.json and 1 more',
    );
  });

  it('covers the results of version 1 only, and nothing where it is not there or cannot be read', () => {
    put('results.json');
    put('journal.ndjson');
    expect(isCovered(folder, 'results.json')).toBe(false);
    expect(() => intactManifest(folder, { act: 'sign' })).toThrow(expect.objectContaining({ code: 'NO_MANIFEST' }));
    writeManifest(folder);
    expect([isCovered(folder, 'results.json'), isCovered(folder, 'journal.ndjson')]).toEqual([false, true]);
    const files = [{ path: 'results.json', bytes: 12, sha256: sha256('results.json') }];
    put('manifest.json', JSON.stringify({ format: 'shakedown.manifest/1', files }));
    expect([isCovered(folder, 'results.json'), isCovered(folder, 'journal.ndjson')]).toEqual([true, false]);
    put('manifest.json', '{');
    expect(isCovered(folder, 'results.json')).toBe(false);
  });

  it('takes a file in piece by piece, however large', () => {
    const large = Buffer.alloc(3 * 1024 * 1024 + 17, 'journal');
    writeFileSync(join(folder, 'journal.ndjson'), large);
    writeManifest(folder);
    const { files } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    expect(files).toEqual([{ path: 'journal.ndjson', bytes: large.length, sha256: sha256(large) }]);
  });
});
