import { setMaxListeners } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstError, ShakedownError } from '../../../model/error.ts';
import type { RehearsalContext } from '../rehearsal.ts';
import type { Side } from '../system/state.ts';
import { reconcile } from '../witness/reconcile.ts';
import { planWitness, Witness } from '../witness/witness.ts';
import { type FlagDriver, flagDriver } from './driver.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import type { Arm, Evidence } from './evidence.ts';

const lookEveryMs = 100;
/** Each session asks so often, so that it may be answered by another instance. */
const asksPerSession = 3;
const askEveryMs = 400;
/** Without a change, before and afterwards. */
const quietMs = 3000;

type Context = RehearsalContext<Evidence>;

/** Switches the flag for a share of the sessions and back, under load, and sees how each session and each instance evaluates it. */
export async function run(context: Context): Promise<void> {
  const { staging, candidate, config, signal, record, mark, phase } = context;
  const asked = config.rehearsal.flags;
  const { flag, on, off, sharePercent, propagateMs, slowdownPercent } = asked;
  const isSeen = asked.probePath !== null;
  record({ kind: 'asked', flag, on, off, sharePercent, propagateMs, slowdownPercent, isSeen });
  if (flag === null || !isSeen) return;
  const old = staging.current;
  if (old === null) throw new ShakedownError('STAGING_EMPTY', 'No version has the traffic.');
  const name = old.name === 'blue' ? 'green' : 'blue';
  const copy = join(staging.scratch, 'flags.json');
  context.teardown.before('flags', () => rm(copy, { force: true }));
  const driver = await flagDriver(asked, copy, { keeper: staging, folder: staging.folder, signal });
  phase(`bringing up ${candidate}`);
  const began = performance.now();
  let side: Side;
  try {
    side = await staging.up(name, candidate, signal, { FLAG_FILE: copy });
  } catch (error) {
    signal.throwIfAborted();
    record({ kind: 'up', tookMs: performance.now() - began, error: firstError(error).message });
    return;
  }
  record({ kind: 'up', tookMs: performance.now() - began, error: null });
  await staging.move({ [name]: 100 });
  mark({ text: `all traffic to ${candidate} (${name})`, kind: 'move' });
  const { baseUrl } = staging.switch;
  const witness = new Witness({ config, baseUrl, signal, now: context.now });
  const take = () => {
    for (const each of witness.takeSeconds(staging.weights)) context.second(each);
  };
  const watch = setInterval(take, 2 * lookEveryMs);
  let isOn = false;
  try {
    witness.start(await planWitness({ config, baseUrl, signal }));
    phase('load before the flag is switched');
    record(counted('before', await sessions(context, 'before', quietMs), off));
    phase(`${flag}: ${on} for ${sharePercent} % of the sessions`);
    isOn = true;
    await change(context, { driver, side, to: 'on' });
    const found = await sessions(context, 'on', asked.exposeMs);
    record(counted('on', found, off));
    record(arms(found));
    phase(`${flag}: back to ${off}`);
    await change(context, { driver, side, to: 'off' });
    isOn = false;
    record(counted('off', await sessions(context, 'off', quietMs), off));
  } finally {
    if (isOn) await driver.set(0).catch(() => {});
    await witness.stop();
    clearInterval(watch);
    take();
  }
  await sleep(4 * lookEveryMs);
  const logs = await staging.requestLogs([old, side]);
  record({ kind: 'requests', ...(await reconcile(witness.sent, staging.switch.log, logs)), unsent: witness.unsent });
}

interface Change {
  driver: FlagDriver;
  side: Side;
  to: 'on' | 'off';
}

/** Switches the flag, and asks each instance itself until it serves that. */
async function change({ config, signal, record, mark }: Context, { driver, side, to }: Change): Promise<void> {
  const asked = config.rehearsal.flags;
  // Enough sessions that one of them gets the variant: a chance of 1 in 10 million that none does.
  const keys = Array.from({ length: Math.ceil(1600 / asked.sharePercent) }, (_, i) => `instance-${i}`);
  const began = performance.now();
  let error: string | null = null;
  try {
    await driver.set(to === 'on' ? asked.sharePercent : 0);
  } catch (cause) {
    error = (cause as Error).message;
  }
  const setMs = performance.now() - began;
  mark({ text: error ?? `${asked.flag} is switched ${to}`, kind: error === null ? 'decision' : 'trouble' });
  const instances = await Promise.all(
    side.instances.map(async ({ name, url }) => {
      while (performance.now() - began < asked.propagateMs) {
        signal.throwIfAborted();
        const at = performance.now();
        const found: Evaluation[] = [];
        for (const key of keys) {
          found.push(await evaluate(url, asked, key));
          if (found.at(-1)?.variant === asked.on) break;
        }
        const hasOn = found.some(({ variant }) => variant === asked.on);
        const allOff = found.every(({ variant }) => variant === asked.off);
        if (to === 'on' ? hasOn : allOff) return { name, servedMs: at - began };
        await sleep(lookEveryMs, undefined, { signal });
      }
      return { name, servedMs: null };
    }),
  );
  record({ kind: 'switched', to, setMs, error, instances });
}

/** Sessions begin in an open loop, and each asks a few times, by way of the switch. */
async function sessions({ staging, config, signal }: Context, label: string, forMs: number): Promise<Evaluation[]> {
  const asked = config.rehearsal.flags;
  const quiet = AbortSignal.any([signal]);
  // Every session that waits for its moment listens to it.
  setMaxListeners(0, quiet);
  const many = Math.max(1, Math.round((asked.sessionsPerSecond * forMs) / 1000));
  const one = async (number: number): Promise<Evaluation[]> => {
    await sleep((number * 1000) / asked.sessionsPerSecond, undefined, { signal: quiet });
    const found: Evaluation[] = [];
    for (let i = 0; i < asksPerSession; i++) {
      if (i > 0) await sleep(askEveryMs, undefined, { signal: quiet });
      found.push(await evaluate(staging.switch.baseUrl, asked, `${label}-${number}`));
    }
    return found;
  };
  return (await Promise.all(Array.from({ length: many }, (_, i) => one(i)))).flat();
}

/** Reasons of an evaluation in which the flag had no say. */
const unsaid = ['DEFAULT', 'ERROR'];

function counted(when: 'before' | 'on' | 'off', found: readonly Evaluation[], off: string): Evidence {
  const failed = found.filter(({ error }) => error !== null);
  const answered = found.filter(({ error }) => error === null);
  const seen = answered.filter(({ variant, reason }) => variant !== null || reason !== null);
  const bad = seen.filter(({ reason }) => reason !== null && unsaid.includes(reason));
  const [first] = [...failed, ...bad];
  return {
    ...{ kind: 'evaluations', when, sent: found.length, failed: failed.length, defaulted: bad.length },
    unseen: answered.length - seen.length,
    example: first === undefined ? '' : (first.error ?? `reason ${first.reason}`),
    others: seen.filter(({ variant }) => variant !== off).length,
  };
}

function arms(found: readonly Evaluation[]): Evidence {
  const bySession = new Map<string, Evaluation[]>();
  for (const each of found) bySession.set(each.session, [...(bySession.get(each.session) ?? []), each]);
  const byVariant = new Map<string, Arm>();
  let changed = 0;
  for (const each of bySession.values()) {
    const variants = new Set(each.flatMap(({ variant }) => (variant === null ? [] : [variant])));
    const [variant] = variants;
    if (variants.size > 1) changed++;
    if (variant === undefined) continue;
    const arm = byVariant.get(variant) ?? { variant, sessions: 0, requests: 0, failed: 0, times: [] };
    byVariant.set(variant, arm);
    arm.sessions++;
    arm.requests += each.length;
    arm.failed += each.filter(({ error }) => error !== null).length;
    const times = each.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
    arm.times.push(Math.round(100 * (times[Math.floor(times.length / 2)] ?? 0)) / 100);
  }
  return { kind: 'arms', arms: [...byVariant.values()], changed, sessions: bySession.size };
}
