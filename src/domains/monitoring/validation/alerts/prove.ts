import { join } from 'node:path';
import { continued, jumped } from '../stack/history.ts';
import type { ActiveAlert, LoadedAlert, Series } from '../stack/prometheus.ts';
import type { Evidence } from './evidence.ts';
import type { FaultedSystemName } from './fault.ts';
import { Observer } from './observe.ts';
import { changesAhead, metricsIn, writtenOut } from './predict.ts';
import { recordRoutes } from './routes.ts';
import { derivedOf, type Proving, resendS, type Session, until } from './session.ts';

/** What is done to make alerts fire, whatever it is done to. */
export interface Provocation {
  readonly id: string;
  readonly title: string;
  readonly means: 'live' | 'series';
  readonly raises: readonly string[];
  readonly mayRaise: readonly string[];
  readonly breaks?: readonly string[];
  readonly system?: FaultedSystemName;
  begin(session: Session): Promise<() => Promise<void>>;
  /** History after the clock has moved on; absent: by the course of what was recorded. */
  readonly movedOn?: (byS: number, nowS: number) => Series[];
  /** What will be; absent: by the course of what was recorded. */
  readonly ahead?: (nowS: number, horizonS: number) => Series[];
}

/** So long things may take to come about by themselves. */
const settleMs = 8000;
/** A change is waited for where the clock would be moved by less than this, seconds: moving it takes as long. */
const worthS = 20;
/**
 * The clock is moved to so long before a change, and as long as a start takes; more at every try in which it came too late. In its first five seconds a
 * Prometheus knows no Alertmanager yet, and what it has to say then is lost until it says it again.
 */
const leadS = 8;
const reachS = 6;
const triesAtMost = 3;
const courseS = 6;
const stageMs = 150_000;
/** How long a Prometheus may take until it evaluates, and then until it has restored alerts. */
const startMs = 40_000;
const restoredMs = 5000;
/** After its group had waited. On a busy machine a change may come so soon after the clock was moved on that it is only received when it is said again. */
const deliveryMs = 8000 + resendS * 1000;
/** A change that was foreseen may come so much later. */
const lateMs = 30_000;
const dayS = 86_400;

export interface ProofHooks {
  record(evidence: Evidence): void;
  say(text: string): void;
}

/**
 * Makes the alerts of one provocation fire and resolve, and records what came of it. When it returns the system is healed and the alerts are inactive;
 * `resolved` is done when their resolution was received, or was due and did not come.
 */
export async function prove(
  proving: Proving,
  session: Session,
  provocation: Provocation,
  { record, say }: ProofHooks,
): Promise<{ resolved: Promise<void> }> {
  const { id, title, means, raises, mayRaise, breaks = [], system = 'first' } = provocation;
  const { signal, loaded } = proving;
  const fault = id;
  const rules = loaded.alerts.filter(({ name }) => raises.includes(name));
  const observer = new Observer({ fault, session, rules: loaded.alerts }, record);
  const look = () => observer.look();
  await until(look, { forMs: 20_000, signal });
  for (const rule of rules) if (observer.of(rule.name).length === 0) observer.inactive(rule.name, rule.labels);

  const heal = await provocation.begin(session);
  const about = { title, means, raises: [...raises], mayRaise: [...mayRaise], breaks: [...breaks], system };
  record({ kind: 'fault', fault, ...about, atEpochMs: Date.now() });
  observer.isFaultOn = true;
  let healed = false;
  const healOnce = async () => {
    if (healed) return;
    healed = true;
    observer.isFaultOn = false;
    await heal();
    record({ kind: 'healed', fault, atEpochMs: Date.now() });
  };
  try {
    const clock = clockOf(proving, session, provocation, observer, { record, say });
    const isFiring = (name: string) => observer.of(name).some(({ state }) => state === 'firing');
    const given = await clock.runUntil((name) => isFiring(name), rules);
    const fired = rules.filter(({ name }) => !given.includes(name));
    const routed = fired.map((rule) => recordRoutes(proving, observer, rule, record, breaks));
    const waits = routed.flatMap(({ routes }) => routes.map(({ groupWaitS }) => groupWaitS));
    await until(
      async () => {
        await look();
        return routed.every((one) => one.inhibited || one.arrived('firing'));
      },
      { forMs: Math.max(0, ...waits) * 1000 + deliveryMs, signal },
    );
    await healOnce();
    clock.settle();
    await clock.runUntil((name) => observer.of(name).length === 0, fired);
    const intervals = routed.flatMap(({ routes }) => routes.map(({ groupIntervalS }) => groupIntervalS));
    const resolved = until(
      async () => {
        await look();
        return routed.every((one) => one.inhibited || one.arrived('resolved'));
      },
      { forMs: Math.max(0, ...intervals) * 1000 + deliveryMs, signal },
    ).then(() => {});
    return { resolved };
  } finally {
    await healOnce();
  }
}

/**
 * Waits until a Prometheus has evaluated its rules and taken up the alerts that were active: it restores since when they are after its second evaluation.
 * @returns alerts that it has not taken up, so that their `for` begins anew
 */
async function takenUp(
  session: Session,
  before: readonly { name: string; hasFor: boolean }[],
  begunMs: number,
  signal: AbortSignal,
): Promise<{ isReady: boolean; lost: string[] }> {
  let lost = before.map(({ name }) => name);
  let isReady = false;
  let evaluatedAt = Number.POSITIVE_INFINITY;
  const isDone = async () => {
    const active = await session.alerts();
    if (active === null) return false;
    isReady = true;
    evaluatedAt = Math.min(evaluatedAt, performance.now());
    const isBack = ({ name, hasFor }: (typeof before)[number]) =>
      active.some((one) => one.name === name && (one.activeAtMs < begunMs || !hasFor));
    lost = before.filter((one) => !isBack(one)).map(({ name }) => name);
    // An alert that has ended is not waited for long.
    return lost.length === 0 || performance.now() - evaluatedAt > restoredMs;
  };
  await until(isDone, { forMs: startMs, signal });
  return { isReady, lost };
}

/** The clock of a session: it is moved on to shortly before something is to happen that would take long. */
function clockOf(
  proving: Proving,
  session: Session,
  provocation: Provocation,
  observer: Observer,
  { record, say }: ProofHooks,
) {
  const { loaded, signal, programs, keepS } = proving;
  const derived = derivedOf(loaded);
  let changedAt = performance.now();
  let predictions = 0;
  const settle = () => {
    changedAt = performance.now();
  };
  /** Whether nothing is left but that the `for` of each goes by: when that is over is known. */
  const isPending = (rules: readonly LoadedAlert[]) =>
    rules.length > 0 &&
    rules.every(({ name }) => {
      const active = observer.of(name);
      return active.length > 0 && active.every(({ state }) => state === 'pending');
    });

  /** Seconds until each alert changes, by its `for` or by what Prometheus says of its expression. */
  const ahead = async (rules: readonly LoadedAlert[]): Promise<Map<string, number | null>> => {
    const found = new Map<string, number | null>();
    const asked: LoadedAlert[] = [];
    const remaining = (alert: ActiveAlert, { forS }: LoadedAlert) => forS - (Date.now() - alert.activeAtMs) / 1000;
    for (const rule of rules) {
      const pending = observer.of(rule.name).find(({ state }) => state === 'pending');
      if (pending === undefined) asked.push(rule);
      else found.set(rule.name, remaining(pending, rule));
    }
    if (asked.length === 0) return found;
    const recording = await session.history();
    const { nowS } = recording;
    const named = new Set(
      asked.flatMap(({ expression }) => metricsIn(writtenOut(expression, loaded.recorded), proving.metrics)),
    );
    const series = recording.series.filter(({ labels }) => named.has(labels.__name__ ?? ''));
    const horizonS = Math.min(dayS, keepS + Math.max(...asked.map(({ forS }) => forS)));
    const answers = await changesAhead(
      programs,
      {
        ...{ series, nowS, horizonS },
        ahead: provocation.ahead?.(nowS, horizonS) ?? continued(series, { derived, nowS, courseS, horizonS }),
      },
      asked.map(({ name, expression }) => ({
        expression: writtenOut(expression, loaded.recorded),
        active: observer.of(name).length > 0,
      })),
      { folder: join(proving.folder, `${provocation.id}-ahead-${++predictions}`), signal },
    );
    for (const [at, rule] of asked.entries()) found.set(rule.name, answers[at] ?? null);
    return found;
  };

  const waiting = (name: string) => {
    return { name, hasFor: loaded.alerts.some((one) => one.name === name && one.forS > 0) };
  };

  /** Moves on by so much, or by less where an alert that was active would have ended before it could be taken up. */
  const jump = async (changeAtS: number, why: string) => {
    const recording = await session.history();
    const { nowS, series } = recording;
    const before = [...observer.active.values()]
      .map(({ name }) => name)
      .filter((name) => provocation.raises.includes(name));
    observer.resumed();
    let byS = changeAtS - nowS - leadS - 1.5 * proving.speed.startS;
    for (let tries = 1; ; tries++) {
      say(`${provocation.title}: the clock moves on by ${Math.round(byS)} s, ${why}`);
      const moved = jumped(series, { byS, nowS, courseS, keepS: (name) => proving.keepOf(name) + byS, derived });
      const own = provocation.movedOn?.(byS, nowS);
      const isState = ({ labels }: Series) => labels.__name__ === 'ALERTS_FOR_STATE';
      const begunMs = nowS * 1000;
      await session.goOn(own === undefined ? moved : [...own, ...moved.filter(isState)]);
      const { isReady, lost } = await takenUp(session, before.map(waiting), begunMs, signal);
      const downS = (Date.now() - begunMs) / 1000;
      if (tries === 1) proving.speed.startS = downS;
      record({
        kind: 'jump',
        fault: provocation.id,
        byS,
        downS,
        atEpochMs: begunMs,
        why,
        lost: isReady ? lost : before,
      });
      // Seconds that are left before the change.
      const leftS = changeAtS - byS - Date.now() / 1000;
      const lessS = leadS - leftS + 1.5 * proving.speed.startS;
      if ((lost.length === 0 && leftS >= reachS) || tries === triesAtMost || byS <= lessS) break;
      // Back again: what was moved on counts from the beginning.
      provocation.movedOn?.(-byS, nowS);
      record({
        kind: 'jump',
        fault: provocation.id,
        byS: -byS,
        downS: 0,
        atEpochMs: begunMs,
        why: 'it was too far',
        lost: [],
      });
      byS -= lessS;
    }
    settle();
  };

  return {
    settle,
    /** @returns alerts that did not come to be so */
    async runUntil(isSo: (name: string) => boolean, rules: readonly LoadedAlert[]): Promise<string[]> {
      const end = performance.now() + stageMs;
      const due = new Map<string, number>();
      const given = new Set<string>();
      for (;;) {
        const evaluated = await observer.look();
        const open = rules.filter(({ name }) => !isSo(name) && !given.has(name));
        if (evaluated && open.length === 0) return [...given];
        const now = performance.now();
        if (now > end) return [...given, ...open.map(({ name }) => name)];
        for (const { name } of open) if (now > (due.get(name) ?? Number.POSITIVE_INFINITY)) given.add(name);
        const enoughMs = isPending(open) ? (courseS + 1) * 1000 : settleMs;
        if (now < changedAt + enoughMs || !evaluated) {
          signal.throwIfAborted();
          await new Promise((resolve) => setTimeout(resolve, 150));
          continue;
        }
        const askedAtS = Date.now() / 1000;
        const found = await ahead(open);
        for (const { name } of open) {
          const inS = found.get(name) ?? null;
          if (inS === null) given.add(name);
          else due.set(name, performance.now() + inS * 1000 + lateMs);
        }
        const nexts = [...found].filter((one): one is [string, number] => one[1] !== null && !given.has(one[0]));
        const [name, next] = nexts.sort(([, a], [, b]) => a - b)[0] ?? ['', 0];
        const changeAtS = askedAtS + next;
        const byS = changeAtS - Date.now() / 1000 - leadS - 1.5 * proving.speed.startS;
        if (byS >= worthS) {
          for (const one of due.keys()) due.set(one, (due.get(one) ?? 0) - byS * 1000 + settleMs);
          await jump(changeAtS, `to shortly before ${name} changes`);
          // However long it took to start: what is due by now has as long again to be evaluated.
          for (const [one, at] of due) due.set(one, Math.max(at, performance.now() + lateMs));
        } else settle();
      }
    },
  };
}
