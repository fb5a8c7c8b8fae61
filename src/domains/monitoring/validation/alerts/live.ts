import { freePort } from '../../../../environment/free-port.ts';
import type { LoadedAlert } from '../stack/prometheus.ts';
import type { FaultedSample, Target } from '../stack/stack.ts';
import type { FaultedSystem, LiveFault } from './fault.ts';
import { Observer } from './observe.ts';
import { type ProofHooks, type Provocation, prove } from './prove.ts';
import { recordRoutes } from './routes.ts';
import { type Proving, provingOf, quietHistory, type Recording, type Session, startSession, until } from './session.ts';
import { type SharedDeed, sharedDeed } from './shared-deed.ts';

/** History is of a quiet time, so that a fault shows as soon as it would at night. */
const pace = 0.1;
const courseS = 20;
const quietMs = 10_000;
/** What fires as a Prometheus starts is said before it knows its Alertmanager, and again later; then twice. */
const deadManMs = 110_000;

export interface LiveProofs {
  readonly sample: FaultedSample;
  readonly faults: readonly LiveFault[];
  /** What is looked at while nothing is wrong; null: that is seen of another system. */
  readonly calm: Calm | null;
  /** Waits until faults may be made. */
  quietIsOver(): Promise<void>;
  /** What was recorded of the sample by the shared Prometheus. */
  baseline(): Promise<Recording>;
}

export interface Calm {
  /** Alerts that fire always. */
  readonly always: readonly LoadedAlert[];
  /** Alerts that fire for want of a program on this machine. */
  readonly excused: readonly string[];
}

/**
 * Faults that are done to the sample system: one after the other where one shows in the other's alerts. Every alert has a session of its own, so that
 * its group is a new one and its clock is moved for it alone; those of one fault see it at the same time.
 */
export async function proveLive(
  proving: Proving,
  { sample, faults, calm: wanted, quietIsOver, baseline }: LiveProofs,
  hooks: ProofHooks,
  tails: Promise<void>[],
  failed: (error: unknown, fault: string) => void,
): Promise<void> {
  const quiet = await baseline();
  const begin = async (id: string, own: Proving) => {
    const fresh = await baseline();
    const history = quietHistory(own, quiet, fresh, { courseS, pace });
    return startSession(own, { id, history, targets: sample.targets });
  };
  const one = async (fault: LiveFault, alert: string, deed: SharedDeed<FaultedSystem>) => {
    const provocation = provocationOf(fault, alert, sample, deed);
    const { id } = provocation;
    let session: Session | null = null;
    let hasBegun = false;
    try {
      const own = provingOf(proving, alert);
      session = await begin(id, own);
      const { resolved } = await prove(
        own,
        session,
        {
          ...provocation,
          begin(at) {
            hasBegun = true;
            return provocation.begin(at);
          },
        },
        hooks,
      );
      const ending = session;
      tails.push(
        resolved
          .then(() => hooks.record({ kind: 'ended', fault: id, error: null, atEpochMs: Date.now() }))
          .catch((error: unknown) => failed(error, id))
          .finally(() => ending.end()),
      );
    } catch (error) {
      if (!hasBegun) deed.leave();
      await session?.end();
      failed(error, id);
    }
  };
  const all = async (fault: LiveFault) => {
    hooks.say(fault.title);
    const deed = sharedDeed<FaultedSystem>(fault.raises.length, async (at) => {
      // Sessions may be got ready while the quiet time goes on.
      if (fault.turn !== null) await calm?.quiet;
      return fault.begin(at);
    });
    await together(fault.raises.map((alert) => one(fault, alert, deed)));
  };
  // Nothing is wrong: what fires here fires for nothing. It goes on while faults are tried.
  const calm = wanted === null ? null : nothingWrong(proving, await begin('none', proving), wanted, hooks);
  const beside = together(faults.filter(({ turn }) => turn === null).map(all));
  if (calm !== null) tails.push(calm.ended);
  await quietIsOver();
  const turns = [...new Set(faults.flatMap(({ turn }) => turn ?? []))].sort((a, b) => a - b);
  for (const now of turns) await together(faults.filter(({ turn }) => turn === now).map(all));
  await beside;
}

/** Waits for all, also where one fails. @throws what the first of them that failed did */
async function together(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function provocationOf(
  { id, title, raises, mayRaise, breaks = [], system = 'first' }: LiveFault,
  alert: string,
  sample: FaultedSample,
  deed: SharedDeed<FaultedSystem>,
): Provocation {
  return {
    ...{ id: raises.length === 1 ? id : `${id}-${alert}`, title, means: 'live', raises: [alert], breaks, system },
    mayRaise: [...raises.filter((name) => name !== alert), ...mayRaise],
    begin: ({ standIns, alertmanager, setTargets }: Session) =>
      deed.begin({
        ...{ sample, visitors: sample.visitors },
        targets: {
          without: (...jobs) => setTargets({ ...sample.targets, ...changed(jobs, () => []) }),
          async unreachable(...jobs) {
            const address = `127.0.0.1:${await freePort()}`;
            const moved = (job: string) =>
              (sample.targets[job] ?? []).map(({ instance }): Target => ({ address, instance }));
            await setTargets({ ...sample.targets, ...changed(jobs, moved) });
          },
          restore: () => setTargets(sample.targets),
        },
        receivers: {
          fail: (receiver, status) => standIns.behave({ kind: 'status', status }, { receiver }),
          restore: () => standIns.behave({ kind: 'ok' }),
        },
        post: (labels, resolved) =>
          alertmanager.post([{ labels, ...(resolved ? { endsAt: new Date().toISOString() } : {}) }]),
      }),
  };
}

/** By job, what its targets are now. */
function changed(jobs: readonly string[], to: (job: string) => readonly Target[]): Record<string, readonly Target[]> {
  return Object.fromEntries(jobs.map((job) => [job, to(job)]));
}

/** A session in which nothing is done, and in which the alerts that always fire are received. */
function nothingWrong(
  proving: Proving,
  session: Session,
  { always, excused }: Calm,
  { record }: ProofHooks,
): { quiet: Promise<void>; ended: Promise<void> } {
  const fault = 'none';
  const { signal, loaded } = proving;
  const observer = new Observer({ fault, session, rules: loaded.alerts }, record);
  const raises = always.map(({ name }) => name);
  const means = 'none' as const;
  const title = 'Nothing is wrong';
  const where = { breaks: [], system: 'first' };
  record({ kind: 'fault', fault, title, means, raises, mayRaise: [...excused], ...where, atEpochMs: Date.now() });
  const begun = performance.now();
  const look = async () => {
    await observer.look();
  };
  let isRouted = false;
  const quiet = until(
    async () => {
      await look();
      // Where they go is known from the labels that they have.
      if (!isRouted && always.every(({ name }) => observer.of(name).length > 0)) {
        isRouted = true;
        for (const rule of always) recordRoutes(proving, observer, rule, record);
      }
      return performance.now() - begun > quietMs;
    },
    { forMs: quietMs + 1000, signal },
  ).then(() => {});
  const ended = quiet
    .then(() =>
      until(
        async () => {
          await observer.look();
          return raises.every((name) => observer.messages.filter(({ names }) => names.includes(name)).length > 1);
        },
        { forMs: deadManMs, signal },
      ),
    )
    .then(() => record({ kind: 'ended', fault, error: null, atEpochMs: Date.now() }))
    .finally(() => session.end());
  return { quiet, ended };
}
