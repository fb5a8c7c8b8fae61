import type { Recorded } from '../../../part.ts';
import type { Evidence, Kind } from './evidence.ts';

/** What was seen of one alert under the fault that is to raise it. Times are of the wall clock, ms; null: it was not seen. */
export interface Proof {
  readonly alert: Kind<'set'>['alerts'][number];
  readonly fault: Kind<'fault'>;
  /** Before the fault. */
  readonly inactiveAt: number | null;
  readonly pendingAt: number | null;
  readonly firingAt: number | null;
  /** Since when it was true by Prometheus, before the clock was moved on. */
  readonly activeAt: number | null;
  readonly healedAt: number | null;
  readonly resolvedAt: number | null;
  readonly routed: Kind<'routed'> | null;
  readonly deliveries: readonly Delivery[];
  /** Receivers that were told of it though no route leads it there. */
  readonly strangers: readonly string[];
  /** By how much the clock was moved on before it was pending, from then until it fired, and after the fault; seconds. */
  readonly movedS: { readonly crossing: number; readonly hold: number; readonly clearing: number };
  /** For how long no Prometheus evaluated meanwhile, seconds. */
  readonly downS: { readonly crossing: number; readonly hold: number };
  /** It was true, then not, then true again before it fired. */
  readonly beganAnew: boolean;
  /** Why it may be that only this proof, on a machine that is too busy, kept it from firing or arriving in time; null: nothing speaks for that. */
  readonly disturbance: string | null;
  /** Why the proof did not come to its end; null: it did. */
  readonly error: string | null;
}

/** What one integration that the alert is routed to was sent. */
export interface Delivery {
  readonly receiver: string;
  readonly integration: string;
  readonly groupWaitS: number;
  readonly sendResolved: boolean;
  readonly muteTimes: readonly string[];
  readonly dedupKey: string;
  /** Those that were taken: of its beginning, and of its end, which cannot come before it. */
  readonly firing: readonly Kind<'message'>[];
  readonly resolved: readonly Kind<'message'>[];
  /** Answers to those that were not taken. */
  readonly refused: readonly string[];
  /** The fault is that it takes nothing. */
  readonly isBroken: boolean;
}

/** Where it is not known when an alert was last seen active: states are looked at a little later than messages arrive, ms. */
const seenLateMs = 5000;
/** A Prometheus that starts knows no Alertmanager for so long, ms. */
const unheardMs = 5000;

/** One for each alert and fault that is to raise it. */
export function proofsOf(evidence: readonly Recorded<Evidence>[]): Proof[] {
  const all = evidence.map(({ data }) => data);
  const set = all.find((one) => one.kind === 'set');
  const faults = all.filter((one) => one.kind === 'fault');
  return faults.flatMap((fault) =>
    fault.raises.flatMap((name): Proof[] => {
      const alert = set?.alerts.find((one) => one.name === name);
      return alert === undefined ? [] : [proofOf(alert, fault, all)];
    }),
  );
}

function proofOf(alert: Proof['alert'], fault: Kind<'fault'>, all: readonly Evidence[]): Proof {
  const ofFault = all.filter((one) => 'fault' in one && one.fault === fault.fault);
  const of = <K extends Evidence['kind']>(kind: K) => ofFault.filter((one): one is Kind<K> => one.kind === kind);
  const states = of('state').filter((one) => one.alert === alert.name);
  const inState = (state: string, sinceMs: number) =>
    states.find((one) => one.state === state && one.atEpochMs >= sinceMs) ?? null;
  const began = fault.atEpochMs;
  const sinceMs = fault.means === 'none' ? 0 : began;
  const healedAt = of('healed')[0]?.atEpochMs ?? null;
  const before = states.filter((one) => one.atEpochMs <= began).at(-1);
  const firing = inState('firing', sinceMs);
  // What was true for a moment only, and of what fired: its `for` counts from when it was true for good.
  const ofFiring = (one: Kind<'state'>) =>
    firing === null || (one.atEpochMs <= firing.atEpochMs && isSame(one.labels, firing.labels));
  const pendings = states.filter((one) => one.state === 'pending' && one.atEpochMs >= began && ofFiring(one));
  const pending = (firing === null ? pendings[0] : pendings.at(-1)) ?? null;
  const firingAt = firing?.atEpochMs ?? null;
  // Without a `for` it fires as soon as it is true.
  const pendingAt =
    pending !== null && (firingAt === null || pending.atEpochMs <= firingAt) ? pending.atEpochMs : firingAt;
  const resolved = healedAt === null || firingAt === null ? null : inState('inactive', Math.max(healedAt, firingAt));
  const routed = of('routed').find((one) => one.alert === alert.name) ?? null;
  const messages = of('message').filter((one) => one.alerts.some(({ name }) => name === alert.name));
  const jumps = (fromMs: number, toMs: number) =>
    of('jump').filter(({ atEpochMs }) => atEpochMs >= fromMs && atEpochMs < toMs);
  const moved = (fromMs: number, toMs: number) => jumps(fromMs, toMs).reduce((sum, { byS }) => sum + byS, 0);
  const down = (fromMs: number, toMs: number) => jumps(fromMs, toMs).reduce((sum, { downS }) => sum + downS, 0);
  const end = Number.POSITIVE_INFINITY;
  return {
    ...{ alert, fault, pendingAt, firingAt, healedAt, resolvedAt: resolved?.atEpochMs ?? null, routed },
    inactiveAt: before?.state === 'inactive' ? before.atEpochMs : null,
    activeAt: (pending ?? firing)?.activeAtEpochMs ?? null,
    deliveries: (routed?.routes ?? []).flatMap(({ receiver, integrations, ...route }) =>
      integrations.map(({ kind, index, sendResolved }): Delivery => {
        const own = messages.filter(
          (one) => one.receiver === receiver && one.integration === kind && one.index === index,
        );
        const { groupWaitS, muteTimes, dedupKey } = route;
        const taken = own.filter((one) => one.taken);
        const endMs = resolved?.lastOtherEpochMs ?? (resolved?.atEpochMs ?? end) - seenLateMs;
        return {
          ...{ receiver, integration: kind, groupWaitS, sendResolved, muteTimes, dedupKey },
          firing: taken.filter(({ status, atEpochMs }) => status === 'firing' && atEpochMs >= sinceMs),
          resolved: taken.filter(({ status, atEpochMs }) => status === 'resolved' && atEpochMs >= endMs),
          refused: own.filter((one) => !one.taken).map(({ answer }) => answer),
          isBroken: fault.breaks.includes(receiver),
        };
      }),
    ),
    strangers: strangersOf(alert.name, of('message'), of('routed')),
    movedS: {
      crossing: moved(began, pendingAt ?? end),
      hold: pendingAt === null ? 0 : moved(pendingAt, firingAt ?? end),
      clearing: healedAt === null ? 0 : moved(healedAt, end),
    },
    downS: {
      crossing: down(began, pendingAt ?? end),
      hold: pendingAt === null ? 0 : down(pendingAt, firingAt ?? end),
    },
    beganAnew: pendings.length > 1,
    disturbance: disturbanceOf(
      { name: alert.name, changes: [firing, resolved].flatMap((one) => one?.atEpochMs ?? []) },
      of('jump'),
      of('unscraped'),
    ),
    error: of('ended').length === 0 ? 'it was cut off' : (of('ended')[0]?.error ?? null),
  };
}

/** A message is a stranger where it speaks only of alerts whose receivers are known, and its own is none of them. */
function strangersOf(
  name: string,
  messages: readonly Kind<'message'>[],
  routed: readonly Kind<'routed'>[],
): readonly string[] {
  const receiversOf = (alert: string) => routed.find((one) => one.alert === alert)?.receivers;
  const strange = messages.filter(
    ({ receiver, alerts }) =>
      alerts.some((one) => one.name === name) &&
      alerts.every((one) => receiversOf(one.name)?.includes(receiver) === false),
  );
  return [...new Set(strange.map(({ receiver }) => receiver))];
}

function disturbanceOf(
  { name, changes }: { name: string; changes: readonly number[] },
  jumps: readonly Kind<'jump'>[],
  unscraped: readonly Kind<'unscraped'>[],
): string | null {
  const gap = unscraped.find(({ alert }) => alert === name);
  if (gap !== undefined) {
    const shown = Object.entries(gap.failed).map(([job, count]) => `${count} of job ${job}`);
    return `it ended while the fault was on, after scrapes had failed (${shown.join(', ')})`;
  }
  if (jumps.some(({ lost, byS }) => byS > 0 && lost.includes(name)))
    return 'while the clock was moved on it was not taken up, so that its for began anew';
  const isUnheard = (ms: number) =>
    jumps.some(({ atEpochMs, downS }) => ms >= atEpochMs && ms < atEpochMs + downS * 1000 + unheardMs);
  return changes.some(isUnheard)
    ? 'it changed just after the clock was moved on, when Prometheus does not know its Alertmanager yet'
    : null;
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
