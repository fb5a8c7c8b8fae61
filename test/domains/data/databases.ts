import pg from 'pg';
import { type Postgres, startPostgres } from '../../../src/sample/supervisor/postgres.ts';

/** A server with a database for each test. */
export interface Databases {
  /** An empty database; its URL. */
  make(name: string, options?: string): Promise<string>;
  stop(): Promise<void>;
}

export async function startDatabases(): Promise<Databases> {
  const server: Postgres = await startPostgres();
  return {
    async make(name, options = '') {
      await query(server.url, `CREATE DATABASE ${name} ${options}`);
      return server.url.replace(/\/shop$/, `/${name}`);
    },
    stop: () => server.stop(),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: rows are what the query says
export async function query(url: string, sql: string): Promise<any[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const result = await client.query(sql);
    return (Array.isArray(result) ? result.at(-1) : result).rows;
  } finally {
    await client.end();
  }
}

/** Everything that may be in a database of somebody: keys of all kinds, types of all kinds, parts of tables, and definitions. */
export const clinic = `
  CREATE SCHEMA care;
  CREATE TYPE care.state AS ENUM ('open', 'closed');
  CREATE DOMAIN care.email AS text CHECK (VALUE ~ '@');
  CREATE TYPE care.address AS (street text, city text, since date);
  CREATE TABLE patients (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email care.email NOT NULL UNIQUE,
    full_name text NOT NULL,
    phone varchar(24),
    born date,
    home care.address,
    tags text[],
    notes text,
    extra jsonb,
    state care.state NOT NULL DEFAULT 'open',
    ward text NOT NULL CHECK (ward IN ('north', 'south')),
    referred_by integer REFERENCES patients,
    initials text GENERATED ALWAYS AS (left(full_name, 1)) STORED,
    seen tstzrange,
    search tsvector,
    photo bytea,
    last_ip inet,
    weight numeric(5, 1),
    created_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE TABLE doctors (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, best_visit bigint);
  CREATE TABLE visits (
    id bigserial, patient_id integer NOT NULL REFERENCES patients, doctor_id uuid NOT NULL REFERENCES doctors, at date NOT NULL, reason text, price numeric,
    PRIMARY KEY (id, at)
  ) PARTITION BY RANGE (at);
  CREATE TABLE visits_2023 PARTITION OF visits FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
  CREATE TABLE visits_2024 PARTITION OF visits FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
  CREATE TABLE rooms (building text, number integer, note text, UNIQUE (building, number));
  CREATE TABLE beds (id serial PRIMARY KEY, building text, number integer, FOREIGN KEY (building, number) REFERENCES rooms (building, number));
  CREATE TABLE circle_a (id integer PRIMARY KEY, b integer);
  CREATE TABLE circle_b (id integer PRIMARY KEY, a integer REFERENCES circle_a);
  ALTER TABLE circle_a ADD FOREIGN KEY (b) REFERENCES circle_b DEFERRABLE INITIALLY DEFERRED;
  CREATE TABLE remarks (id serial PRIMARY KEY, on_type text NOT NULL, on_id text NOT NULL, body text);
  CREATE VIEW open_patients AS SELECT id, full_name FROM patients WHERE state = 'open';
  CREATE MATERIALIZED VIEW by_ward AS SELECT ward, count(*) FROM patients GROUP BY ward;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.created_at := now(); RETURN NEW; END $$;
  CREATE TRIGGER touched BEFORE UPDATE ON patients FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE INDEX open_by_ward ON patients (ward) WHERE state = 'open';
  ALTER TABLE doctors ENABLE ROW LEVEL SECURITY;
  CREATE POLICY all_doctors ON doctors USING (true);
  COMMENT ON TABLE patients IS 'ask Wilhelmina Habermann about these';
  INSERT INTO doctors (name) SELECT 'Dr. Ottilie Wagner ' || n FROM generate_series(1, 20) n;
  INSERT INTO patients (email, full_name, phone, born, home, tags, notes, extra, ward, referred_by, seen, search, photo, last_ip, weight, created_at)
    SELECT 'mathilde.grunewald' || n || '@mail-habermann.de', (ARRAY['Mathilde', 'Konstantin', 'Friederike'])[1 + n % 3] || ' Grünewald-' || n, '+49 171 55' || lpad(n::text, 5, '0'),
      date '1950-01-01' + n, ROW('Lindenstrasse ' || n, 'Oberursel', '2019-03-01')::care.address, ARRAY['allergic to nuts', 'patient of Habermann ' || n],
      'Called Friederike ' || n || ' at mathilde' || n || '@mail-habermann.de, nothing new', jsonb_build_object('mail', 'second' || n || '@mail-habermann.de', 'score', 12345678901234567890.50, 'kind', 'regular', 'nested', jsonb_build_array(jsonb_build_object('remark', 'Habermann says hello ' || n))),
      CASE WHEN n % 2 = 0 THEN 'north' ELSE 'south' END, CASE WHEN n > 1 THEN 1 + n % (n - 1) END, tstzrange('2024-01-01', '2024-02-01'), to_tsvector('english', 'Friederike is allergic'), decode('cafe' || lpad(to_hex(n), 4, '0'), 'hex'), ('84.17.' || n % 200 || '.9')::inet, 50 + n % 40,
      timestamptz '2024-01-01' + n * interval '1 hour'
    FROM generate_series(1, 400) n;
  INSERT INTO visits (patient_id, doctor_id, at, reason, price)
    SELECT 1 + n % 400, (SELECT id FROM doctors ORDER BY id OFFSET n % 20 LIMIT 1), date '2023-01-01' + n % 700, CASE WHEN n % 3 = 0 THEN 'check-up in the quiet hours' ELSE 'Konstantin has a cold ' || n END, 10 + n FROM generate_series(1, 2000) n;
  UPDATE doctors SET best_visit = 7;
  INSERT INTO rooms SELECT 'house ' || n / 10, n % 10, 'window to Friederike''s garden ' || n FROM generate_series(1, 40) n;
  INSERT INTO beds (building, number) SELECT 'house ' || n / 10, n % 10 FROM generate_series(1, 40) n;
  INSERT INTO circle_a SELECT n, NULL FROM generate_series(1, 50) n;
  INSERT INTO circle_b SELECT n, 51 - n FROM generate_series(1, 50) n;
  UPDATE circle_a SET b = 1 + (id * 7) % 50;
  INSERT INTO remarks (on_type, on_id, body) SELECT CASE WHEN n % 2 = 0 THEN 'Patient' ELSE 'Doctor' END, CASE WHEN n % 2 = 0 THEN n::text ELSE (SELECT id::text FROM doctors ORDER BY id OFFSET n % 20 LIMIT 1) END, 'remark of Friederike ' || n FROM generate_series(1, 100) n;
  REFRESH MATERIALIZED VIEW by_ward;
  ANALYZE;
`;

/** Words of people in it that no result may have. */
export const people =
  /mathilde|konstantin|friederike|gr(?:ü|u)newald|habermann|ottilie|lindenstrasse|oberursel|84\.17\./i;

/** All rows of all tables, views and statistics, as text. */
export async function everything(url: string): Promise<string> {
  const tables = await query(
    url,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'v', 'm') AND (n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'shakedown_data') OR c.relname IN ('pg_stats', 'pg_description'))`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const where =
      name === 'pg_catalog.pg_stats'
        ? " WHERE schemaname !~ '^pg_'"
        : name === 'pg_catalog.pg_description'
          ? ' WHERE objoid >= 16384'
          : '';
    texts.push(JSON.stringify(await query(url, `SELECT t::text FROM ${name} t${where}`)));
  }
  return texts.join('\n');
}
