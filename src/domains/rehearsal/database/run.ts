import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ShakedownError } from '../../../model/error.ts';
import type { RehearsalContext } from '../rehearsal.ts';
import type { Side } from '../system/state.ts';
import { killed, looked, quietly, underLoad, type Work } from './cycles.ts';
import type { Evidence } from './evidence.ts';
import { type ApplySettings, notesTable } from './steps/apply.ts';
import { commandMigration, folderMigration } from './steps/migration.ts';
import { ownFindings, squawkFindings } from './steps/static.ts';
import type { Migration } from './steps/step.ts';
import { connected, migrationTarget } from './target.ts';
import type { Snapshot } from './watch/snapshot.ts';

type Context = RehearsalContext<Evidence>;

/** Migrates forwards and back: first alone, then cut off in the middle of every step, then under load. */
export async function run(context: Context): Promise<void> {
  const { config, signal, record, mark, phase } = context;
  const asked = config.rehearsal.migration;
  const target = await migrationTarget(context);
  const { lockTimeoutMs, retryMs, stepMs, batchPauseMs } = asked;
  const settings: ApplySettings = { url: target.url, lockTimeoutMs, retryMs, stepMs, batchPauseMs, signal };
  const migration = await migrationOf(context, settings);
  record({
    kind: 'source',
    ...{ from: migration.from, database: target.shown, steps: [...migration.steps], meetsTraffic: target.meetsTraffic },
    ...{ worstMs: asked.worstMs, lockTimeoutMs, blockerMs: asked.blockerMs, productionRows: asked.productionRows },
  });
  await lookedAt(context, migration);
  const oneWay = migration.steps.filter(({ isReversible }) => !isReversible);
  if (oneWay.length > 0) {
    mark({ text: `${oneWay[0]?.name} has no way back, so nothing is tried`, kind: 'trouble' });
    return;
  }
  const work = { context, target, migration };
  const fresh = await newCode(work);
  await prepared(work);
  try {
    const before = await looked(target.url, true);
    const tables = touched(before, migration);
    const rowsOf = (name: string) => before.rows.get(name)?.rows ?? 0;
    const allRows = [...before.rows.values()].reduce((sum, { rows }) => sum + rows, 0);
    record({ kind: 'tables', tables: tables.map((name) => ({ name, rows: rowsOf(name) })), allRows });
    phase('forwards and back, without load');
    const times = await quietly(work, before);
    if (times === null) return;
    phase('cut off in the middle of every step, and run again');
    if (!(await killed(work, before, times))) return;
    phase('under load');
    await underLoad(work, before, tables, fresh);
  } finally {
    await takenBack(work);
  }
}

async function migrationOf({ config, staging }: Context, settings: ApplySettings): Promise<Migration> {
  const { folder, command } = config.rehearsal.migration;
  if (command !== null) return commandMigration(command, settings);
  if (folder !== null) return folderMigration(folder, settings);
  throw new ShakedownError('MIGRATION_MISSING', 'The configuration names no migration.', {
    hint: `Write rehearsal.migration.folder or rehearsal.migration.command (staging runs ${staging.current?.version ?? 'nothing'}).`,
  });
}

async function lookedAt({ folder, signal, record }: Context, { sql }: Migration): Promise<void> {
  const write = async (name: string, text: string) => {
    const file = join(folder, name.replaceAll(/[^\w.-]/g, '_'));
    await writeFile(file, text);
    return file;
  };
  const squawk = await squawkFindings(sql, write, signal);
  const findings = [...ownFindings(sql), ...(squawk?.findings ?? [])];
  record({ kind: 'static', squawk: squawk?.version ?? null, findings });
}

/** The candidate beside the current version, for steps that the old code does not survive; null: there are none, or this database is not theirs. */
async function newCode({ context, target, migration }: Work): Promise<Side | null> {
  const { staging, candidate, signal, phase } = context;
  if (!target.meetsTraffic || !migration.steps.some(({ isContract }) => isContract)) return null;
  phase(`bringing up ${candidate}, which the last steps need`);
  return staging.up(staging.current?.name === 'blue' ? 'green' : 'blue', candidate, signal);
}

/** Takes back what a killed rehearsal left, and makes the sample's table as large as asked for. */
async function prepared(work: Work): Promise<void> {
  const { context, target } = work;
  const { fill, sampleRows } = context.config.rehearsal.migration;
  await takenBack(work);
  if (fill === null || sampleRows === 0) return;
  context.phase(`adding ${sampleRows} rows`);
  const client = await connected(target.url, 'shakedown');
  try {
    await client.query("SELECT set_config('shakedown.rows', $1, false)", [String(sampleRows)]);
    await client.query(await readFile(fill.add, 'utf8'));
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

/** Every step that its notes say was done is taken back, and the rows that were added are removed. */
async function takenBack({ context, target, migration }: Work): Promise<void> {
  const client = await connected(target.url, 'shakedown');
  try {
    const { rows } = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
      notesTable,
    ]);
    if (rows[0]?.there === true) {
      const noted = await client.query<{ name: string }>(`SELECT name FROM ${notesTable}`);
      const done = new Set(noted.rows.map(({ name }) => name));
      for (const { name } of [...migration.steps].reverse().filter((step) => done.has(step.name))) {
        const { error } = await migration.run(name, 'down', null);
        if (error !== null) {
          throw new ShakedownError('MIGRATION_LEFT', `${name} could not be taken back: ${error}.`, {
            hint: 'Take it back by hand, or make the copy anew.',
          });
        }
      }
      await migration.forget();
    }
    const { fill } = context.config.rehearsal.migration;
    if (fill !== null) await client.query(await readFile(fill.remove, 'utf8'));
  } finally {
    await client.end();
  }
}

/** Tables that the SQL names; all, where it is not known. */
function touched(before: Snapshot, { sql }: Migration): string[] {
  const all = [...before.rows.keys()];
  if (sql.length === 0) return all;
  const text = sql
    .flatMap(({ up, down }) => [...up.statements, ...(down?.statements ?? [])].map(({ bare }) => bare))
    .join(' ');
  const named = all.filter((table) => {
    const name = table.split('.').at(-1)?.replaceAll('"', '') ?? '';
    return new RegExp(`(^|[^\\w])${name.replaceAll(/\W/g, '\\$&')}($|[^\\w])`, 'i').test(text);
  });
  return named.length > 0 ? named : all;
}
