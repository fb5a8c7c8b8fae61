import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lives } from '../../../evidence/process.ts';
import { ShakedownError } from '../../../model/error.ts';
import { standingOf } from '../standing.ts';
import { endSwitch, startSwitch, switchOf } from '../switch/start.ts';
import { type Instance, setAndReadBack, type TrafficSwitch, type Weights } from '../switch/traffic-switch.ts';
import { checkArtifacts, checkDeclared } from './artifacts.ts';
import { checkAndWarmUp } from './check.ts';
import { type Difference, differenceOf } from './difference.ts';
import type { DeployDriver } from './driver.ts';
import { driverOf } from './driver-of.ts';
import { endShared, startShared } from './local.ts';
import type { StagingSettings } from './staging-settings.ts';
import { readState, removeState, type Side, type StagingState, writeState } from './state.ts';
import { runUndo, type Undo } from './undo.ts';

const drainLookMs = 100;
const noSwitch = { driver: 'embedded', version: '', baseUrl: '', control: '', log: null, process: null };

/**
 * The staging system: versions side by side, and what moves traffic between them. What is started is in the state file before anything else is done, so
 * that another process finds it and can end it.
 */
export class Staging {
  #state: StagingState;
  readonly #settings: StagingSettings;
  readonly switch: TrafficSwitch;

  private constructor(state: StagingState, settings: StagingSettings) {
    this.#state = state;
    this.#settings = settings;
    this.switch = switchOf(state.switch, settings.deployment, settings.folder);
  }

  /** The one that runs; null: none does. @throws ShakedownError STAGING_STATE */
  static async find(settings: StagingSettings): Promise<Staging | null> {
    const state = readState(settings.stateFile);
    return state === null ? null : new Staging(state, settings);
  }

  /** Starts what all versions share, and the switch; no version yet. @throws ShakedownError DEPLOYMENT_FAILED, SWITCH_MISSING */
  static async start(settings: StagingSettings, signal: AbortSignal): Promise<Staging> {
    const { deployment, system, stateFile } = settings;
    const scratch = await mkdtemp(join(tmpdir(), 'shakedown-staging-'));
    let state: StagingState = {
      ...{ format: 'shakedown.staging/1', driver: deployment.driver, scratch, shared: null, switch: noSwitch },
      ...{ sides: [], weights: {}, moving: null, undo: [] },
    };
    const save = (change: Partial<StagingState>) => {
      state = { ...state, ...change };
      writeState(stateFile, state);
    };
    try {
      if (system !== null) save({ shared: await startShared(system, scratch, (shared) => save({ shared }), signal) });
      save({ switch: await startSwitch(deployment, scratch) });
      return new Staging(state, settings);
    } catch (error) {
      await endShared(state.shared);
      await rm(scratch, { recursive: true, force: true });
      removeState(stateFile);
      throw error;
    }
  }

  get sides(): readonly Side[] {
    return this.#state.sides;
  }

  get weights(): Weights {
    return this.#state.weights;
  }

  /** Where its processes write: of this user only, and gone when it ends. */
  get scratch(): string {
    return this.#state.scratch;
  }

  /** Of the project: where commands run. */
  get folder(): string {
    return this.#settings.folder;
  }

  /** How two sides are known to be of different versions. */
  difference(a: Side, b: Side): Difference {
    return differenceOf(a, b, this.#settings.system);
  }

  get driver(): string {
    return this.#state.driver;
  }

  /** What every version is given, such as DATABASE_URL; secrets among it. */
  get environment(): Readonly<Record<string, string>> {
    return this.#state.shared?.environment ?? {};
  }

  /** Answers 200 when an instance may be given traffic. */
  get healthPath(): string {
    return this.#driver().healthPath;
  }

  /** The side that has most of the traffic; null: none has any. */
  get current(): Side | null {
    const share = ({ name }: Side) => this.#state.weights[name] ?? 0;
    const [most] = [...this.#state.sides].sort((a, b) => share(b) - share(a));
    return most === undefined || share(most) === 0 ? null : most;
  }

  side(name: string): Side | null {
    return this.#state.sides.find((each) => each.name === name) ?? null;
  }

  /** What is missing to serve: a process has ended that all traffic needs, where it is, or is to go back to. null: nothing. */
  broken(): string | null {
    const { shared, switch: standing, sides, moving } = this.#state;
    const weights = moving?.weights ?? this.#state.weights;
    if (shared !== null && !lives(shared.process)) return 'what all versions share has ended';
    if (standing.process !== null && !lives(standing.process)) return 'the switch has ended';
    const gone = sides
      .filter(({ name }) => (weights[name] ?? 0) > 0)
      .flatMap(({ instances }) => instances)
      .find(({ process }) => process !== null && !lives(process));
    return gone === undefined ? null : `${gone.name} has ended`;
  }

  /**
   * Brings a version up on a side that is free, checks it, warms it up, and connects it to the switch without traffic.
   * @param more variables of its environment, beside what every version has
   * @throws ShakedownError DEPLOYMENT_FAILED, DEPLOYMENT_NOT_READY; what was begun of it is ended
   */
  async up(
    name: string,
    version: string,
    signal: AbortSignal,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Side> {
    if (this.side(name) !== null) await this.down(name);
    const driver = this.#driver();
    const { readyMs, warmUpMs } = this.#settings.deployment;
    const { healthPath, warmUpPaths, artifactPath } = driver;
    let begun: Side | null = null;
    try {
      const side = await driver.up(
        version,
        name,
        (soFar) => {
          begun = soFar;
          this.#save({ sides: [...this.#others(name), soFar] });
        },
        signal,
        more,
      );
      checkDeclared(side, this.#settings.declared);
      await checkAndWarmUp(side, { healthPath, warmUpPaths, readyMs, warmUpMs }, signal);
      if (artifactPath !== null) await checkArtifacts(side, artifactPath, signal);
      await this.#connect();
      return side;
    } catch (error) {
      if (begun === null) throw error;
      await this.down(name).catch((second: unknown) => {
        throw new AggregateError([error, second]);
      });
      throw error;
    }
  }

  /** Ends a side. @throws ShakedownError STAGING_IN_USE while it is given traffic */
  async down(name: string): Promise<void> {
    const side = this.side(name);
    if (side === null) return;
    if ((this.#state.weights[name] ?? 0) > 0) {
      throw new ShakedownError('STAGING_IN_USE', `${side.version} on ${name} gets traffic, so it is not ended.`, {
        hint: 'Move the traffic first.',
      });
    }
    const left = this.#others(name);
    await this.switch.connect(connections(left)).catch(() => {});
    await this.#driver().down(side);
    this.#save({ sides: left });
  }

  /** Moves traffic, and reads back where it goes. @throws ShakedownError SWITCH_WEIGHTS, SWITCH_UNREACHABLE, SWITCH_NOT_SET */
  async move(weights: Weights): Promise<void> {
    await setAndReadBack(this.switch, weights);
    this.#save({ weights: { ...weights } });
  }

  /** Waits until a side has nothing under way any more. @returns how long it took, ms; null: it still had when its time was over, or nobody can say */
  async drained(name: string, signal: AbortSignal): Promise<{ tookMs: number | null; left: number | null }> {
    const began = performance.now();
    const until = began + this.#settings.deployment.drainMs;
    for (;;) {
      const { inFlight } = await this.switch.read();
      const left = inFlight === null ? null : (inFlight[name] ?? 0);
      if (left === null) return { tookMs: null, left };
      if (left === 0) return { tookMs: performance.now() - began, left };
      if (performance.now() > until || signal.aborted) return { tookMs: null, left };
      await sleep(drainLookMs);
    }
  }

  /** From now on, whatever happens, the traffic is to go back to where it is. */
  beginMoving(): void {
    const by = standingOf(process.pid);
    const keep = this.#state.sides.map(({ name }) => name);
    this.#save({ moving: { by, weights: this.#state.weights, keep } });
  }

  /** From now on, until it is `undone`, whatever happens, what a command changes outside the switch is put back. @returns what is to be told who makes the change */
  toUndo(undo: Omit<Undo, 'doing'>): { doing(pid: number): void; undone(): void } {
    const others = this.#state.undo.filter(({ what }) => what !== undo.what);
    this.#save({ undo: [...others, { ...undo, doing: null }] });
    return {
      doing: (pid) => this.#save({ undo: [...others, { ...undo, doing: standingOf(pid) }] }),
      undone: () => this.#save({ undo: others }),
    };
  }

  async #undo(): Promise<void> {
    for (const one of this.#state.undo) {
      await runUndo(one, this.#settings.folder);
      this.#save({ undo: this.#state.undo.filter((each) => each !== one) });
    }
  }

  /** Puts the traffic back to where it was when it began to be moved, and ends the sides that were added since. @returns null: there was nothing to do */
  async restore(): Promise<{ wanted: Weights; found: Weights } | null> {
    const { moving } = this.#state;
    if (moving === null) return null;
    const wanted = moving.weights;
    if (Object.keys(wanted).length > 0) await this.move(wanted);
    for (const { name } of this.#state.sides.filter((each) => !moving.keep.includes(each.name))) {
      await this.drained(name, AbortSignal.timeout(this.#settings.deployment.drainMs));
      await this.down(name);
    }
    await this.#undo();
    const { weights: found } = await this.switch.read();
    this.#save({ moving: null });
    return { wanted, found };
  }

  /** Files in which the instances of sides noted their requests; empty: they note none. */
  async requestLogs(sides: readonly Side[]): Promise<string[]> {
    const driver = this.#driver();
    const noted = ({ instances }: Side) => instances.flatMap(({ log }) => (log === null ? [] : [log]));
    return (await Promise.all(sides.map((side) => driver.requestLogs?.(side) ?? noted(side)))).flat();
  }

  /** Ends everything, and removes what it left. @throws ShakedownError UNDO_FAILED when all else is done */
  async end(): Promise<void> {
    const failed = await this.#undo().then(
      () => null,
      (error: unknown) => error,
    );
    const { sides, scratch, switch: standing, shared } = this.#state;
    await endSwitch(standing);
    await this.switch.end?.();
    const driver = this.#driver();
    for (const side of sides) await driver.down(side);
    await endShared(shared);
    await rm(scratch, { recursive: true, force: true });
    removeState(this.#settings.stateFile);
    if (failed !== null) throw failed;
  }

  #driver(): DeployDriver {
    return driverOf(this.#settings, this.#state);
  }

  #others(name: string): Side[] {
    return this.#state.sides.filter((each) => each.name !== name);
  }

  #connect(): Promise<void> {
    return this.switch.connect(connections(this.#state.sides));
  }

  #save(change: Partial<StagingState>): void {
    this.#state = { ...this.#state, ...change };
    writeState(this.#settings.stateFile, this.#state);
  }
}

function connections(sides: readonly Side[]): Record<string, Instance[]> {
  return Object.fromEntries(
    sides.map(({ name, instances }) => [name, instances.map(({ name: instance, url }) => ({ name: instance, url }))]),
  );
}
