import { setTimeout as sleep } from 'node:timers/promises';
import { firstError, ShakedownError } from '../../../model/error.ts';
import type { RehearsalContext } from '../rehearsal.ts';
import { healthyOf } from '../system/health.ts';
import { smoked } from '../system/smoke.ts';
import { type Side, sameArtifacts } from '../system/state.ts';
import { beginInFlight } from '../witness/in-flight.ts';
import { bearer, notTried, notTriedWords, triedKinds } from '../witness/kinds.ts';
import { reconcile } from '../witness/reconcile.ts';
import { answeredBy, type Sent } from '../witness/request.ts';
import { planWitness, Witness } from '../witness/witness.ts';
import type { Evidence, Move } from './evidence.ts';
import { type Against, observe } from './observe.ts';
import { afterMoveMs, SideWatch } from './side-watch.ts';
import { answersOf, baselineWaitMs, baselineWanted, type Held, speedOf } from './speed.ts';

const lookEveryMs = 200;
/** So that requests of every kind are on the old side, and not only on their way to it. */
const underWayMs = 300;
/** Shorter than what is slow takes. */
const underWayAtMostMs = 800;
/** What the clients see is counted so long after a move. */
const afterMs = 3000;

type Context = RehearsalContext<Evidence>;
/** Of moves of other rehearsals, too. */
type MoveContext = RehearsalContext<Exclude<Evidence, { kind: 'unclear' | 'speed' | 'smoke' }>>;

/** Moves the traffic to the candidate and back, with requests of every kind under way, as often as asked for. */
export async function run(context: Context): Promise<void> {
  const { staging, candidate, config, signal, record, mark, phase } = context;
  const { blueGreen, kinds } = config.rehearsal;
  const old = staging.current;
  if (old === null) throw new ShakedownError('STAGING_EMPTY', 'No version has the traffic, so none can be replaced.');
  const name = old.name === 'blue' ? 'green' : 'blue';
  phase(`bringing up ${candidate} beside ${old.version}`);
  const began = performance.now();
  let fresh: Side;
  try {
    fresh = await staging.up(name, candidate, signal);
  } catch (error) {
    signal.throwIfAborted();
    const why = firstError(error).message;
    record({
      kind: 'up',
      version: candidate,
      side: name,
      tookMs: performance.now() - began,
      error: why,
      same: false,
      difference: null,
    });
    mark({ text: why, kind: 'trouble' });
    return;
  }
  record({
    kind: 'up',
    version: candidate,
    side: name,
    tookMs: performance.now() - began,
    error: null,
    same: sameArtifacts(old, fresh),
    difference: staging.difference(old, fresh),
  });
  mark({ text: `${candidate} is up on ${name}`, kind: 'info' });
  if (!(await smoked(context, fresh))) return;
  const without = notTried(kinds, staging.switch);
  if (without.length > 0) mark({ text: notTriedWords(without), kind: 'info' });
  record({
    kind: 'asked',
    ...{ switches: blueGreen.switches, inFlight: blueGreen.inFlight, rollbackMs: blueGreen.rollbackMs },
    ...{ failedPercent: blueGreen.failedPercent, tried: triedKinds(kinds, staging.switch) },
    notTried: without,
  });

  const { baseUrl } = staging.switch;
  const witness = new Witness({ config, baseUrl, signal, now: context.now });
  const seconds = setInterval(() => watched(context, witness), lookEveryMs);
  const sides = new SideWatch(config.rehearsal.ratePerSecond);
  let heldSinceMs = context.now();
  const held: Against['held'] = { before: [], after: [], health: { before: [], after: [] } };
  try {
    sides.start([old, fresh], { healthPath: staging.healthPath, now: context.now });
    witness.start(await planWitness({ config, baseUrl, signal }));
    phase('load before the first move');
    await sleep(blueGreen.settleMs, undefined, { signal });
    await answered(context, witness, { side: old.name, fromMs: heldSinceMs + afterMoveMs });
    const failed = witness.sent.filter(({ error }) => error !== null);
    const example = failed[0] === undefined ? '' : `${failed[0].label}: ${failed[0].error}`;
    record({ kind: 'baseline', requests: witness.sent.length, failed: failed.length, example });
    const headers = await bearer({ kinds, baseUrl, now: context.now });
    for (let round = 1; round <= blueGreen.switches; round++) {
      phase(`switch ${round} of ${blueGreen.switches}: ${old.version} to ${candidate}`);
      const unclear = (reason: string) => record({ kind: 'unclear', reason });
      const against = { sides, old, heldSinceMs, held, unclear };
      const trigger = await move(context, { witness, headers, from: old, to: fresh, purpose: 'switch', against });
      if (trigger !== null) {
        record({ kind: 'trigger', ...trigger });
        mark({ text: `back to ${old.version}: ${trigger.reason}`, kind: 'decision' });
      }
      phase(`rollback ${round} of ${blueGreen.switches}: ${candidate} to ${old.version}`);
      await move(context, { witness, headers, from: fresh, to: old, purpose: 'rollback', against: null });
      heldSinceMs = context.now() - afterMs;
      const again = { side: old.name, fromMs: heldSinceMs + afterMoveMs, toMs: context.now() };
      // What the version before does afterwards tells a slow version from a machine that became slow.
      const all = { before: [...held.before, again], after: held.after };
      record(speedOf(witness.sent, all, held.health, blueGreen.slowdownPercent));
      if (trigger !== null) break;
    }
  } finally {
    await witness.stop();
    await sides.stop();
    clearInterval(seconds);
    watched(context, witness);
  }
  phase('accounting for every request');
  await sleep(2 * lookEveryMs);
  const logs = await staging.requestLogs([old, fresh]);
  record({ kind: 'requests', ...(await reconcile(witness.sent, staging.switch.log, logs)), unsent: witness.unsent });
}

interface MoveRun {
  witness: Witness;
  headers: Readonly<Record<string, string>>;
  from: Side;
  to: Side;
  purpose: Move['purpose'];
  /** What the new side is held against; null: it is only seen whether it fails. */
  against: Against | null;
}

/** Moves all traffic, with requests of every kind under way, and records it. @returns why the traffic must go back at once; null: it need not */
export async function move(
  context: MoveContext,
  { witness, headers, from, to, purpose, against }: MoveRun,
): Promise<{ reason: string; decidedMs: number } | null> {
  const { staging, config, signal, now, record, mark } = context;
  const { blueGreen, kinds } = config.rehearsal;
  const { baseUrl } = staging.switch;
  const tried = triedKinds(kinds, staging.switch);
  const quietMs = now();
  const inFlight = beginInFlight(
    { baseUrl, kinds, tried, count: blueGreen.inFlight, uploadMs: blueGreen.uploadMs, now },
    headers,
  );
  await inFlight.ready;
  await sleep(underWayMs, undefined, { signal });
  const kindsUnderWay = tried.filter((kind) => kind !== 'idle keep-alive' && kind !== 'cookie session');
  await arrived(context, from, kindsUnderWay.length * blueGreen.inFlight);
  const begunAtMs = now();
  await staging.move({ [to.name]: 100 });
  const setAtMs = now();
  mark({ text: `all traffic to ${to.version} (${to.name})`, kind: 'move' });
  const finishing = inFlight.finish().then((sent) => {
    for (const each of sent) witness.add(each);
    return sent;
  });
  const draining = staging.drained(from.name, signal);
  const trouble =
    purpose === 'switch'
      ? await observe(context, witness, to, { quietMs, sinceMs: setAtMs, against })
      : await sleep(afterMs, null, { signal });
  const kept = trouble === null ? await healthyOf(staging, from) : ([0, 0] as [number, number]);
  const sent = await finishing;
  const { tookMs, left } = await draining;
  const tied = await inFlight.tiedTo(from.name);
  for (const each of tied.sent) witness.add(each);
  const wasOld = (each: Sent) => answeredBy(each) === from.name;
  const under = (kind: string, count: number) => [kind, count] as const;
  const isBefore = ({ kind }: Sent) => kind === 'idle keep-alive' || kind === 'cookie session';
  const underWay = sent.filter(
    (each) =>
      !isBefore(each) && each.sentMs < begunAtMs && each.endMs > begunAtMs && (wasOld(each) || each.instance === null),
  );
  const before = sent.filter((each) => each.kind === 'idle keep-alive' && each.endMs < begunAtMs && wasOld(each));
  const counts = tried.map((kind) =>
    under(
      kind,
      kind === 'cookie session'
        ? tied.sent.length
        : (kind === 'idle keep-alive' ? before : underWay).filter((each) => each.kind === kind).length,
    ),
  );
  const all = witness.sent.filter(
    ({ sentMs, instance, kind }) => sentMs > setAtMs && instance !== null && kind !== 'cookie session',
  );
  const late = all.filter(wasOld);
  const onOld = staging.switch.movesConnections === true ? late.filter(({ reused }) => reused) : [];
  const afterwards = all.filter((each) => !onOld.includes(each));
  const stragglers = afterwards.filter(wasOld);
  record({
    kind: 'move',
    ...{ purpose, from: from.name, to: to.name, atMs: begunAtMs, setMs: setAtMs - begunAtMs },
    stragglersMs: late.reduce((latest, { sentMs }) => Math.max(latest, sentMs - setAtMs), 0),
    ...{ stragglers: stragglers.length, after: afterwards.length, achieved: afterwards.length - stragglers.length },
    onOld: onOld.length,
    ...{ inFlight: Object.fromEntries(counts), drainMs: tookMs, drainLeft: left, kept },
    tied: tied.count,
  });
  return trouble;
}

/** Waits until so many requests are on a side: on a busy machine they take a while to get there. A switch that is asked slowly is not asked. */
async function arrived({ staging, signal }: Pick<MoveContext, 'staging' | 'signal'>, { name }: Side, wanted: number) {
  const until = performance.now() + underWayAtMostMs - underWayMs;
  while (staging.switch.log !== null && performance.now() < until) {
    const { inFlight } = await staging.switch.read();
    if (inFlight === null || (inFlight[name] ?? 0) >= wanted) return;
    await sleep(lookEveryMs / 4, undefined, { signal });
  }
}

/** Waits until a side has answered enough to hold another against it: load begins thinly. */
async function answered({ now, signal, phase }: Context, witness: Witness, since: Omit<Held, 'toMs'>): Promise<void> {
  const untilMs = now() + baselineWaitMs;
  const few = () => answersOf(witness.sent, [{ ...since, toMs: now() }]).length < baselineWanted;
  if (few()) phase('load before the first move, until there are enough answers to compare with');
  while (few() && now() < untilMs) await sleep(lookEveryMs, undefined, { signal });
}

function watched({ second, staging }: Context, witness: Witness): void {
  for (const each of witness.takeSeconds(staging.weights)) second(each);
}
