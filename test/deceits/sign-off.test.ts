import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digest, writeManifest } from '../../src/evidence/manifest.ts';
import type { SigningTrust, SignOff } from '../../src/model/sign-off.ts';
import { renderRun } from '../../src/run/simulate/render.ts';
import { verifyRun } from '../../src/run/verify/verify.ts';
import { type Receipt, receiptsIn } from '../../src/signing/receipt.ts';
import { lineOf, readRecords, statementOf } from '../../src/signing/records.ts';
import { signText } from '../../src/signing/ssh-keygen.ts';
import { makeRun } from '../run/results/run-folder.ts';
import { allowed, isWithoutSsh, makeKey, sign, trusted } from '../signing/keys.ts';
import { short } from './made.ts';

/** What somebody does to a run that Ann accepted and Bob rejected, or to one that nobody signed, so that it looks accepted. */
interface Deceit {
  what: string;
  tamper(folder: string): unknown;
  /** What `verify` says of it. */
  said: RegExp;
  /** Without a change that can be seen: `verify` cannot vouch for it, and does not. */
  isOpen?: true;
  /** Of what stands outside the run. */
  receipts?: () => Receipt[];
}

let base: string;
let signed: string;
let unsigned: string;
let trust: SigningTrust;
let keys: Record<'ann' | 'bob' | 'eve' | 'old', string>;
let receipts: Receipt[];
const id = '2026-11-20T0900-7f3a';

beforeAll(async () => {
  if (isWithoutSsh) return;
  base = mkdtempSync(join(tmpdir(), 'shakedown-deceits-'));
  const key = (name: string) => makeKey(join(base, 'keys'), name);
  keys = { ann: key('ann'), bob: key('bob'), eve: key('eve'), old: key('old') };
  const lines = [
    allowed('Ann', keys.ann),
    allowed('Bob', keys.bob),
    allowed('Ann', keys.old, 'valid-before="20260101"'),
  ];
  trust = trusted(base, lines.join(''));
  unsigned = join(base, 'unsigned', id);
  signed = join(base, 'signed', id);
  for (const folder of ['unsigned', 'signed']) mkdirSync(join(base, folder));
  renameSync(await makeRun(short), unsigned);
  await renderRun(unsigned);
  cpSync(unsigned, signed, { recursive: true });
  await sign(signed, { key: keys.ann, trust });
  const { receipt } = await sign(signed, {
    key: keys.bob,
    trust,
    person: 'Bob',
    role: 'operations',
    decision: 'reject',
  });
  receipts = receiptsIn(receipt);
  await renderRun(signed, { trust });
});
afterAll(() => {
  if (base !== undefined) rmSync(base, { recursive: true, force: true });
});

const records = (folder: string) => join(folder, 'sign-offs.ndjson');
const lines = (folder: string) => readFileSync(records(folder), 'utf8').split('\n').filter(Boolean);
const put = (folder: string, all: readonly string[]) =>
  writeFileSync(records(folder), all.map((line) => `${line}\n`).join(''));
const edit = (folder: string, path: string, change: (text: string) => string) => {
  const before = readFileSync(join(folder, path), 'utf8');
  const after = change(before);
  expect(after, 'the deceit changes something').not.toBe(before);
  writeFileSync(join(folder, path), after);
};
const editLine = (folder: string, place: number, change: (line: string) => string) =>
  edit(
    folder,
    'sign-offs.ndjson',
    () =>
      `${lines(folder)
        .map((line, i) => (i === place ? change(line) : line))
        .join('\n')}\n`,
  );
const alone = (folder: string) => rmSync(join(folder, '..', 'sign-offs.log'), { force: true });

/** A record in its place after the others, by the rules of the format. */
async function forge(
  folder: string,
  { key, namespace = 'shakedown', ...over }: Partial<SignOff> & { key: string | null; namespace?: string },
): Promise<void> {
  const before = readRecords(folder).records;
  const last = before.at(-1)?.line;
  const statement = statementOf({
    ...{ run: id, record: before.length + 1, role: 'product owner', person: 'Ann', at: new Date().toISOString() },
    ...{ decision: 'accept', comment: '', manifestSha256: digest(readFileSync(join(folder, 'manifest.json'))) },
    resultsSha256: digest(readFileSync(join(folder, 'results.json'))),
    previousSha256: last === undefined ? null : digest(last),
    ...over,
  });
  const signature = key === null ? null : await signText(statement, { key, namespace, isPerson: false });
  put(folder, [...before.map(({ line }) => line), lineOf(statement, signature)]);
  await renderRun(folder, { trust });
}

/** On the run that Ann and Bob signed. */
const ofSigned: Deceit[] = [
  {
    what: 'the person of a sign-off renamed',
    tamper: (f) => editLine(f, 1, (line) => line.replace('Bob', 'Ann')),
    said: /sign-off 2 is not what was signed/,
  },
  {
    what: 'a sign-off dated back',
    tamper: (f) => editLine(f, 1, (line) => line.replace(/at\\":\\"\d{4}/, 'at\\":\\"2025')),
    said: /sign-off 2 is not what was signed/,
  },
  {
    what: 'the rejection made an acceptance',
    tamper: (f) => editLine(f, 1, (line) => line.replace('reject', 'accept')),
    said: /sign-off 2 is not what was signed/,
  },
  {
    what: 'the rejection made an acceptance, without its signature',
    tamper: (f) => editLine(f, 1, (line) => lineOf(JSON.parse(line).statement.replace('reject', 'accept'), null)),
    said: /sign-off 2 is not the one that there is a receipt of/,
  },
  {
    what: 'the last record, a rejection, taken away',
    tamper: (f) => put(f, lines(f).slice(0, 1)),
    said: /sign-off 2, of which there is a receipt, was taken away/,
  },
  {
    what: 'the rejection taken away, from the log too, and all rendered again: the receipt is left',
    tamper: async (f) => {
      put(f, lines(f).slice(0, 1));
      alone(f);
      await renderRun(f, { trust });
    },
    receipts: () => receipts,
    said: /By the receipts, sign-off 2, of which there is a receipt, was taken away/,
  },
  {
    what: 'the rejection taken away, from the log too, with no receipt at hand',
    tamper: async (f) => {
      put(f, lines(f).slice(0, 1));
      alone(f);
      await renderRun(f, { trust });
    },
    isOpen: true,
    said: /Whether a later sign-off was taken away cannot be told/,
  },
  {
    what: 'the first of two edited',
    tamper: (f) => editLine(f, 0, (line) => line.replace('comment\\":\\"', 'comment\\":\\"all good')),
    said: /does not follow the record before it/,
  },
  {
    what: 'all sign-offs taken away, as if nobody had decided',
    tamper: (f) => rmSync(records(f)),
    said: /sign-off 1, of which there is a receipt, was taken away/,
  },
  {
    what: 'a key twice, so that two readers see two decisions',
    tamper: (f) => editLine(f, 1, (line) => line.replace('{', '{"signature":null,')),
    said: /line 2 of sign-offs\.ndjson is no sign-off/,
  },
  {
    what: 'the records of another run, by a link',
    tamper: (f) => {
      cpSync(records(f), join(base, 'elsewhere.ndjson'));
      rmSync(records(f));
      symlinkSync(join(base, 'elsewhere.ndjson'), records(f));
    },
    said: /sign-offs\.ndjson is no such file/,
  },
  {
    what: 'a file added under evidence/playwright',
    tamper: (f) => {
      mkdirSync(join(f, 'evidence/playwright'), { recursive: true });
      writeFileSync(join(f, 'evidence/playwright/passed.json'), '{}');
    },
    said: /evidence\/playwright\/passed\.json was added/,
  },
  {
    what: 'a hidden file added',
    tamper: (f) => writeFileSync(join(f, '.approved'), 'yes'),
    said: /\.approved was added/,
  },
  {
    what: 'evidence changed',
    tamper: (f) => appendFileSync(join(f, 'windows/response.hlog'), '\n'),
    said: /windows\/response\.hlog was changed/,
  },
  {
    what: 'evidence put in place of what was signed, with manifest, results and pages',
    tamper: async (f) => {
      edit(f, 'journal.ndjson', (text) => text.replaceAll('staging-eu', 'production'));
      writeManifest(f);
      await renderRun(f, { trust });
    },
    said: /sign-off 1 is on other evidence, which is not there any more/,
  },
  {
    what: 'evidence replaced by a link to the same',
    tamper: (f) => {
      renameSync(join(f, 'windows/response.hlog'), join(base, 'elsewhere.hlog'));
      symlinkSync(join(base, 'elsewhere.hlog'), join(f, 'windows/response.hlog'));
    },
    said: /windows\/response\.hlog was replaced by a link/,
  },
  {
    what: 'results that say something else',
    tamper: (f) => edit(f, 'results.json', (text) => text.replace('"PASSED"', '"READY"')),
    said: /results\.json is not what the evidence gives: it says READY/,
  },
  {
    what: 'a page that says something else',
    tamper: (f) => edit(f, 'index.html', (text) => text.replace('PASSED', 'READY')),
    said: /index\.html is not what the results and sign-offs give/,
  },
  {
    what: 'a page added that says who approved',
    tamper: (f) => writeFileSync(join(f, 'approval.html'), 'Approved by Ann'),
    said: /approval\.html was added/,
  },
  {
    what: 'a manifest of the version that passed over hidden files',
    tamper: (f) => {
      writeFileSync(join(f, '.hidden'), 'x');
      edit(f, 'manifest.json', (text) => text.replace('manifest/3', 'manifest/2'));
    },
    said: /is of version 2, which does not cover \.hidden/,
  },
];

/** On the run that nobody signed. */
const ofUnsigned: Deceit[] = [
  { what: 'nobody’s decision taken for one', tamper: () => {}, isOpen: true, said: /Nobody has signed the run/ },
  {
    what: 'a name that anybody could have written',
    tamper: (f) => forge(f, { key: null }),
    isOpen: true,
    said: /asserted, not signed: a signature is asked for/,
  },
  {
    what: 'Ann’s name with another’s key',
    tamper: (f) => forge(f, { key: keys.eve }),
    said: /not valid: its key is not this person’s/,
  },
  {
    what: 'the name of somebody else who may sign',
    tamper: (f) => forge(f, { key: keys.bob }),
    said: /not valid: its key is not this person’s/,
  },
  {
    what: 'Ann’s old key, which holds no longer',
    tamper: (f) => forge(f, { key: keys.old }),
    said: /not valid: its key was not valid at that time/,
  },
  {
    what: 'Ann’s old key, with a date when it was valid',
    tamper: (f) => forge(f, { key: keys.old, at: '2025-06-01T10:00:00.000Z' }),
    said: /its date is before the run ended/,
  },
  {
    what: 'a date in the future',
    tamper: (f) => forge(f, { key: keys.ann, at: '2099-06-01T10:00:00.000Z' }),
    said: /its date is in the future/,
  },
  {
    what: 'a signature of Ann’s for something else, such as a commit',
    tamper: (f) => forge(f, { key: keys.ann, namespace: 'git' }),
    said: /it was signed for “git”, not for “shakedown”/,
  },
  {
    what: 'Ann’s decision on another run',
    tamper: (f) => forge(f, { key: keys.ann, run: '2026-11-19T0900-aaaa' }),
    said: /is of another run/,
  },
  {
    what: 'Ann’s decision on other evidence',
    tamper: (f) => forge(f, { key: keys.ann, manifestSha256: 'a'.repeat(64) }),
    said: /sign-off 1 is on other evidence/,
  },
  {
    what: 'Ann’s decision on other results',
    tamper: (f) => forge(f, { key: keys.ann, resultsSha256: 'a'.repeat(64) }),
    isOpen: true,
    said: /holds no longer: results\.json was changed/,
  },
  {
    what: 'a checklist that was put into the evidence by hand',
    tamper: (f) => {
      mkdirSync(join(f, 'evidence/manual'), { recursive: true });
      writeFileSync(join(f, 'evidence/manual/1.json'), '[]');
    },
    said: /evidence\/manual\/1\.json was added/,
  },
];

const outcomeOf = (findings: readonly { state: string }[]) =>
  ['broken', 'open'].find((state) => findings.some((each) => each.state === state)) ?? 'holds';

async function look(from: string, { tamper, receipts: kept }: Pick<Deceit, 'tamper' | 'receipts'>) {
  const parent = mkdtempSync(join(base, 'try-'));
  cpSync(join(from, '..'), parent, { recursive: true });
  const folder = join(parent, id);
  await tamper(folder);
  const seen = await verifyRun(folder, { trust, receipts: kept?.() ?? null });
  const { results } = await renderRun(folder, { trust });
  return { ...seen, again: results.verdict };
}

describe.skipIf(isWithoutSsh)('a sign-off', () => {
  test('at least twenty ways to get one without evidence are tried, each once', () => {
    const all = [...ofSigned, ...ofUnsigned].map(({ what }) => what);
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThanOrEqual(20);
  });

  test('of an honest run holds, all of it, and its verdict is what it was', async () => {
    const { findings, again, acceptance } = await look(signed, { tamper: () => {}, receipts: () => receipts });
    expect(findings.filter(({ state }) => state !== 'holds')).toEqual([]);
    expect(acceptance.signOffs.map(({ person, decision, holds }) => [person, decision, holds])).toEqual([
      ['Ann', 'accept', true],
      ['Bob', 'reject', true],
    ]);
    expect(again).toBe('pass');
  });

  test.each([
    ...ofSigned.map((each) => [each.what, each, true] as const),
    ...ofUnsigned.map((each) => [each.what, each, false] as const),
  ])('is not got by: %s', async (_, deceit, isOfSigned) => {
    const { findings, acceptance, again } = await look(isOfSigned ? signed : unsigned, deceit);
    const told = findings.map(({ state, text }) => `${state} ${text}`).join('\n');
    expect(told).toMatch(deceit.said);
    expect(outcomeOf(findings), told).toBe(deceit.isOpen ? 'open' : 'broken');
    // What nobody outside vouches for may still hold: Ann did accept.
    if (!isOfSigned) expect(acceptance.signOffs.some(({ holds }) => holds)).toBe(false);
    // What was changed is inconclusive wherever it is opened again; pages and results are made anew then.
    const isMadeAnew =
      /^(results|index|approval)|is (gone|not what the results)|it says READY|its (key|date)|it was signed for/;
    const isSeen = findings.some(
      ({ state, text }) => state === 'broken' && !isMadeAnew.test(text) && !/not valid/.test(text),
    );
    if (!deceit.isOpen && isSeen && deceit.receipts === undefined)
      expect([again, told]).toEqual(['inconclusive', told]);
  });
});
