import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SigningTrust } from '../../src/model/sign-off.ts';
import { renderRun } from '../../src/run/simulate/render.ts';
import { differenceWords } from '../../src/run/verify/differences.ts';
import { decisionWords } from '../../src/run/verify/sign-offs.ts';
import { verifyRun } from '../../src/run/verify/verify.ts';
import { receiptsIn } from '../../src/signing/receipt.ts';
import { short } from '../deceits/made.ts';
import { makeRun } from '../run/results/run-folder.ts';
import { allowed, isWithoutSsh, makeKey, sign, trusted } from './keys.ts';

const id = '2026-11-20T0900-7f3a';
let base: string;
let signed: string;
let trust: SigningTrust;
let receipt: string;

beforeAll(async () => {
  if (isWithoutSsh) return;
  base = mkdtempSync(join(tmpdir(), 'shakedown-said-'));
  const [ann, bob] = ['ann', 'bob'].map((name) => makeKey(join(base, 'keys'), name)) as [string, string];
  trust = trusted(base, allowed('Ann', ann) + allowed('Bob', bob));
  signed = join(base, 'signed', id);
  mkdirSync(join(base, 'signed'));
  renameSync(await makeRun(short), signed);
  await renderRun(signed);
  await sign(signed, { key: ann, trust });
  ({ receipt } = await sign(signed, { key: bob, trust, person: 'Bob', role: 'operations', decision: 'reject' }));
  await renderRun(signed, { trust });
});
afterAll(() => {
  if (base !== undefined) rmSync(base, { recursive: true, force: true });
});

/** What `verify` says after something was done to a copy, and what does not hold by it. */
async function said(tamper: (folder: string) => unknown) {
  const parent = mkdtempSync(join(base, 'try-'));
  cpSync(join(signed, '..'), parent, { recursive: true });
  const folder = join(parent, id);
  await tamper(folder);
  const { findings, acceptance } = await verifyRun(folder, { trust, receipts: receiptsIn(receipt) });
  const by = (state: string) => findings.filter((each) => each.state === state).map(({ text }) => text);
  return { acceptance, broken: by('broken'), open: by('open'), holds: by('holds').join('\n') };
}

const edit = (folder: string, name: string, change: (text: string) => string) =>
  writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')));
const withoutLast = (text: string) => `${text.split('\n')[0]}\n`;

describe.skipIf(isWithoutSsh)('verify says what was done, and accuses nothing else', () => {
  test('of a run that is as it was: who rejected it, and figures in the singular', async () => {
    const { broken, open, holds, acceptance } = await said(() => {});
    expect([broken, open]).toEqual([[], []]);
    expect(holds).toContain('1 receipt of this run agrees with its sign-offs.');
    expect(decisionWords(acceptance)).toBe('rejected by Bob as operations, accepted by Ann as product owner');
  });

  test.each<[string, (folder: string) => unknown, RegExp]>([
    [
      'taken away',
      (f) => edit(f, 'sign-offs.ndjson', withoutLast),
      /ign-off 2, of which there is a receipt, was taken away/,
    ],
    [
      'edited',
      (f) => edit(f, 'sign-offs.ndjson', (text) => text.replace('reject', 'accept')),
      /ign-off 2(:.*not valid| is not what was signed| is not the one that there is a receipt of)/,
    ],
    [
      'taken away, and all rendered again',
      async (f) => {
        edit(f, 'sign-offs.ndjson', withoutLast);
        await renderRun(f, { trust });
      },
      /ign-off 2, of which there is a receipt, was taken away/,
    ],
  ])('the last sign-off %s: neither results nor evidence nor the first sign-off', async (_, tamper, only) => {
    const { broken, open, holds } = await said(tamper);
    expect(broken.length).toBeGreaterThan(0);
    for (const text of broken) expect(text).toMatch(only);
    expect(holds).toMatch(/are as manifest\.json has them/);
    expect(holds).toMatch(/results\.json is what the evidence gives/);
    expect(holds).toMatch(/Sign-off 1: accepted by Ann/);
    for (const text of open) expect(text).toMatch(/says who signed: it cannot be compared/);
  });

  test('evidence that was changed: not the results and pages that were made from it before', async () => {
    const { broken, open } = await said((f) => appendFileSync(join(f, 'windows/response.hlog'), '\n'));
    expect(broken).toEqual(['windows/response.hlog was changed']);
    expect(open).toContain(
      'results.json was not compared, nor were the pages: the evidence that they were made from was changed.',
    );
  });

  test('results that were changed: where, whatever their word', async () => {
    const { broken } = await said((f) => edit(f, 'results.json', (text) => text.replace('staging-eu', 'production')));
    expect(broken).toEqual([
      expect.stringMatching(
        /is not what the evidence gives: it differs in environment\.name \(“production”, not “staging-eu”\)/,
      ),
    ]);
  });
});

test('differences are named by path, elements by their id, and bounded', () => {
  const made = {
    word: 'A',
    gates: [
      { id: 'uat', score: 1 },
      { id: 'load', score: 2 },
    ],
    list: [1, 2],
  };
  const words = (stored: unknown) => differenceWords(JSON.stringify(stored), JSON.stringify(made));
  expect(
    words({
      ...made,
      gates: [
        { id: 'uat', score: 1 },
        { id: 'load', score: 9 },
      ],
    }),
  ).toBe('it differs in gates[load].score (9, not 2)');
  expect(words({ ...made, word: undefined, list: [1] })).toBe(
    'it differs in word (absent, not “A”), list[1] (absent, not 2)',
  );
  expect(words({ a: 1, b: 2, c: 3, d: 4, e: 5, ...made })).toMatch(
    /^it differs in a .* d \(4, not absent\) and 1 more$/,
  );
  expect(words(made)).toBe('it has the same data, written otherwise');
  expect(differenceWords('{', '{}')).toBe('it is no JSON');
  expect(differenceWords('['.repeat(3000) + ']'.repeat(3000), '['.repeat(3000) + ']'.repeat(3000))).toMatch(
    /^it differs in/,
  );
  expect(words({ ...made, word: 'x'.repeat(5000) }).length).toBeLessThan(200);
});
