import { setTimeout as sleep } from 'node:timers/promises';
import type { RehearsalContext } from '../rehearsal.ts';
import { planWitness, Witness } from '../witness/witness.ts';
import type { Answers, Evidence } from './evidence.ts';
import { migrationName } from './steps/apply.ts';
import type { Direction, Outcome } from './steps/step.ts';
import type { Target } from './target.ts';
import { Blocker } from './watch/blocker.ts';
import { OwnStalls, TableClients, type Timed } from './watch/clients.ts';
import { LockWatch } from './watch/locks.ts';

const statementsPerSecond = 40;
const lookEveryMs = 200;
/** Who began to wait at the end of a step is answered by then. */
const tailMs = 300;

interface Window {
  step: string | null;
  direction: Direction;
  fromMs: number;
  toMs: number;
}

/** Users' requests and statements that stand in for them, while something is done to the database, and who waits for whom. */
export class UnderLoad {
  readonly #context: RehearsalContext<Evidence>;
  readonly #target: Target;
  readonly #locks: LockWatch;
  readonly #stalls: OwnStalls;
  readonly #clients: TableClients;
  readonly #witness: Witness | null;
  readonly #watch: NodeJS.Timeout;
  readonly #windows: Window[] = [];
  #blocker: Blocker | null = null;

  private constructor(
    context: RehearsalContext<Evidence>,
    target: Target,
    parts: { locks: LockWatch; clients: TableClients; witness: Witness | null },
  ) {
    this.#context = context;
    this.#target = target;
    this.#locks = parts.locks;
    this.#clients = parts.clients;
    this.#witness = parts.witness;
    this.#stalls = new OwnStalls(context.now);
    this.#watch = setInterval(() => this.#seconds(), lookEveryMs);
  }

  /** Load begins. @param tables that the migration touches @throws ShakedownError DATABASE_UNREACHABLE, TRAFFIC_…, PLAN_… */
  static async begin(
    context: RehearsalContext<Evidence>,
    target: Target,
    tables: readonly string[],
  ): Promise<UnderLoad> {
    const { config, staging, signal, now } = context;
    const { baseUrl } = staging.switch;
    const clients = await TableClients.of(target.url, tables, now);
    const locks = new LockWatch(target.url, migrationName, now);
    const witness = target.meetsTraffic ? new Witness({ config, baseUrl, signal, now }) : null;
    const plan = witness === null ? null : await planWitness({ config, baseUrl, signal });
    await locks.start();
    const load = new UnderLoad(context, target, { locks, clients, witness });
    if (plan !== null) witness?.start(plan);
    clients.start(statementsPerSecond);
    return load;
  }

  /** Nothing is done yet. */
  async settle(ms: number, signal: AbortSignal): Promise<void> {
    const fromMs = this.#context.now();
    await sleep(ms, undefined, { signal });
    this.#windows.push({ step: null, direction: 'up', fromMs, toMs: this.#context.now() });
  }

  /** From now on somebody sits on locks of the tables. */
  block(tables: readonly string[], eachMs: number): void {
    if (eachMs > 0) this.#blocker = new Blocker(this.#target.url, tables, eachMs);
  }

  async during(step: string, direction: Direction, work: () => Promise<Outcome>): Promise<Outcome> {
    const { now, signal } = this.#context;
    const fromMs = now();
    const outcome = await work();
    await sleep(tailMs, undefined, { signal });
    this.#windows.push({ step, direction, fromMs, toMs: now() });
    return outcome;
  }

  /** Load ends, and what was seen is recorded. */
  async end(): Promise<void> {
    const { record } = this.#context;
    try {
      await this.#blocker?.stop();
    } finally {
      await this.#witness?.stop();
      await this.#clients.stop();
      clearInterval(this.#watch);
      this.#seconds();
      this.#stalls.stop();
      await this.#locks.stop();
    }
    if (this.#blocker !== null) {
      record({ kind: 'blocker', heldMs: this.#blocker.heldMs, times: this.#blocker.times });
    }
    for (const window of this.#windows) record(this.#seen(window));
  }

  #seen(window: Window): Evidence {
    const { fromMs, toMs, step, direction } = window;
    const users =
      this.#witness === null
        ? null
        : this.#witness.sent
            .filter(({ kind }) => kind === 'replay')
            .map(({ label, sentMs, endMs, error }): Timed => ({ label, fromMs: sentMs, toMs: endMs, error }));
    const waits = this.#locks.waits.filter((wait) => overlap(wait, window));
    const longest = waits.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0];
    const looks = this.#locks.looks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    return {
      kind: 'load',
      ...{ step, direction, tookMs: toMs - fromMs },
      users: users === null ? null : this.#answers(users, window),
      statements: this.#answers(this.#clients.timed, window),
      lockWaitMs: longest === undefined ? 0 : longest.toMs - longest.fromMs,
      waiters: Math.max(0, ...looks.map(({ waiters }) => waiters)),
      waited: longest?.what ?? '',
      locks: [...new Set(looks.flatMap((look) => look.locks))].sort(),
    };
  }

  #answers(all: readonly Timed[], window: Window): Answers {
    const limitMs = this.#context.config.rehearsal.migration.worstMs;
    const within = all.filter((each) => overlap(each, window));
    const worst = within.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0];
    const slow = within.filter(({ fromMs, toMs }) => toMs - fromMs > limitMs);
    const waits = this.#locks.waits.filter(({ fromMs, toMs }) => toMs - fromMs >= limitMs / 2);
    const failed = within.filter(({ error }) => error !== null);
    return {
      ...{ requests: within.length, failed: failed.length },
      example: failed[0] === undefined ? '' : `${failed[0].label}: ${failed[0].error}`,
      worstMs: worst === undefined ? 0 : worst.toMs - worst.fromMs,
      worst: worst?.label ?? '',
      slow: slow.length,
      slowByLock: slow.filter((each) => waits.some((wait) => overlap(wait, each))).length,
      slowByClient: slow.filter((each) => stallsWithin(this.#stalls.stalls, each) >= each.toMs - each.fromMs - limitMs)
        .length,
    };
  }

  #seconds(): void {
    const { staging, second } = this.#context;
    for (const each of this.#witness?.takeSeconds(staging.weights) ?? []) second(each);
  }
}

type Span = { fromMs: number; toMs: number };

function overlap(a: Span, b: Span): boolean {
  return a.toMs >= b.fromMs && a.fromMs <= b.toMs;
}

function stallsWithin(stalls: readonly Span[], span: Span): number {
  return stalls
    .filter((stall) => overlap(stall, span))
    .reduce((sum, stall) => sum + Math.min(stall.toMs, span.toMs) - Math.max(stall.fromMs, span.fromMs), 0);
}
