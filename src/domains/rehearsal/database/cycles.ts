import { setTimeout as sleep } from 'node:timers/promises';
import type { RehearsalContext } from '../rehearsal.ts';
import type { Side } from '../system/state.ts';
import type { Evidence } from './evidence.ts';
import { notesTable } from './steps/apply.ts';
import type { Direction, Migration, Outcome } from './steps/step.ts';
import { connected, type Target } from './target.ts';
import { UnderLoad } from './under-load.ts';
import { rowDifferences, type Snapshot, schemaDifferences, snapshot } from './watch/snapshot.ts';
import { CodeStatements } from './watch/statements.ts';

const differencesAtMost = 12;
/** Before the contract, on the new code. */
const settledMs = 1000;

export interface Work {
  context: RehearsalContext<Evidence>;
  target: Target;
  migration: Migration;
}

/** What the database is now. */
export async function looked(url: string, withRows: boolean): Promise<Snapshot> {
  const client = await connected(url, 'shakedown');
  try {
    return await snapshot(client, notesTable, withRows);
  } finally {
    await client.end();
  }
}

type Cycle = 'quiet' | 'killed' | 'load';

async function step(
  { context, migration }: Work,
  cycle: Cycle,
  name: string,
  direction: Direction,
  { cutAfterMs = null, wrap }: { cutAfterMs?: number | null; wrap?: UnderLoad } = {},
): Promise<Outcome> {
  const { now, record, mark, signal } = context;
  const startMs = now();
  const work = () => migration.run(name, direction, cutAfterMs);
  const outcome = wrap === undefined ? await work() : await wrap.during(name, direction, work);
  signal.throwIfAborted();
  const { error, isCut } = outcome;
  record({ kind: 'step', cycle, direction, step: name, startMs, ...outcome });
  const done = direction === 'up' ? 'done' : 'taken back';
  if (error !== null) mark({ text: `${name}: ${error}`, kind: 'trouble' });
  else if (cycle === 'load' || isCut) mark({ text: `${name} ${isCut ? 'cut off' : done}`, kind: 'move' });
  return outcome;
}

/** Forwards and back without load, with statements of both codes in between. @returns how long each step took in each direction, ms; null: one failed, or the database is not as before */
export async function quietly(work: Work, before: Snapshot): Promise<Map<string, number> | null> {
  const { context, migration, target } = work;
  const { record } = context;
  const statements = new CodeStatements(target.url, context.config.rehearsal.migration.statements);
  const times = new Map<string, number>();
  try {
    for (const tried of await statements.tryAll(null)) record({ kind: 'statement', ...tried });
    for (const { name } of migration.steps) {
      const { error, tookMs } = await step(work, 'quiet', name, 'up');
      if (error !== null) return null;
      times.set(`up ${name}`, tookMs);
      for (const tried of await statements.tryAll(name)) record({ kind: 'statement', ...tried });
    }
  } finally {
    await statements.end();
  }
  const migrated = await looked(target.url, true);
  recordCompared(work, 'migrated', before, migrated, true);
  for (const { name } of [...migration.steps].reverse()) {
    const { error, tookMs } = await step(work, 'quiet', name, 'down');
    if (error !== null) return null;
    times.set(`down ${name}`, tookMs);
  }
  const isSame = recordCompared(work, 'restored', before, await looked(target.url, true), true);
  // What it does not take back would be done twice.
  return isSame ? times : null;
}

/** Cuts every step off in the middle and runs it again, forwards and back. @returns false when a step failed */
export async function killed(work: Work, before: Snapshot, times: ReadonlyMap<string, number>): Promise<boolean> {
  const { migration, target } = work;
  const half = (name: string, direction: Direction) => Math.max(1, (times.get(`${direction} ${name}`) ?? 0) / 2);
  const through = async (direction: Direction) => {
    const steps = direction === 'up' ? migration.steps : [...migration.steps].reverse();
    for (const { name } of steps) {
      const first = await step(work, 'killed', name, direction, { cutAfterMs: half(name, direction) });
      const last = first.isCut ? await step(work, 'killed', name, direction) : first;
      if (last.error !== null) return false;
    }
    return true;
  };
  if (!(await through('up'))) return false;
  const resumed = await looked(target.url, true);
  if (!(await through('down'))) return false;
  const reverted = await looked(target.url, true);
  // What it should be is known once it was run in one go.
  for (const { name } of migration.steps) {
    const { error } = await step(work, 'quiet', name, 'up');
    if (error !== null) return false;
  }
  recordCompared(work, 'resumed', await looked(target.url, true), resumed, true);
  for (const { name } of [...migration.steps].reverse()) {
    const { error } = await step(work, 'quiet', name, 'down');
    if (error !== null) return false;
  }
  recordCompared(work, 'reverted', before, reverted, true);
  return true;
}

/** Forwards and back under load, with the new code from the contract on. */
export async function underLoad(
  work: Work,
  before: Snapshot,
  tables: readonly string[],
  fresh: Side | null,
): Promise<void> {
  const { context, target, migration } = work;
  const { config, staging, signal, mark } = context;
  const { settleMs, blockerMs } = config.rehearsal.migration;
  const load = await UnderLoad.begin(context, target, tables);
  const old = staging.current;
  const move = async (to: Side | null) => {
    if (fresh === null || to === null) return;
    await staging.move({ [to.name]: 100 });
    mark({ text: `all traffic to ${to.version}`, kind: 'move' });
    await sleep(settledMs, undefined, { signal });
  };
  const done: Migration['steps'][number][] = [];
  let isMoved = false;
  try {
    await load.settle(settleMs, signal);
    load.block(tables, blockerMs);
    for (const each of migration.steps) {
      if (each.isContract && !isMoved) {
        await move(fresh);
        isMoved = true;
      }
      const { error } = await step(work, 'load', each.name, 'up', { wrap: load });
      if (error !== null) break;
      done.push(each);
    }
    for (const each of done.reverse()) {
      if (!each.isContract && isMoved) {
        await move(old);
        isMoved = false;
      }
      const { error } = await step(work, 'load', each.name, 'down', { wrap: load });
      if (error !== null) break;
    }
  } finally {
    await load.end();
  }
  recordCompared(work, 'restored under load', before, await looked(target.url, false), false);
}

/** @returns whether they are the same */
function recordCompared(
  { context }: Work,
  moment: Extract<Evidence, { kind: 'compared' }>['moment'],
  wanted: Snapshot,
  found: Snapshot,
  withRows: boolean,
): boolean {
  const schema = schemaDifferences(wanted, found);
  const rows = withRows ? rowDifferences(wanted, found) : null;
  const { invalidIndexes, invalidConstraints } = found;
  context.record({
    kind: 'compared',
    ...{ moment, schema: schema.slice(0, differencesAtMost), schemaDifferences: schema.length },
    rows: rows?.slice(0, differencesAtMost) ?? null,
    ...{ invalidIndexes, invalidConstraints },
  });
  return schema.length === 0 && (rows ?? []).length === 0;
}
