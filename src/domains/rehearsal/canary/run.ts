import { setTimeout as sleep } from 'node:timers/promises';
import { firstError, ShakedownError } from '../../../model/error.ts';
import type { RehearsalContext } from '../rehearsal.ts';
import { healthyOf, processGone } from '../system/health.ts';
import { residentMb } from '../system/memory.ts';
import { smoked } from '../system/smoke.ts';
import { type Side, sameArtifacts } from '../system/state.ts';
import { reconcile } from '../witness/reconcile.ts';
import { answeredBy } from '../witness/request.ts';
import { planWitness, Witness } from '../witness/witness.ts';
import { type Decided, decide } from './decide.ts';
import type { Asked, Evidence, MemoryPoint, Window } from './evidence.ts';
import { WindowCollector, windowAtMostMs, windowWidthMs } from './windows.ts';

const lookEveryMs = 250;
const settleMs = 4000;
const memoryEveryMs = 1000;
const healthMisses = 2;
const watchBackMs = 1500;

type Context = RehearsalContext<Evidence>;

interface Rollout {
  context: Context;
  witness: Witness;
  collector: WindowCollector;
  asked: Asked;
  old: Side;
  fresh: Side;
  control: Side;
  windows: Window[];
  memory: MemoryPoint[];
}

/** Gives the candidate more and more of the traffic, as long as nothing speaks against it; then all goes back. */
export async function run(context: Context): Promise<void> {
  const { staging, candidate, config, signal, record, mark, phase, now } = context;
  const old = staging.current;
  if (old === null) throw new ShakedownError('STAGING_EMPTY', 'No version has the traffic, so none can be replaced.');
  const name = old.name === 'blue' ? 'green' : 'blue';
  phase(`bringing up ${candidate}, and a control of ${old.version}`);
  const began = performance.now();
  let fresh: Side;
  let control: Side;
  try {
    fresh = await staging.up(name, candidate, signal);
    control = await staging.up('control', old.version, signal);
  } catch (error) {
    signal.throwIfAborted();
    const why = firstError(error).message;
    record({
      kind: 'up',
      version: candidate,
      tookMs: performance.now() - began,
      error: why,
      same: false,
      difference: null,
    });
    mark({ text: why, kind: 'trouble' });
    return;
  }
  const tookMs = performance.now() - began;
  record({
    ...{ kind: 'up', version: candidate, tookMs, error: null, same: sameArtifacts(old, fresh) },
    difference: staging.difference(old, fresh),
  });
  if (!(await smoked(context, fresh))) return;
  const { steps, ...limits } = config.rehearsal.canary;
  const windowMs = steps.map((percent) => windowWidthMs(config.rehearsal.ratePerSecond * (percent / 100)));
  const asked: Asked = { kind: 'asked', steps, ...limits, windowMs };
  record(asked);

  const { baseUrl } = staging.switch;
  const witness = new Witness({ config, baseUrl, signal, now });
  const collector = new WindowCollector(fresh.name, control.name);
  const rollout: Rollout = { ...{ context, witness, collector, asked, old, fresh, control }, windows: [], memory: [] };
  try {
    witness.start(await planWitness({ config, baseUrl, signal }));
    phase('load before the first step');
    await sleep(settleMs, undefined, { signal });
    await climb(rollout);
  } finally {
    await witness.stop();
    watched(rollout);
  }
  phase('accounting for every request');
  await sleep(2 * lookEveryMs);
  const logs = await staging.requestLogs([old, fresh, control]);
  record({ kind: 'requests', ...(await reconcile(witness.sent, staging.switch.log, logs)), unsent: witness.unsent });
}

/** Step by step, until one is not promoted or the last one is; then back. */
async function climb(rollout: Rollout): Promise<void> {
  const { asked, context, fresh } = rollout;
  const { mark } = context;
  for (const [step, share] of asked.steps.entries()) {
    const { decision, reason } = await one(rollout, step, share);
    if (decision === 'promote' && step < asked.steps.length - 1) {
      mark({ text: `promoted: ${reason}`, kind: 'decision' });
      continue;
    }
    const text = decision === 'promote' ? `${fresh.version} is fully rolled out: ${reason}` : `rolled back: ${reason}`;
    mark({ text, kind: decision === 'promote' ? 'decision' : 'trouble' });
    await back(rollout, share);
    return;
  }
}

async function one(rollout: Rollout, step: number, share: number): Promise<Decided> {
  const { context, asked, old, fresh, control } = rollout;
  const { staging, signal, now, record, mark, phase, override } = context;
  rollout.collector.learn(rollout.witness.sent);
  const controlShare = Math.min(share, 100 - share);
  phase(`step ${step + 1} of ${asked.steps.length}: ${share} % to ${fresh.version}`);
  const weights = { [fresh.name]: share, [control.name]: controlShare, [old.name]: 100 - share - controlShare };
  await staging.move(weights);
  const atMs = now();
  record({ kind: 'step', step, share, controlShare, atMs });
  mark({ text: `${share} % to ${fresh.version}, ${controlShare} % to the control`, kind: 'move' });
  const earlier = [...rollout.windows];
  const memory: MemoryPoint[] = [];
  const windows: Window[] = [];
  const widthMs = asked.windowMs[step] ?? windowAtMostMs;
  let [fromMs, memoryAtMs, misses, pausedMs, lastMs] = [atMs, atMs, 0, 0, atMs];
  const held = new Set<string>();
  const decided = (found: Decided, trouble: string | null, byHand: boolean): Decided => {
    const { decision, reason } = found;
    if (decision === 'wait') return found;
    const counts = { windows: windows.length, memory: memory.length };
    record({
      kind: 'decision',
      step,
      decision,
      reason,
      elapsedMs: now() - atMs - pausedMs,
      ...counts,
      trouble,
      byHand,
    });
    return found;
  };
  for (;;) {
    await sleep(lookEveryMs, undefined, { signal });
    watched(rollout);
    const taken = rollout.collector.take(rollout.witness.sent, { step, fromMs, widthMs, untilMs: now() });
    const said = override();
    if (said === 'pause') pausedMs += now() - lastMs;
    lastMs = now();
    if (said === 'abort') return decided({ decision: 'rollback', reason: 'A person ended it.' }, null, true);
    if (said === 'promote') return decided({ decision: 'promote', reason: 'A person promoted it.' }, null, true);
    if (lastMs - memoryAtMs >= memoryEveryMs) {
      memoryAtMs = lastMs;
      const point = memoryOf(step, lastMs, control, fresh);
      if (point !== null) memory.push(point);
      if (point !== null) record(point);
    }
    const [alive, of] = await healthyOf(staging, fresh);
    misses = alive < of ? misses + 1 : 0;
    const gone = processGone(fresh);
    const trouble =
      gone !== null
        ? `${gone} of ${fresh.version} ended.`
        : misses >= healthMisses
          ? `${of - alive} of ${of} instances of ${fresh.version} are not healthy.`
          : null;
    // One window after the other, so that each look is taken when it is due.
    for (const window of taken.length === 0 ? [null] : taken) {
      if (window !== null) {
        fromMs = window.startMs + widthMs;
        windows.push(window);
        rollout.windows.push(window);
        record(window);
      }
      const elapsedMs = now() - atMs - pausedMs;
      const found = decide({ asked, step, elapsedMs, windows, earlier, memory, trouble });
      if (found.decision === 'rollback' || (found.decision === 'promote' && said !== 'pause'))
        return decided(found, trouble, false);
      // The same with other figures is the same hold.
      const why = found.reason.replace(/[\d.,−+-]+/g, '');
      if (found.decision === 'hold' && !held.has(why)) {
        held.add(why);
        decided(found, trouble, false);
        mark({ text: `held: ${found.reason}`, kind: 'decision' });
      }
    }
  }
}

/** All traffic to the current version. */
async function back({ context, witness, old, fresh }: Rollout, share: number): Promise<void> {
  const { staging, now, record, mark, signal } = context;
  const decidedMs = now();
  await staging.move({ [old.name]: 100 });
  const setAtMs = now();
  mark({ text: `all traffic back to ${old.version}`, kind: 'move' });
  await sleep(watchBackMs, undefined, { signal });
  const { tookMs, left } = await staging.drained(fresh.name, signal);
  const late = witness.sent.filter((each) => each.sentMs > setAtMs && answeredBy(each) === fresh.name);
  const stragglersMs = late.reduce((latest, { sentMs }) => Math.max(latest, sentMs - setAtMs), 0);
  // How long it took until nothing was under way is counted from the move on.
  const drainMs = tookMs === null ? null : Math.max(0, tookMs);
  record({ kind: 'back', from: share, setMs: setAtMs - decidedMs, stragglersMs, drainMs, drainLeft: left });
}

function watched({ context: { second, staging }, witness }: Rollout): void {
  for (const each of witness.takeSeconds(staging.weights)) second(each);
}

/** Resident memory of an instance, on average; null where it cannot be read. */
function memoryOf(step: number, atMs: number, control: Side, fresh: Side): MemoryPoint | null {
  const [controlMb, candidateMb] = [control, fresh].map(residentMb);
  return controlMb == null || candidateMb == null ? null : { kind: 'memory', step, atMs, controlMb, candidateMb };
}
