import { setTimeout as sleep } from 'node:timers/promises';
import type { RehearsalContext } from '../rehearsal.ts';
import { healthyOf, processGone } from '../system/health.ts';
import type { Side } from '../system/state.ts';
import type { Witness } from '../witness/witness.ts';
import { afterMoveMs, type SideWatch } from './side-watch.ts';
import { type Held, isSpeedOpen, speedOf, watchedForSpeedMs } from './speed.ts';
import { growth, mayGrow, type Shown, slowness, watchedForGrowthMs } from './trouble.ts';

const lookEveryMs = 200;
/** What is compared beside the load must not slow it. */
const openEveryMs = 1000;
/** Fewer failures than this may be one client's bad luck, and do not turn a release around. */
const healthMisses = 2;

/** What a version is held against that has just been given the traffic. */
export interface Against {
  sides: SideWatch;
  old: Side;
  /** Since when it had the traffic. */
  heldSinceMs: number;
  /** When each had all the traffic, in the moves so far. */
  held: { before: Held[]; after: Held[]; health: { before: readonly number[]; after: readonly number[] } };
  /** The new side may be worse, or something else is to blame. */
  unclear(reason: string): void;
}

interface Observed {
  quietMs: number;
  sinceMs: number;
  /** null: it is only seen whether it fails. */
  against: Against | null;
}

type Context = Pick<RehearsalContext, 'signal' | 'now' | 'config' | 'staging'>;
type Trouble = { reason: string; decidedMs: number };

/** Watches a version that has just been given the traffic. @returns why it must go back at once; null: it need not */
export async function observe(
  context: Context,
  witness: Witness,
  side: Side,
  { quietMs, sinceMs, against }: Observed,
): Promise<Trouble | null> {
  const { now, config } = context;
  if (against === null) return watch(context, witness, side, { sinceMs, shown: null, unclear: () => {} });
  const { sides, old, heldSinceMs, held } = against;
  held.before.push({ side: old.name, fromMs: heldSinceMs + afterMoveMs, toMs: quietMs });
  const given = { side: side.name, fromMs: sinceMs + afterMoveMs };
  const shown = () => {
    const times = { from: old.name, to: side.name, fromMs: heldSinceMs, quietMs, moveMs: sinceMs, nowMs: now() };
    return sides.compared(witness.sent, times);
  };
  const speed = () => {
    const all = { before: held.before, after: [...held.after, { ...given, toMs: now() }] };
    const { before, after } = shown();
    const health = { before: before.healthMs, after: after.healthMs };
    return speedOf(witness.sent, all, health, config.rehearsal.blueGreen.slowdownPercent);
  };
  const last = { atMs: 0, isOpen: true };
  const isOpen = () => {
    if (now() >= sinceMs + watchedForSpeedMs) return false;
    if (now() >= last.atMs + openEveryMs) Object.assign(last, { atMs: now(), isOpen: isSpeedOpen(speed()) });
    return last.isOpen;
  };
  const trouble = await watch(context, witness, side, { sinceMs, shown, isOpen, unclear: against.unclear });
  held.after.push({ ...given, toMs: now() });
  const { before, after } = shown();
  held.health = { before: before.healthMs, after: after.healthMs };
  return trouble;
}

interface Watched {
  sinceMs: number;
  /** What both versions showed; null: it is only seen whether it fails. */
  shown: (() => { before: Shown; after: Shown }) | null;
  /** Whether more is to be seen; absent: no. */
  isOpen?: () => boolean;
  unclear(reason: string): void;
}

async function watch(
  { signal, now, config, staging }: Context,
  witness: Witness,
  side: Side,
  { sinceMs, shown, isOpen, unclear }: Watched,
): Promise<Trouble | null> {
  const { observeMs, failedPercent, ...limits } = config.rehearsal.blueGreen;
  let misses = 0;
  let isUnclear = false;
  let grown: ReturnType<typeof growth> = null;
  let untilMs = sinceMs + observeMs;
  while (now() < untilMs || isOpen?.()) {
    await sleep(lookEveryMs, undefined, { signal });
    const gone = processGone(side);
    if (gone !== null) {
      const reason = `${gone} of ${side.version} ended after it was given the traffic.`;
      return { reason, decidedMs: lookEveryMs };
    }
    const answered = witness.sent.filter((each) => each.sentMs > sinceMs);
    const failed = answered.filter(({ error }) => error !== null);
    const [first] = failed;
    if (first !== undefined && (100 * failed.length) / answered.length > failedPercent) {
      const reason = `${failed.length} of ${answered.length} requests failed on ${side.version}, first ${first.label}: ${first.error}.`;
      return { reason, decidedMs: now() - first.endMs };
    }
    const [alive, all] = await healthyOf(staging, side);
    misses = alive < all ? misses + 1 : 0;
    if (misses >= healthMisses) {
      const reason = `${all - alive} of ${all} instances of ${side.version} are not healthy.`;
      return { reason, decidedMs: healthMisses * lookEveryMs };
    }
    if (shown === null) continue;
    const { before, after } = shown();
    const slow = slowness(before, after, limits);
    if (slow?.unclear === true && !isUnclear) unclear(slow.reason);
    isUnclear ||= slow?.unclear === true;
    if (slow?.unclear === false) return { reason: `${side.version}: ${slow.reason}`, decidedMs: now() - sinceMs };
    grown = growth(before, after, limits);
    if (grown?.unclear === false) return { reason: `${side.version}: ${grown.reason}`, decidedMs: now() - sinceMs };
    untilMs = sinceMs + (mayGrow(before, after, limits) ? Math.max(observeMs, watchedForGrowthMs) : observeMs);
  }
  if (grown !== null && !isUnclear) unclear(`${side.version}: ${grown.reason}`);
  return null;
}
