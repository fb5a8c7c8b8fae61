import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstError, ShakedownError } from '../../../model/error.ts';
import { redaction } from '../../chaos/public.ts';
import { move } from '../blue-green/run.ts';
import type { RehearsalContext } from '../rehearsal.ts';
import type { Side } from '../system/state.ts';
import { bearer, notTried, notTriedWords, triedKinds } from '../witness/kinds.ts';
import { reconcile } from '../witness/reconcile.ts';
import { planWitness, Witness } from '../witness/witness.ts';
import type { Evidence, Seen } from './evidence.ts';
import { alsoSecret, changesOf, problemsOf, type Rendered, render } from './render.ts';
import { seenOf } from './seen.ts';

const lookEveryMs = 200;

type Context = RehearsalContext<Evidence>;

/** Gives the current version the new configuration on instances beside the old ones, moves the traffic there and back, and asks every instance what is in force. */
export async function run(context: Context): Promise<void> {
  const { staging, config, signal, record, mark, phase } = context;
  const asked = config.rehearsal.configuration;
  const old = staging.current;
  if (old === null) throw new ShakedownError('STAGING_EMPTY', 'No version has the traffic, so none can be configured.');
  phase('rendering the configuration, and checking it');
  const { next, present } = declare(context);
  if (next === null) return;
  const hide = redaction({ next: [...next.secrets], present: [...(present?.secrets ?? [])] });
  const see = async (side: Side, declared: Rendered | null, when: Seen['when']) => {
    if (asked.probePath === null || declared === null) return;
    record(hide.value({ ...(await seenOf(side, { declared, path: asked.probePath, when })) }));
  };
  if (asked.probePath === null) record({ kind: 'no-probe' });
  await see(old, present, 'before');

  const name = old.name === 'blue' ? 'green' : 'blue';
  const file = join(staging.scratch, `${name}.configuration`);
  context.teardown.before('configuration', () => rm(file, { force: true }));
  await writeFile(file, next.text, { mode: 0o600 });
  const environment = next.isEnvironment
    ? Object.fromEntries([...next.leaves].map(([key, value]) => [key, String(value)]))
    : { [asked.variable]: file };
  phase(`bringing up ${old.version} with the new configuration`);
  const began = performance.now();
  let fresh: Side;
  try {
    fresh = await staging.up(name, old.version, signal, environment);
  } catch (error) {
    signal.throwIfAborted();
    const why = hide.text(firstError(error).message);
    record({ kind: 'up', side: name, tookMs: performance.now() - began, error: why });
    mark({ text: why, kind: 'trouble' });
    return;
  }
  record({ kind: 'up', side: name, tookMs: performance.now() - began, error: null });
  mark({ text: `the new configuration is up on ${name}`, kind: 'info' });
  await see(fresh, next, 'applied');
  await underLoad(context, { old, fresh, see: () => see(fresh, next, 'end') });
  await see(old, present, 'back');
  record(await printed(staging.scratch, fresh, hide.text));
}

/** @returns next null: it can't be applied */
function declare({ config, record }: Context): { next: Rendered | null; present: Rendered | null } {
  const { file, present: presentFile, schema, values } = config.rehearsal.configuration;
  const rendering = { values, environment: process.env };
  const nothing = { problems: null, schemaError: '', presentError: null, changes: [], secrets: 0 };
  if (file === null) {
    record({ kind: 'declared', file, error: null, ...nothing });
    return { next: null, present: null };
  }
  const attempt = <T>(what: () => T): { of: T | null; error: string | null } => {
    try {
      return { of: what(), error: null };
    } catch (error) {
      return { of: null, error: firstError(error).message };
    }
  };
  const { of: written, error } = attempt(() => render(file, rendering));
  if (written === null) {
    record({ kind: 'declared', file, error, ...nothing });
    return { next: null, present: null };
  }
  const { of: running, error: presentError } =
    presentFile === null
      ? { of: null, error: 'nothing is declared for what runs now' }
      : attempt(() => render(presentFile, rendering));
  const next = running === null ? written : alsoSecret(written, running);
  const present = running === null ? null : alsoSecret(running, written);
  const { of: problems, error: schemaError } =
    schema === null ? { of: null, error: 'there is no schema' } : attempt(() => problemsOf(next.content, schema));
  const hide = redaction({ next: [...next.secrets], present: [...(present?.secrets ?? [])] });
  record({
    ...{ kind: 'declared', file, error: null, presentError, secrets: next.secretAt.size },
    problems: problems?.map(hide.text) ?? null,
    schemaError: schemaError ?? '',
    changes: changesOf(present, next).map(({ at, before, after }) => ({
      at,
      before: hide.text(before),
      after: hide.text(after),
    })),
  });
  // What its schema refuses is not given to anybody.
  return { next: problems !== null && problems.length > 0 ? null : next, present };
}

interface Sides {
  old: Side;
  fresh: Side;
  /** Asks the instances that have the traffic. */
  see(): Promise<void>;
}

async function underLoad(context: Context, { old, fresh, see }: Sides): Promise<void> {
  const { staging, config, signal, record, mark, phase } = context;
  const { blueGreen, kinds, configuration } = config.rehearsal;
  const { baseUrl } = staging.switch;
  const without = notTried(kinds, staging.switch);
  if (without.length > 0) mark({ text: notTriedWords(without), kind: 'info' });
  record({
    ...{ kind: 'asked', rollbackMs: blueGreen.rollbackMs },
    ...{ tried: triedKinds(kinds, staging.switch), notTried: without },
  });
  const witness = new Witness({ config, baseUrl, signal, now: context.now });
  const take = () => {
    for (const each of witness.takeSeconds(staging.weights)) context.second(each);
  };
  const watch = setInterval(take, lookEveryMs);
  try {
    witness.start(await planWitness({ config, baseUrl, signal }));
    phase('load before the configuration changes');
    await sleep(configuration.settleMs, undefined, { signal });
    const failed = witness.sent.filter(({ error }) => error !== null);
    const example = failed[0] === undefined ? '' : `${failed[0].label}: ${failed[0].error}`;
    record({ kind: 'baseline', requests: witness.sent.length, failed: failed.length, example });
    const headers = await bearer({ kinds, baseUrl, now: context.now });
    phase('traffic to the new configuration');
    const trigger = await move(context, { witness, headers, from: old, to: fresh, purpose: 'switch', against: null });
    if (trigger !== null) {
      record({ kind: 'trigger', reason: trigger.reason });
      mark({ text: `back to the old configuration: ${trigger.reason}`, kind: 'decision' });
    }
    await see();
    phase('traffic back to the old configuration');
    await move(context, { witness, headers, from: fresh, to: old, purpose: 'rollback', against: null });
  } finally {
    await witness.stop();
    clearInterval(watch);
    take();
  }
  await sleep(2 * lookEveryMs);
  const logs = await staging.requestLogs([old, fresh]);
  record({ kind: 'requests', ...(await reconcile(witness.sent, staging.switch.log, logs)), unsent: witness.unsent });
}

/** Looks for secrets in what the new instances wrote. */
async function printed(scratch: string, { instances }: Side, hide: (text: string) => string) {
  const names = (await readdir(scratch)).filter((file) => instances.some(({ name }) => file.startsWith(`${name}.`)));
  const found: string[] = [];
  for (const name of names) {
    const text = await readFile(join(scratch, name), 'utf8');
    if (hide(text) !== text) found.push(name);
  }
  return { kind: 'printed' as const, files: names.length, found };
}
