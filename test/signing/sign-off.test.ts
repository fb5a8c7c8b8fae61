import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addAnswers } from '../../src/domains/uat/feedback/store.ts';
import { digest, readManifestState, writeManifest } from '../../src/evidence/manifest.ts';
import { acceptanceOf, signOffDoubts } from '../../src/signing/acceptance.ts';
import { contradictions, receiptsIn } from '../../src/signing/receipt.ts';
import { readRecords } from '../../src/signing/records.ts';
import { allowed, held, isWithoutSsh, makeKey, sign, trusted } from './keys.ts';

let base: string;
let folder: string;
let file: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-evidence-'));
  folder = join(base, '2026-11-20T0900-7f3a');
  file = join(folder, 'sign-offs.ndjson');
  mkdirSync(join(folder, 'evidence', 'playwright'), { recursive: true });
  writeFileSync(
    join(folder, 'journal.ndjson'),
    '{"type":"shakedown.run.started","data":{"runId":"2026-11-20T0900-7f3a"}}\n{"type":"shakedown.run.ended","data":{"endedAt":"2026-11-20T09:30:00.000Z"}}\n',
  );
  writeFileSync(join(folder, 'uat.ndjson'), '{"type":"begin"}\n');
  writeFileSync(join(folder, 'evidence', 'a.jpg'), 'picture');
  writeManifest(folder);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const lines = () => readFileSync(file, 'utf8').split('\n').filter(Boolean);
const put = (all: readonly string[]) => writeFileSync(file, all.map((line) => `${line}\n`).join(''));

describe('a sign-off', () => {
  it('holds while the evidence is what it was, and without a key says that it is asserted', async () => {
    await sign(folder);
    await sign(folder, { role: 'accessibility', decision: 'reject' });
    const { signOffs } = await acceptanceOf(folder, null);
    expect(signOffs.map(({ role, record, standing, holds }) => [role, record, standing, holds])).toEqual([
      ['product owner', 1, 'asserted', true],
      ['accessibility', 2, 'asserted', true],
    ]);
    expect(await signOffDoubts(folder)).toEqual([]);
  });

  it('is not one on results that the manifest covers, for those are made from it', async () => {
    writeFileSync(join(folder, 'results.json'), '{"word":"READY"}');
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
    const entry = { path: 'results.json', bytes: 16, sha256: digest('{"word":"READY"}') };
    manifest.files = [...manifest.files, entry].sort((a, b) => (a.path < b.path ? -1 : 1));
    writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`);
    await expect(sign(folder)).rejects.toMatchObject({ code: 'EVIDENCE_CHANGED' });
    expect(readManifestState(folder).tampered).toEqual(['manifest.json is damaged']);
  });

  it('is not waited for where a pipe stands in the place of the manifest', async () => {
    rmSync(join(folder, 'manifest.json'));
    execFileSync('mkfifo', [join(folder, 'manifest.json')]);
    expect((await acceptanceOf(folder, null)).evidence.tampered).toEqual(['manifest.json is no file']);
  });

  it('does not hold with a date long before one that it follows', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-22T12:00:00Z') });
    try {
      await sign(folder);
      vi.setSystemTime(Date.parse('2026-11-21T12:00:00Z'));
      await sign(folder, { role: 'accessibility' });
      vi.setSystemTime(Date.parse('2026-11-22T13:00:00Z'));
      const { signOffs } = await acceptanceOf(folder, null);
      expect(signOffs.map(({ standing, why }) => [standing, why])).toEqual([
        ['asserted', null],
        ['invalid', 'its date is before that of a sign-off that it follows'],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    ['changed', () => appendFileSync(join(folder, 'uat.ndjson'), '{}\n'), 'uat.ndjson was changed'],
    ['gone', () => rmSync(join(folder, 'evidence', 'a.jpg')), 'evidence/a.jpg is gone'],
    ['added', () => writeFileSync(join(folder, 'evidence', 'playwright', 'x'), 'x'), 'evidence/playwright/x was added'],
    ['added and hidden', () => writeFileSync(join(folder, '.x'), 'x'), '.x was added'],
  ])('does not hold where evidence was %s, which is said, and cannot be given any more', async (_, tamper, said) => {
    await sign(folder);
    tamper();
    expect(readManifestState(folder).tampered).toEqual([said]);
    expect(await held(folder)).toEqual([false]);
    await expect(sign(folder)).rejects.toMatchObject({
      code: 'EVIDENCE_CHANGED',
      message: expect.stringContaining(said),
    });
  });

  it('on evidence that was replaced, manifest and all, does not hold, which is said; feedback that was added voids it only', async () => {
    await sign(folder);
    const answer = { role: 'buyer', score: 4, comment: '', scenario: null, date: '2026-11-20' };
    addAnswers(folder, [answer]);
    addAnswers(folder, [answer]);
    expect(await held(folder)).toEqual([false]);
    expect(await signOffDoubts(folder)).toEqual([]);
    await sign(folder);
    expect(await held(folder)).toEqual([false, true]);
    writeFileSync(join(folder, 'evidence', 'a.jpg'), 'another');
    writeManifest(folder);
    expect(await held(folder)).toEqual([false, false]);
    expect((await signOffDoubts(folder))[0]).toMatch(/^sign-off 1 is on other evidence/);
  });

  it('is of the results too: others that were put in their place later are not signed', async () => {
    const results = join(folder, 'results.json');
    writeFileSync(results, '{"verdict": "fail"}');
    await sign(folder);
    expect(await acceptanceOf(folder, null)).toMatchObject({ evidence: { tampered: [] }, signOffs: [{ holds: true }] });
    writeFileSync(results, '{"verdict": "pass"}');
    expect(await acceptanceOf(folder, null)).toMatchObject({
      evidence: { tampered: ['results.json was changed'] },
      signOffs: [{ holds: false, why: 'results.json was changed' }],
    });
    writeFileSync(results, '{"verdict": "fail"}');
    expect(await held(folder)).toEqual([true]);
  });

  it('is refused where there is no evidence', async () => {
    rmSync(join(folder, 'manifest.json'));
    await expect(sign(folder)).rejects.toMatchObject({ code: 'NO_MANIFEST' });
  });

  it.each([
    ['empty', { person: ' ' }],
    ['of several lines', { person: 'Ann\nBob' }],
    ['with colours for a terminal', { role: '\u001b[31mowner' }],
    ['that turns its direction', { person: 'Ann\u202e' }],
    ['too long', { role: 'x'.repeat(201) }],
    ['and a comment of a megabyte', { comment: 'x'.repeat(1_000_000) }],
    ['and a comment that moves the cursor', { comment: '\u001b[2J' }],
  ])('is refused for a name that is %s', async (_, words) => {
    await expect(sign(folder, words)).rejects.toMatchObject({ code: 'SIGN_NAME' });
    expect(existsSync(file)).toBe(false);
  });

  it('has a comment of several lines and any markup as it is', async () => {
    const comment = 'one\n<script>alert(1)</script> "two"';
    await sign(folder, { comment });
    expect((await acceptanceOf(folder, null)).signOffs[0]).toMatchObject({ comment, holds: true });
  });
});

describe('the records of a run', () => {
  it.each([
    ['the first of two edited', ([a = '', b = '']: string[]) => [a.replace('Ann', 'Eve'), b]],
    ['the first of two taken out', ([, b = '']: string[]) => [b]],
    ['the last, a rejection, taken out', ([a = '']: string[]) => [a]],
    ['the person of the last renamed', ([a = '', b = '']: string[]) => [a, b.replace('Ann', 'Eve')]],
    ['the last dated back', ([a = '', b = '']: string[]) => [a, b.replace(/at\\":\\"20../, 'at\\":\\"2019')]],
    ['one there twice', ([a = '', b = '']: string[]) => [a, b, b]],
    ['both in the other order', ([a = '', b = '']: string[]) => [b, a]],
    ['a key twice', ([a = '', b = '']: string[]) => [a, b.replace('{"statement"', '{"signature":null,"statement"')]],
    ['the same written otherwise', ([a = '', b = '']: string[]) => [a, b.replace('Ann', '\\\\u0041nn')]],
    ['a space more', ([a = '', b = '']: string[]) => [a, `${b} `]],
    ['half a record at the end', ([a = '', b = '']: string[]) => [a, b, b.slice(0, 40)]],
    ['a line that is none', ([a = '', b = '']: string[]) => [a, b, '{}']],
    ['nothing left in them', () => []],
  ])('with %s: no sign-off holds, and the reason is named', async (_, change) => {
    await sign(folder);
    await sign(folder, { decision: 'reject' });
    const before = lines();
    put(change(before));
    expect(await held(folder)).not.toContain(true);
    expect(await signOffDoubts(folder)).not.toEqual([]);
    await expect(sign(folder)).rejects.toMatchObject({ code: 'SIGN_OFFS_DAMAGED' });
    put(before);
    expect(await held(folder)).toEqual([true, true]);
  });

  it('are those of this run: one of another does not hold', async () => {
    await sign(folder);
    writeFileSync(file, readFileSync(file, 'utf8').replace('T0900-7f3a', 'T0900-0000'));
    expect((await signOffDoubts(folder))[0]).toMatch(/is of another run, 2026-11-20T0900-0000/);
  });

  it('of a copy elsewhere have no log: only the receipt shows that the last was taken away', async () => {
    await sign(folder);
    const { receipt } = await sign(folder, { decision: 'reject' });
    rmSync(join(base, 'sign-offs.log'));
    put(lines().slice(0, 1));
    expect(await held(folder)).toEqual([true]);
    expect(contradictions(folder, readRecords(folder), receiptsIn(`mail:\n> ${receipt}.\n`))).toEqual([
      'sign-off 2, of which there is a receipt, was taken away',
    ]);
  });

  it('are whole where ten sign at the same time', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, i) => sign(folder, { person: `Person ${i}` })));
    expect(await held(folder)).toEqual(Array.from({ length: 10 }, () => true));
    expect(readFileSync(join(base, 'sign-offs.log'), 'utf8').match(/shakedown-receipt/g)).toHaveLength(10);
    expect(readdirSync(folder).filter((name) => name.includes('lock'))).toEqual([]);
  });

  it('of earlier versions are asserted', async () => {
    const { sha256 } = readManifestState(folder);
    const old = { role: 'r', person: 'p', at: '2026-11-20T10:00:00Z', decision: 'accept', comment: '' };
    const first = JSON.stringify({ ...old, manifestSha256: sha256, previousSha256: null });
    put([first, JSON.stringify({ ...old, manifestSha256: sha256, previousSha256: digest(first) })]);
    expect((await acceptanceOf(folder, null)).signOffs.map(({ standing, holds }) => [standing, holds])).toEqual([
      ['asserted', true],
      ['asserted', true],
    ]);
    await sign(folder);
    expect(await held(folder)).toEqual([true, true, true]);
  });
});

describe.skipIf(isWithoutSsh)('a signature', () => {
  let key: string;
  beforeEach(() => {
    key = makeKey(join(base, 'keys'), 'ann');
  });
  const states = async (trust: ReturnType<typeof trusted>) =>
    (await acceptanceOf(folder, trust)).signOffs.map(({ standing, why }) => [standing, why]);

  it('counts where the allowed signers name the key as the person’s; asserted ones do not then', async () => {
    const trust = trusted(base, allowed('Ann', key));
    await sign(folder, { key, trust });
    await sign(folder, { person: 'Bob' });
    expect(await states(trust)).toEqual([
      ['verified', null],
      ['asserted', 'a signature is asked for, and it has none'],
    ]);
    expect(await held(folder, trust)).toEqual([true, false]);
    expect((await acceptanceOf(folder, null)).signOffs.map(({ standing }) => standing)).toEqual([
      'unverified',
      'asserted',
    ]);
  });

  it.each([
    [
      'of a key that nobody is allowed',
      () => allowed('Ann', makeKey(join(base, 'keys'), 'other')),
      /not this person’s/,
    ],
    ['of another person’s key', () => allowed('Bob', key), /not this person’s/],
    ['of an expired key', () => allowed('Ann', key, 'valid-before="20200101"'), /not valid at that time/],
    ['of a key that is not valid yet', () => allowed('Ann', key, 'valid-after="20990101"'), /not valid at that time/],
    ['of a key for something else', () => allowed('Ann', key, 'namespaces="file"'), /may not be used for this/],
    ['where nobody is allowed', () => '', /not this person’s/],
  ])('%s does not count, and is refused where that is known', async (_, signers, why) => {
    const trust = trusted(base, signers());
    await sign(folder, { key });
    expect(await states(trust)).toEqual([['invalid', expect.stringMatching(why)]]);
    expect(await signOffDoubts(folder)).toEqual([]);
    const refused = sign(folder, { key, trust });
    await expect(refused).rejects.toMatchObject({ code: 'SIGN_NOT_ALLOWED', message: expect.stringMatching(why) });
    expect(lines()).toHaveLength(1);
  });

  it('that was made for something else does not count', async () => {
    await sign(folder, { key, namespace: 'file' });
    expect(await states(trusted(base, allowed('Ann', key, '')))).toEqual([
      ['invalid', expect.stringMatching(/signed for “file”/)],
    ]);
  });

  it('sees every change of a character in what is stored', async () => {
    const trust = trusted(base, allowed('Ann', key));
    await sign(folder, { key, trust, comment: 'fine' });
    rmSync(join(base, 'sign-offs.log'));
    const [line = ''] = lines();
    // Each place once in reading; with ssh-keygen, every eleventh, for its time.
    let read = 0;
    for (let at = 0; at < line.length; at++) {
      const other = line[at] === 'A' ? 'B' : 'A';
      put([line.slice(0, at) + other + line.slice(at + 1)]);
      if (readRecords(folder).damage !== null) continue;
      read++;
      if (read % 11 === 0) expect([at, ...(await held(folder, trust))]).toEqual([at, false]);
    }
    expect(read).toBeGreaterThan(100);
  }, 120_000);

  it('with a key that has a passphrase waits for nobody where there is no terminal', async () => {
    const locked = makeKey(join(base, 'keys'), 'locked', 'secret words');
    await expect(sign(folder, { key: locked })).rejects.toMatchObject({
      code: 'SIGN_KEY',
      message: expect.stringContaining('passphrase'),
      hint: expect.stringContaining('ssh-agent'),
    });
    await expect(sign(folder, { key: join(base, 'none') })).rejects.toMatchObject({ code: 'SIGN_KEY' });
    await expect(sign(folder, { key: join(locked, 'below-a-file') })).rejects.toMatchObject({ code: 'SIGN_KEY' });
    writeFileSync(join(base, 'garbage'), 'no key\n', { mode: 0o600 });
    await expect(sign(folder, { key: join(base, 'garbage') })).rejects.toMatchObject({ code: 'SIGN_KEY' });
    expect(existsSync(file)).toBe(false);
  });

  it('of a killed process leaves no half record, and the next one is written', async () => {
    const program = fileURLToPath(new URL('sign-on.ts', import.meta.url));
    for (const afterMs of [5, 60, 130, 200]) {
      const child = spawn(process.execPath, ['--import', 'tsx', program, folder, key], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      await Promise.race([once(child.stdout, 'data'), ended]);
      await new Promise((done) => setTimeout(done, afterMs));
      child.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
      expect(await signOffDoubts(folder)).toEqual([]);
      await sign(folder);
    }
    expect(await held(folder)).not.toContain(false);
  }, 180_000);
});
