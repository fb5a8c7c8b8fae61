import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addAnswers, readAnswers, storeAnswers } from '../../../src/domains/uat/feedback/store.ts';
import { readSurvey } from '../../../src/domains/uat/feedback/survey.ts';
import { readManifestState, writeManifest } from '../../../src/evidence/manifest.ts';
import { held, sign } from '../../signing/keys.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shakedown-feedback-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const written = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
const answer = { role: 'Clerk', score: 4, comment: 'fine', scenario: null, date: '2026-11-20' };

describe('a survey', () => {
  it.each([
    ['answers.yaml', '- { role: Clerk, score: 4, comment: fine, date: 2026-11-20 }\n'],
    ['answers.json', JSON.stringify([answer])],
    ['answers.csv', '\ufeffRole,score,comment,scenario,date\r\nClerk,4,fine,,2026-11-20\r\n\r\n'],
    ['german.csv', 'role;score;comment;date\nClerk;4;fine;2026-11-20\n'],
  ])('is read from %s', async (name, text) => {
    expect(await readSurvey(written(name, text), '1-5')).toEqual([answer]);
  });

  it('keeps what is quoted in CSV', async () => {
    const file = written('a.csv', 'role,score,comment,date\n"Clerk, night",5,"It ""works"",\nmostly",2026-11-20');
    expect(await readSurvey(file, '1-5')).toEqual([
      { ...answer, role: 'Clerk, night', score: 5, comment: 'It "works",\nmostly' },
    ]);
  });

  it.each([
    [
      'a.json',
      '[{"role":"Clerk","score":6,"date":"2026-11-20"}]',
      /answer 1: score: 6 is not a whole number from 1 to 5/,
    ],
    ['a.json', '[{"role":"","score":4,"date":"2026-11-20"}]', /answer 1: role/],
    ['a.json', '[{"role":"Clerk","score":4,"date":"yesterday"}]', /answer 1: date/],
    ['a.json', '[{"role":"Clerk","score":4,"date":"2026-11-20","stars":5}]', /answer 1:.*stars/],
    ['a.json', '{', /cannot be read/],
    ['a.yaml', 'role: Clerk', /is no list/],
    ['a.csv', 'role,score,comment,date\nClerk,many,,2026-11-20', /answer 1: score/],
    ['a.json', JSON.stringify(Array.from({ length: 5001 }, () => answer)), /more than 5000/],
    ['a.json', JSON.stringify([{ ...answer, comment: 'x'.repeat(2001) }]), /comment/],
  ])('%s that says %.40s is refused in one line', async (name, text, said) => {
    const file = written(name, text);
    await expect(readSurvey(file, '1-5')).rejects.toMatchObject({
      code: 'UAT_SURVEY',
      message: expect.stringMatching(said),
    });
  });

  it('that is not there is refused', async () => {
    await expect(readSurvey(join(folder, 'none.yaml'), '1-5')).rejects.toMatchObject({ code: 'UAT_SURVEY' });
  });
});

describe('feedback in a run', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'evidence'));
    writeFileSync(join(folder, 'uat.ndjson'), '{"type":"begin"}\n');
    writeManifest(folder);
  });

  it('is evidence: a sign-off after it covers it, and does not hold once it is changed', async () => {
    addAnswers(folder, [answer]);
    expect(readManifestState(folder).tampered).toEqual([]);
    await sign(folder);
    expect(await held(folder)).toEqual([true]);
    const [name = ''] = readdirSync(join(folder, 'evidence/feedback'));
    const file = join(folder, 'evidence/feedback', name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"score": 4', '"score": 5'));
    expect(readManifestState(folder).tampered).toEqual([`evidence/feedback/${name} was changed`]);
    expect(await held(folder)).toEqual([false]);
    expect(() => addAnswers(folder, [answer])).toThrow(expect.objectContaining({ code: 'EVIDENCE_CHANGED' }));
    writeFileSync(file, text);
    expect(await held(folder)).toEqual([true]);
  });

  it('that comes after a sign-off ends it, and a new one covers both', async () => {
    await sign(folder);
    addAnswers(folder, [answer]);
    expect(await held(folder)).toEqual([false]);
    await sign(folder);
    expect(await held(folder)).toEqual([false, true]);
  });

  it('is read in the order in which it came, and what is no answer is counted', () => {
    storeAnswers(folder, [answer], '1.json');
    storeAnswers(
      folder,
      [
        { ...answer, score: 5 },
        { ...answer, score: 1 },
      ],
      '2.json',
    );
    writeFileSync(join(folder, 'evidence/feedback/3.json'), '{"role":"x"}');
    writeFileSync(join(folder, 'evidence/feedback/4.json'), 'half of an ans');
    const { answers, damaged } = readAnswers(folder, '1-5');
    expect(answers.map(({ score }) => score)).toEqual([4, 5, 1]);
    expect(damaged).toBe(2);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('cannot be given on a run without evidence', () => {
    rmSync(join(folder, 'manifest.json'));
    expect(() => addAnswers(folder, [answer])).toThrow(expect.objectContaining({ code: 'NO_MANIFEST' }));
  });
});
