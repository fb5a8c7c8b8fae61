import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymizeDatabase } from '../../../src/domains/data/copying/anonymize.ts';
import {
  type EvidenceOf,
  type StagingEvidence,
  stagingEvidence,
} from '../../../src/domains/data/validation/evidence.ts';
import { judgeStaging } from '../../../src/domains/data/validation/judge.ts';
import { canBe } from '../../../src/domains/data/validation/named-rows.ts';
import { staging } from '../../../src/domains/data/validation/staging.ts';
import { verdictOf } from '../../../src/domains/part.ts';
import type { ValidationContext } from '../../../src/domains/validation.ts';
import { clinic, type Databases, query, startDatabases } from './databases.ts';

const report: EvidenceOf<'report'> = {
  ...{
    kind: 'report',
    missing: null,
    digest: 'a'.repeat(64),
    isWhole: true,
    at: '2026-11-01T00:00:00Z',
    ageDays: 3,
    passed: true,
  },
  ...{ source: 'shop on db', keyGiven: true, lost: [], maxAgeDays: 30 },
  belongs: {
    ...{ as: 'copy', here: 'staging on db', target: 'staging on db', unnamed: [], gone: [] },
    tables: [{ name: 'public.users', rows: 10 }],
  },
};
const scan: StagingEvidence = {
  kind: 'scan',
  tables: [{ name: 'public.users', rows: 10, looked: 10 }],
  checked: 20,
  findings: [],
  notRead: [],
};
const counts: StagingEvidence = {
  kind: 'counts',
  leastShare: 0.9,
  tables: [{ name: 'public.users', here: 10, production: 11 }],
};
const references: StagingEvidence = { kind: 'references', keys: [{ name: 'public.orders: user', dangling: 0 }] };
const ids: StagingEvidence = {
  ...{ kind: 'ids', leastShare: 0.99, recording: 'production', unnamed: [], moreUnnamed: 0 },
  routes: [{ route: '/users/:id', column: 'users.id', requests: 100, found: 99, ids: 10, idsFound: 9 }],
};
const good = [report, scan, counts, references, ids];
const finding = { place: 'public.users.email', kind: 'email', count: 2, masked: 'a•••b', ignored: null };

const judged = (pieces: readonly StagingEvidence[]) =>
  judgeStaging(pieces.map((data) => ({ atMs: 0, data: stagingEvidence.parse(data) })));
const verdictsOf = (pieces: readonly StagingEvidence[]) =>
  Object.fromEntries(judged(pieces).checks.map(({ id, verdict }) => [id, verdict]));
const instead = (changed: object) =>
  good.map((each) =>
    each.kind === (changed as StagingEvidence).kind ? ({ ...each, ...changed } as StagingEvidence) : each,
  );

it.each([
  ['int2', '32767', '32768'],
  ['int4', '2147483647', '2147483648'],
  ['int4', '-2147483648', '-2147483649'],
  // Ids that tell the time have 19 digits.
  ['int8', '1954267290342785024', '9223372036854775808'],
  ['int8', '7', '7a'],
  ['uuid', '01890a5d-ac96-774b-bcce-b302099a8057', '7'],
])('an id of type %s: %s may be one, and %s is none', (type, id, other) => {
  expect([canBe(type, id), canBe(type, other), canBe('text', other)]).toEqual([true, false, true]);
});

describe('what staging’s data comes to', () => {
  it('passes when all was looked at and all is well', () => {
    expect(verdictOf(judged(good).checks)).toBe('pass');
  });
  it.each([
    ['fail', 'leaks', 'a finding', { kind: 'scan', findings: [finding] }],
    ['inconclusive', 'leaks', 'nothing that was looked at', { kind: 'scan', checked: 0, tables: [] }],
    [
      'inconclusive',
      'leaks',
      'a table of which the sample took no row',
      { kind: 'scan', tables: [...scan.tables, { name: 'public.cards', rows: 9, looked: 0 }] },
    ],
    ['inconclusive', 'report', 'a copy of the future', { kind: 'report', ageDays: -3 }],
    ['inconclusive', 'leaks', 'a table that could not be read', { kind: 'scan', notRead: ['public.users (denied)'] }],
    [
      'pass',
      'leaks',
      'a finding that is ignored with a reason',
      { kind: 'scan', findings: [{ ...finding, ignored: 'our own' }] },
    ],
    ['fail', 'report', 'a copy whose scan failed', { kind: 'report', passed: false }],
    ['fail', 'report', 'a copy that lost references', { kind: 'report', lost: ['public.orders: user'] }],
    ['inconclusive', 'report', 'a copy that is too old', { kind: 'report', ageDays: 31 }],
    ['inconclusive', 'report', 'a report that was changed', { kind: 'report', isWhole: false }],
    ['inconclusive', 'report', 'no report', { kind: 'report', missing: 'There is none.' }],
    ['fail', 'rows-named', 'requests that find too few rows', { kind: 'ids', leastShare: 0.995 }],
    ['inconclusive', 'rows-named', 'no request of such a route', { kind: 'ids', routes: [] }],
    [
      'fail',
      'volume',
      'too few rows',
      { kind: 'counts', tables: [{ name: 'public.users', here: 10, production: 12 }] },
    ],
    [
      'fail',
      'volume',
      'a table that is not there',
      { kind: 'counts', tables: [{ name: 'public.users', here: null, production: 12 }] },
    ],
    ['fail', 'references', 'a row that refers to nothing', { kind: 'references', keys: [{ name: 'x', dangling: 1 }] }],
    ['inconclusive', 'references', 'no foreign keys', { kind: 'references', keys: [] }],
  ])('%s of %s: %s', (verdict, check, _, changed) => {
    expect(verdictsOf(instead(changed))).toMatchObject({ [check]: verdict });
  });
  it.each(good.map(({ kind }) => kind))('never passes without %s', (kind) => {
    expect(verdictOf(judged(good.filter((each) => each.kind !== kind)).checks)).toBe('inconclusive');
  });
});

describe('the report of a copy', () => {
  const of = (changed: Partial<NonNullable<EvidenceOf<'report'>['belongs']>>, scanned: object = {}) => {
    const belongs = { ...report.belongs, ...changed };
    const pieces = [{ ...report, belongs } as StagingEvidence, { ...scan, ...scanned } as StagingEvidence];
    const found = judged(pieces).checks.find(({ id }) => id === 'report');
    return `${found?.verdict}: ${found?.reason}`;
  };
  it('says nothing of another database, and accuses the one that was copied', () => {
    expect(of({ as: 'source' })).toMatch(/^fail: staging on db is what the copy was made of/);
    expect(of({ as: 'unmarked', target: 'other on db' })).toMatch(
      /^inconclusive: The report is of another database: of other on db/,
    );
    expect(of({ as: 'other' })).toMatch(/^inconclusive: The report is of another database/);
    expect(verdictsOf(instead({ kind: 'report', belongs: null }))).toMatchObject({ report: 'inconclusive' });
  });
  it('says nothing of tables that it does not name, unless they are empty', () => {
    expect(of({ unnamed: ['public.cards'] })).toMatch(
      /^inconclusive: The report does not name 1 table of .*public.cards\.$/,
    );
    const empty = { tables: [...scan.tables, { name: 'public.cards', rows: 0, looked: 0 }] };
    expect(of({ unnamed: ['public.cards'] }, empty)).toMatch(/^pass/);
  });
  it('tells of what changed since, and says nothing of what came for the most part since', () => {
    const withRows = (rows: number) =>
      of({ gone: ['public.old'] }, { tables: [{ name: 'public.users', rows, looked: rows }] });
    expect(withRows(13)).toMatch(/^pass: .*3 rows were added since, in public.users; no longer there: public.old\.$/);
    expect(withRows(9)).toMatch(/^pass: .*Rows were taken out since, of public.users/);
    expect(withRows(21)).toMatch(/^inconclusive: Most rows came after the copy: it had 10, and 11 were added since/);
  });
});

describe('what is said of the data', () => {
  it('counts no route that no request is of', () => {
    const routes = [{ route: '/users/:id', column: 'users.id', requests: 0, found: 0, ids: 0, idsFound: 0 }];
    const unnamed = [{ route: '/cards/:id', requests: 2 }];
    expect(judged(instead({ kind: 'ids', routes, unnamed, moreUnnamed: 4 })).coverage?.at(-1)).toMatchObject({
      ...{ covered: 0, total: 6 },
      gaps: [
        '/users/:id: no request of the recording is of it.',
        expect.stringMatching(/^\/cards/),
        expect.stringMatching(/^4 routes/),
      ],
    });
  });
  it('names a table that could not be read among the gaps', () => {
    const gaps = judged(instead({ kind: 'scan', notRead: ['public.cards (denied)'] })).coverage?.[0]?.gaps;
    expect(gaps).toEqual([expect.stringContaining('public.cards (denied)')]);
  });
  it('is in good English for one', () => {
    const reasons = judged(instead({ kind: 'scan', findings: [{ ...finding, count: 1 }] })).checks.map(
      ({ reason }) => reason,
    );
    expect(reasons.join('\n')).toMatch(/\b1 foreign key holds\./);
    expect(reasons.join('\n')).toMatch(/\b1 table has at least/);
    expect(reasons.join('\n')).not.toMatch(/\b1 \w+(?: \w+)? (?:hold|have|find|look)\b|\.\./);
  });
});

describe('a database of staging', { timeout: 120_000 }, () => {
  let databases: Databases;
  let folder: string;
  beforeAll(async () => {
    databases = await startDatabases();
    folder = await mkdtemp(join(tmpdir(), 'data-staging-'));
  }, 60_000);
  afterAll(async () => {
    await databases.stop();
    await rm(folder, { recursive: true });
  });

  const looked = async (database: string | null, file: string | null = null, sampledRows = 300) => {
    const evidence: StagingEvidence[] = [];
    const context = {
      config: {
        data: {
          database,
          report: file,
          maxAgeDays: 30,
          counts: { 'public.patients': 400 },
          leastCountShare: 0.9,
          references: [],
          leastFoundShare: 0.99,
          sampledRows,
          ignored: {},
        },
        target: { sample: null },
      },
      signal: new AbortController().signal,
      record: (data: unknown) => void evidence.push(stagingEvidence.parse(data)),
      ...{ phase() {}, mark() {} },
    };
    await staging.run(context as unknown as ValidationContext);
    return verdictsOf(evidence);
  };

  it('shows nothing of rows that a policy hides, and something of a table of which the sample took none', async () => {
    const url = await databases.make('hidden');
    await query(
      url,
      `CREATE TABLE places (name text); INSERT INTO places SELECT 'north' FROM generate_series(1, 200);
       CREATE TABLE notes (body text); INSERT INTO notes VALUES ('north'); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
       CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT SELECT ON places, notes TO reader`,
    );
    expect(await looked(url, null, 1)).toMatchObject({ leaks: 'pass' });
    const reader = new URL(url);
    [reader.username, reader.password] = ['reader', 'reader'];
    expect(await looked(reader.href)).toMatchObject({ leaks: 'inconclusive' });
    await query(url, 'ALTER ROLE reader BYPASSRLS');
    expect(await looked(reader.href)).toMatchObject({ leaks: 'pass' });
  });

  it('that is production’s own fails, and an anonymized copy of it passes what was looked at', async () => {
    const from = await databases.make('clinic');
    await query(from, clinic);
    expect(await looked(from)).toMatchObject({
      leaks: 'fail',
      report: 'inconclusive',
      volume: 'pass',
      references: 'pass',
    });
    const to = await databases.make('clinic_copy');
    await anonymizeDatabase({ from, to, key: 'a key of the tests, long enough' });
    expect(await looked(to)).toMatchObject({
      leaks: 'pass',
      report: 'pass',
      volume: 'pass',
      references: 'pass',
      'rows-named': 'inconclusive',
    });
    // The report as a file is of no other database, and least of all of the one that was copied.
    const [kept] = await query(to, 'SELECT body FROM shakedown_data.report');
    const file = join(folder, 'report.json');
    await writeFile(file, JSON.stringify(kept.body));
    expect(await looked(to, file)).toMatchObject({ report: 'pass' });
    expect(await looked(from, file)).toMatchObject({ report: 'fail' });
    const other = await databases.make('clinic_other');
    await query(other, clinic);
    expect(await looked(other, file)).toMatchObject({ report: 'inconclusive' });
    await query(to, "CREATE TABLE cards (number text); INSERT INTO cards VALUES ('x')");
    expect(await looked(to)).toMatchObject({ report: 'inconclusive' });
    await query(to, 'DROP TABLE cards; INSERT INTO doctors (name) SELECT name FROM doctors LIMIT 1');
    expect(await looked(to)).toMatchObject({ report: 'pass' });
    // What came into it since is found, and a report that was changed counts for nothing.
    await query(
      to,
      "UPDATE doctors SET name = 'anna@mail-habermann.de'; UPDATE shakedown_data.report SET body = jsonb_set(body, '{rows}', '1')",
    );
    expect(await looked(to)).toMatchObject({ leaks: 'fail', report: 'inconclusive' });
    await expect(looked(null)).rejects.toMatchObject({ code: 'NOT_CONFIGURED' });
  });
});
