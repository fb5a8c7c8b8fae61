import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anonymizeDatabase } from '../../../src/domains/data/copying/anonymize.ts';
import { noRules } from '../../../src/domains/data/plan/rules.ts';
import { readCatalog } from '../../../src/domains/data/postgres/catalog.ts';
import { connected } from '../../../src/domains/data/postgres/connect.ts';
import { digestOf } from '../../../src/domains/data/report.ts';
import { namedRows } from '../../../src/domains/data/validation/named-rows.ts';
import { anonymizeRecording } from '../../../src/domains/traffic/anonymize/anonymize.ts';
import { importTraffic } from '../../../src/domains/traffic/import/import.ts';
import { clinic, type Databases, everything, people, query, startDatabases } from './databases.ts';

const key = 'a key of the tests, long enough';
const rules = {
  ...noRules,
  polymorphic: [
    { table: 'remarks', type: 'on_type', id: 'on_id', targets: { Patient: 'patients', Doctor: 'doctors' } },
  ],
};
let databases: Databases;
let from: string;
let scratch: string;
beforeAll(async () => {
  databases = await startDatabases();
  scratch = await mkdtemp(join(tmpdir(), 'shakedown-data-'));
  from = await databases.make('clinic');
  await query(from, clinic);
}, 120_000);
afterAll(async () => {
  await databases.stop();
  await rm(scratch, { recursive: true, force: true });
});

const counts = `SELECT (SELECT count(*) FROM patients)::int AS patients, (SELECT count(*) FROM visits)::int AS visits, (SELECT count(*) FROM visits_2023)::int AS early,
  (SELECT count(DISTINCT ward) FROM patients)::int AS wards, (SELECT count(*) FROM by_ward)::int AS viewed, (SELECT count(*) FROM open_patients)::int AS open, (SELECT sum(price)::int FROM visits) AS paid`;

describe('a database that is copied', { timeout: 120_000 }, () => {
  it('has nothing of anyone in it, and hangs together as the source does', async () => {
    const to = await databases.make('clinic_copy');
    expect(await everything(from)).toMatch(people);
    const report = await anonymizeDatabase({ from, to, key, rules });
    expect(report.scan.listed).toEqual([]);
    expect(report.scan).toMatchObject({ passed: true, findings: 0 });
    expect((await everything(to)).match(people)).toBeNull();
    expect(await query(to, counts)).toEqual(await query(from, counts));
    expect(report.references.length).toBe(8);
    expect(report.references.filter(({ source, result }) => source !== result || source === 0)).toEqual([]);
    // Addresses are of domains that no one can own, and what is made of other columns fits them.
    expect(
      await query(
        to,
        "SELECT FROM patients WHERE email !~ '@host-[a-z0-9]+\\.example$' OR initials <> left(full_name, 1)",
      ),
    ).toEqual([]);
    // Whoever goes on with it meets no id twice.
    const [next] = await query(
      to,
      "INSERT INTO patients (email, full_name, ward) VALUES ('a@b.example', 'x', 'north') RETURNING id",
    );
    expect(next.id).toBeGreaterThan(0);
    await query(to, "INSERT INTO remarks (on_type, on_id, body) VALUES ('Patient', '1', 'x')");
    expect((await query(to, "SELECT relrowsecurity FROM pg_class WHERE relname = 'doctors'"))[0]).toEqual({
      relrowsecurity: true,
    });
    expect(report.leftOut).toEqual(['1 comments']);
    // Statistics were made anew.
    expect(
      (await query(to, "SELECT count(*)::int AS n FROM pg_stats WHERE schemaname = 'public'"))[0].n,
    ).toBeGreaterThan(10);
  });

  it('is the same with the same key, in threads too, and another one with another', async () => {
    const [one, two, three] = [
      await databases.make('same_1'),
      await databases.make('same_2'),
      await databases.make('same_3'),
    ];
    await anonymizeDatabase({ from, to: one, key, rules });
    await anonymizeDatabase({ from, to: two, key, rules, threads: 2 });
    await anonymizeDatabase({ from, to: three, key: 'another key, as long as the one', rules });
    const rows = (url: string) => query(url, 'SELECT t::text FROM patients t ORDER BY 1');
    expect(await rows(two)).toEqual(await rows(one));
    expect(await rows(three)).not.toEqual(await rows(one));
  });

  it('as a subset loses no reference, of circles, composite keys and declared ones neither', async () => {
    const to = await databases.make('clinic_subset');
    const report = await anonymizeDatabase({ from, to, key, rules, choices: [{ share: 0.2 }] });
    expect(report.references.filter(({ source, result }) => source !== result)).toEqual([]);
    expect(report.scan.passed).toBe(true);
    const [{ patients, visits }] = await query(to, counts);
    expect([patients < 400, visits < 700, visits > 100]).toEqual([true, true, true]);
    const some = await databases.make('clinic_some');
    const chosen = await anonymizeDatabase({
      from,
      to: some,
      key,
      rules,
      choices: [{ table: 'doctors', condition: "name LIKE '%Wagner 3'" }],
    });
    expect(chosen.references.filter(({ source, result }) => source !== result)).toEqual([]);
    // All visits of the doctor, and no others.
    expect(
      (await query(some, 'SELECT count(*)::int AS n, count(DISTINCT doctor_id)::int AS doctors FROM visits'))[0],
    ).toEqual({ n: 100, doctors: 1 });
  });

  it('as files has nothing of anyone in it, and psql reads them', async () => {
    const to = join(scratch, 'files');
    const report = await anonymizeDatabase({ from, to, key, rules });
    expect(report.scan).toMatchObject({ passed: true });
    expect((await readdir(to)).sort()).toEqual(['1-schema.sql', '3-finish.sql', 'anonymization.json', 'data']);
    const parts = (await readdir(join(to, 'data'))).sort().map((name) => join(to, 'data', name));
    for (const file of parts) expect((await readFile(file, 'utf8')).match(people)).toBeNull();
    if (spawnSync('psql', ['--version']).status !== 0) return;
    const url = await databases.make('from_files');
    const files = [join(to, '1-schema.sql'), ...parts, join(to, '3-finish.sql')].flatMap((file) => ['-f', file]);
    const loaded = spawnSync('psql', ['-q', '-v', 'ON_ERROR_STOP=1', '-d', url, ...files], { encoding: 'utf8' });
    expect([loaded.status, loaded.stderr]).toEqual([0, '']);
    expect(await query(url, counts)).toEqual(await query(from, counts));
    // What is made of them says which copy it is.
    expect(await query(url, 'SELECT digest FROM shakedown_data.report')).toEqual([{ digest: digestOf(report) }]);
  });

  it('that was killed goes on where it was', async () => {
    const source = await databases.make('killed_source');
    await query(
      source,
      `CREATE TABLE first (id int PRIMARY KEY, email text); INSERT INTO first SELECT n, 'person' || n || '@mail-habermann.de' FROM generate_series(1, 500) n;
       CREATE TABLE second (amount numeric); INSERT INTO second SELECT n FROM generate_series(1, 500) n; ANALYZE`,
    );
    const to = await databases.make('killed_target');
    const file = join(scratch, 'key');
    await writeFile(file, key, { mode: 0o600 });
    const begin = () =>
      spawn(
        process.execPath,
        ['bin/shakedown.mjs', 'data', 'anonymize', '--from', source, '--to', to, '--key-file', file, '--json'],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
    // It waits at the second table.
    const blocker = await connected(source, 'source');
    await blocker.query('BEGIN; LOCK TABLE second IN ACCESS EXCLUSIVE MODE');
    const killed = begin();
    const isThere = async () =>
      (await query(to, 'SELECT count(*)::int AS n FROM shakedown_data.parts').catch(() => [{ n: 0 }]))[0].n === 1;
    while (!(await isThere())) await sleep(200);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await blocker.end();
    await expect(anonymizeDatabase({ from: source, to, key: 'another key, as long as the one' })).rejects.toMatchObject(
      { code: 'DATA_RESUME' },
    );
    const again = begin();
    let text = '';
    again.stdout.on('data', (chunk) => {
      text += chunk;
    });
    const [code] = await once(again, 'exit');
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ resumed: true, rows: 1000, scan: { passed: true } });
    expect(
      (await query(to, 'SELECT (SELECT count(*) FROM first)::int AS a, (SELECT sum(amount) FROM second)::int AS b'))[0],
    ).toEqual({ a: 500, b: 125250 });
    await expect(anonymizeDatabase({ from: source, to, key })).rejects.toMatchObject({ code: 'DATA_TARGET_NOT_EMPTY' });
  });
});

describe('with the recording of the same system', { timeout: 120_000 }, () => {
  it('requests find the rows that they name: ids that were replaced, and those that stayed for having been asked for by many', async () => {
    const shop = await databases.make('recorded_shop');
    await query(
      shop,
      `CREATE TABLE articles (id integer PRIMARY KEY, slug text UNIQUE NOT NULL); INSERT INTO articles SELECT n, 'garden-fence-' || n || '-oak' FROM generate_series(1, 900) n;
       CREATE TABLE orders (id uuid PRIMARY KEY, article_id integer REFERENCES articles); INSERT INTO orders SELECT md5(n::text)::uuid, 1 + n % 900 FROM generate_series(1, 500) n; ANALYZE`,
    );
    const orders = (await query(shop, 'SELECT id FROM orders ORDER BY id')) as { id: string }[];
    const lines: string[] = [];
    const add = (client: number, path: string) =>
      lines.push(
        JSON.stringify({
          time: 1_700_000_000_000 + lines.length * 50,
          method: 'GET',
          url: `https://shop.habermann.de${path}`,
          status: 200,
          client: `84.17.${client >> 8}.${client & 255}`,
        }),
      );
    // Some articles are asked for by many, others by few.
    for (let n = 0; n < 3000; n++) add(n % 400, `/articles/${n % 3 === 0 ? 1 + (n % 40) : 1 + ((n * 7) % 900)}`);
    for (let n = 0; n < 1000; n++)
      add(n % 400, `/things/garden-fence-${1 + (n % 5 === 0 ? n % 9 : (n * 11) % 900)}-oak`);
    for (let n = 0; n < 1000; n++) add(n % 400, `/orders/${orders[n % 500]?.id}`);
    const file = join(scratch, 'raw.ndjson');
    await writeFile(file, `${lines.join('\n')}\n`);
    await importTraffic({ files: [file], out: join(scratch, 'raw') });
    const recording = join(scratch, 'recording');
    expect(
      (await anonymizeRecording({ from: join(scratch, 'raw'), to: recording, key })).vocabulary.values,
    ).toBeGreaterThan(10);
    const to = await databases.make('recorded_copy');
    const report = await anonymizeDatabase({ from: shop, to, key, recording });
    expect(report.scan.listed).toEqual([]);
    const client = await connected(to, 'target');
    const found = async (url: typeof client) =>
      (
        await namedRows(
          url,
          await readCatalog(url),
          {
            leastFoundShare: 0.99,
            references: [
              { route: '/articles/:id', parameter: 1, column: 'articles.id' },
              { route: '/things/:slug', parameter: 1, column: 'articles.slug' },
              { route: '/orders/:uuid', parameter: 1, column: 'orders.id' },
            ],
          },
          recording,
        )
      ).routes.map((each) => each.found / each.requests);
    const shares = await found(client);
    await client.end();
    for (const share of shares) expect(share).toBeGreaterThanOrEqual(0.99);
    // Another key finds next to nothing of what has no small range of values.
    const other = await databases.make('recorded_other');
    await anonymizeDatabase({ from: shop, to: other, key: 'another key, as long as the one' });
    const second = await connected(other, 'target');
    expect((await found(second))[2]).toBe(0);
    await second.end();
  });
});
