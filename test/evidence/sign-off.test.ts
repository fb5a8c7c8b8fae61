import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifestState, writeManifest } from '../../src/evidence/manifest.ts';
import { acceptanceOf, addSignOff, readSignOffs } from '../../src/evidence/sign-off.ts';

const accepted = {
  role: 'Product owner',
  person: 'Ada',
  decision: 'accept',
  comment: '',
  at: '2026-11-20T10:00:00Z',
} as const;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-evidence-'));
  mkdirSync(join(folder, 'evidence', 'playwright'), { recursive: true });
  writeFileSync(join(folder, 'uat.ndjson'), '{"type":"begin"}\n');
  writeFileSync(join(folder, 'evidence', 'a.jpg'), 'picture');
  writeFileSync(join(folder, 'evidence', 'playwright', 'scratch'), 'left on the way');
  writeManifest(folder);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('sign-off', () => {
  it('holds while the evidence is what it was', () => {
    addSignOff(folder, accepted);
    addSignOff(folder, { ...accepted, role: 'Accessibility', decision: 'reject' });
    expect(readSignOffs(folder).map(({ role, holds }) => [role, holds])).toEqual([
      ['Product owner', true],
      ['Accessibility', true],
    ]);
  });

  it.each([
    ['changed', () => appendFileSync(join(folder, 'uat.ndjson'), '{}\n'), 'uat.ndjson was changed'],
    ['gone', () => rmSync(join(folder, 'evidence', 'a.jpg')), 'evidence/a.jpg is gone'],
    ['added', () => writeFileSync(join(folder, 'evidence', 'b.jpg'), 'x'), 'evidence/b.jpg was added'],
  ])('does not hold where evidence was %s, which is said, and cannot be given any more', (_, tamper, said) => {
    addSignOff(folder, accepted);
    tamper();
    expect(readManifestState(folder).tampered).toEqual([said]);
    expect(readSignOffs(folder).map(({ holds }) => holds)).toEqual([false]);
    expect(() => addSignOff(folder, accepted)).toThrow(
      expect.objectContaining({ code: 'EVIDENCE_CHANGED', message: expect.stringContaining(said) }),
    );
  });

  it('does not hold where the manifest was made anew, nor after a record that was changed', () => {
    addSignOff(folder, accepted);
    addSignOff(folder, { ...accepted, role: 'Accessibility' });
    const file = join(folder, 'sign-offs.ndjson');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace('"Ada"', '"Bo"'));
    expect(readSignOffs(folder).map(({ holds }) => holds)).toEqual([true, false]);
    writeFileSync(file, before);
    writeFileSync(join(folder, 'evidence', 'a.jpg'), 'another');
    writeManifest(folder);
    expect(readSignOffs(folder).map(({ holds }) => holds)).toEqual([false, false]);
  });

  it('is of the results too: others that were put in their place later are not signed', () => {
    const results = join(folder, 'results.json');
    writeFileSync(results, '{"verdict": "fail"}');
    addSignOff(folder, accepted);
    expect(acceptanceOf(folder)).toMatchObject({ evidence: { tampered: [] }, signOffs: [{ holds: true }] });
    writeFileSync(results, '{"verdict": "pass"}');
    expect(acceptanceOf(folder)).toMatchObject({
      evidence: { tampered: ['results.json was changed'] },
      signOffs: [{ holds: false }],
    });
    writeFileSync(results, '{"verdict": "fail"}');
    expect(readSignOffs(folder).map(({ holds }) => holds)).toEqual([true]);
  });

  it('is refused where there is no evidence', () => {
    rmSync(join(folder, 'manifest.json'));
    expect(() => addSignOff(folder, accepted)).toThrow(expect.objectContaining({ code: 'NO_MANIFEST' }));
  });
});
