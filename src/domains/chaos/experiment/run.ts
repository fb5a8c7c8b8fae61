import type { ExperimentResult, FaultRecord, HypothesisCheck } from '../../../model/chaos.ts';
import { cleanUp, revertFaults, type TakenAway } from './clean-up.ts';
import { type Controls, startControls } from './controls.ts';
import { metBeforehand } from './effects.ts';
import { executeAll, type Stage, Unexpected } from './execute.ts';
import { usualStrategy } from './fault-rules.ts';
import type { Activity, Experiment, HypothesisStrategy, RollbackStrategy } from './format.ts';
import { Halted, haltOn, sleep } from './halt.ts';
import { askedProbes, checkHypothesis } from './hypothesis.ts';
import { type ExperimentJournal, type HypothesisState, newJournal, shownExperiment, timestamp } from './journal.ts';
import type { ExperimentOptions } from './options.ts';
import { prepare } from './prepare.ts';
import type { Session } from './session.ts';
import { playsRollbacks, statusOf } from './status-rules.ts';
import { verdictOf } from './verdict.ts';
import { sentenceOf, type Weakness, weaknesses, withCautions } from './weak-hypothesis.ts';

const recoveryPollMs = 500;

/**
 * Runs an experiment as `chaos run` does: hypothesis, method, hypothesis, rollbacks. Our own faults are taken away at its end whatever
 * happens, at once where it is stopped; where rollbacks always run, so is what `chaostoxi` functions left.
 * @throws ShakedownError before anything is done, as `prepare` says
 */
export async function runExperiment(
  experiment: Experiment,
  options: ExperimentOptions,
): Promise<{ journal: ExperimentJournal; result: ExperimentResult }> {
  const on = options.on ?? {};
  const halt = new AbortController();
  const release = haltOn(options.signal, options.stopWhen, halt);
  try {
    const session = await prepare(
      experiment,
      options.variables ?? { configuration: {}, secrets: {}, environment: {} },
      {
        environment: options.environment ?? process.env,
        dry: options.dry ?? null,
        signal: halt.signal,
        injector: options.injector,
        undo: options.undo ?? null,
        allows: options.allows,
        defaultTimeoutMs: options.defaultTimeoutMs ?? 60_000,
        warn: (text) => on.warning?.(text),
      },
    );
    return await new Run(
      session,
      options,
      await startControls(session, options.controls ?? [], options.withoutControls ?? []),
    ).whole();
  } finally {
    release();
  }
}

/** One run of one experiment. */
class Run {
  readonly #session: Session;
  readonly #options: ExperimentOptions;
  readonly #stage: Stage;
  readonly #journal: ExperimentJournal;
  readonly #checks: HypothesisCheck[] = [];
  readonly #hypothesis: HypothesisStrategy;
  readonly #rollbacks: RollbackStrategy;
  readonly #faultsBefore: number;
  readonly #fromMs: number;
  readonly #taken: TakenAway = { cleaned: [], left: [] };
  #metBefore: ReadonlySet<Activity> = new Set();
  #stopped: string | null = null;
  readonly #weak: readonly Weakness[];
  #afterRollback: HypothesisState | null = null;

  constructor(session: Session, options: ExperimentOptions, controls: Controls) {
    const { experiment } = session;
    this.#session = session;
    this.#options = options;
    this.#stage = { session, controls, on: options.on ?? {}, now: options.now, notes: new Map() };
    this.#hypothesis = options.strategy?.hypothesis ?? experiment.strategies.hypothesis ?? usualStrategy(experiment);
    this.#rollbacks = options.strategy?.rollbacks ?? experiment.strategies.rollbacks ?? 'always';
    this.#faultsBefore = session.injector?.records.length ?? 0;
    this.#fromMs = options.now();
    this.#weak = weaknesses(experiment);
    this.#journal = newJournal(shownExperiment(session));
  }

  async whole(): Promise<{ journal: ExperimentJournal; result: ExperimentResult }> {
    const { experiment, redact } = this.#session;
    const { controls, on } = this.#stage;
    const startedMs = performance.now();
    for (const weak of this.#weak) on.warning?.(redact.text(`${experiment.file}: ${sentenceOf(weak)}`));
    on.started?.({ title: redact.text(experiment.title), hypothesis: this.#hypothesis, rollbacks: this.#rollbacks });
    try {
      await controls.around('experiment', experiment.controls, experiment.written, async () => {
        await this.#untilRollbacks();
        await this.#undo(startedMs);
        return this.#journal;
      });
    } catch (error) {
      this.#halted(error);
    }
    await controls.end();
    return this.#end();
  }

  async #untilRollbacks(): Promise<void> {
    try {
      if (await this.#gate()) await this.#methodAndChecks();
    } catch (error) {
      this.#halted(error);
      // First of all: what hurts goes away, whatever the rollbacks then do.
      await this.#revert();
    }
  }

  #halted(error: unknown): void {
    if (!(error instanceof Halted)) throw error;
    this.#journal.status = error.status;
    this.#stopped ??= this.#session.redact.text(error.message);
  }

  #runs(...strategies: HypothesisStrategy[]): boolean {
    return (this.#session.experiment.hypothesis?.steps.length ?? 0) > 0 && strategies.includes(this.#hypothesis);
  }

  async #check(phase: HypothesisCheck['phase'], stage = this.#stage): Promise<HypothesisState> {
    const { hypothesis } = this.#session.experiment;
    if (hypothesis === null) throw new Error('there is no hypothesis');
    const fromMs = this.#options.now();
    const { state, deviating } = await checkHypothesis(hypothesis, stage);
    const probes = askedProbes(state, stage);
    const met = state.steady_state_met === true;
    const check = { phase, fromMs, atMs: this.#options.now(), met, deviating, probes };
    this.#checks.push(check);
    this.#stage.on.hypothesis?.(check);
    return state;
  }

  /** Is the system as it should be to begin with? */
  async #gate(): Promise<boolean> {
    if (!this.#runs('default', 'before-method-only', 'continuously')) return true;
    const state = await this.#check('before');
    this.#journal.steady_states.before = state;
    if (state.steady_state_met) return true;
    this.#journal.status = statusOf(state);
    return false;
  }

  async #methodAndChecks(): Promise<void> {
    this.#metBefore = await metBeforehand(this.#session);
    const ended = new AbortController();
    const checks = this.#runs('during-method-only', 'continuously')
      ? this.#continuously(ended.signal)
      : Promise.resolve();
    checks.catch(() => {});
    try {
      const done = await this.#method();
      ended.abort();
      await checks;
      if (!done || !this.#runs('default', 'after-method-only', 'continuously')) return;
    } finally {
      ended.abort();
      await checks.catch(() => {});
    }
    const state = await this.#check('after');
    this.#journal.steady_states.after = state;
    if (state.steady_state_met) return;
    this.#journal.deviated = true;
    this.#journal.status = statusOf(state);
  }

  /** @returns false where it was aborted by what makes no sense */
  async #method(): Promise<boolean> {
    const { experiment } = this.#session;
    const journal = this.#journal;
    this.#stage.on.stage?.('method');
    try {
      await this.#stage.controls.around('method', [], experiment.written, async () => {
        await executeAll(
          experiment.method,
          'method',
          this.#stage,
          journal.run,
          () => journal.status !== null,
          (error, background) => {
            // In the background Chaos Toolkit does not notice.
            if (!background) throw error;
            this.#session.warn(error.message);
          },
        );
        return journal.run;
      });
      return true;
    } catch (error) {
      if (!(error instanceof Unexpected)) throw error;
      journal.status = 'aborted';
      this.#session.warn(`The method is aborted: ${error.message}`);
      return false;
    }
  }

  async #continuously(ended: AbortSignal): Promise<void> {
    const { frequencySeconds = 1, failFast = false } = this.#options.strategy ?? {};
    const over = AbortSignal.any([ended, this.#session.signal]);
    while (!over.aborted) {
      const state = await this.#check('during');
      this.#journal.steady_states.during.push(state);
      if (!state.steady_state_met && failFast) {
        this.#journal.status = 'failed';
        return;
      }
      await sleep(frequencySeconds * 1000, over).catch(() => {});
    }
    this.#session.signal.throwIfAborted();
  }

  async #undo(startedMs: number): Promise<void> {
    const journal = this.#journal;
    // What ended the experiment must not end its rollbacks too.
    const session = { ...this.#session, signal: new AbortController().signal };
    const stage = { ...this.#stage, session };
    const played = playsRollbacks(this.#rollbacks, journal);
    if (played) {
      this.#stage.on.stage?.('rollbacks');
      const { rollbacks, written } = session.experiment;
      try {
        await stage.controls.around('rollback', [], written, async () => {
          const goOn = (error: Unexpected) => session.warn(error.message);
          await executeAll(rollbacks, 'rollbacks', stage, journal.rollbacks, () => false, goOn);
          return journal.rollbacks;
        });
      } catch (error) {
        this.#halted(error);
      }
    }
    await this.#revert();
    await cleanUp(session, this.#rollbacks === 'always', this.#taken);
    const changed = (played && session.experiment.rollbacks.length > 0) || this.#faults().length > 0;
    if (changed && journal.status !== 'interrupted' && this.#checks[0]?.met && session.dry === null) {
      await this.#recovery(stage);
    }
    journal.end = timestamp();
    journal.duration = (performance.now() - startedMs) / 1000;
    journal.status ??= 'completed';
  }

  /** Does the steady state come back? Chaos Toolkit does not check. */
  async #recovery(stage: Stage): Promise<void> {
    const { now, recoveryMs = 5000, signal } = this.#options;
    const untilMs = now() + recoveryMs;
    for (;;) {
      this.#afterRollback = await this.#check('after rollback', stage);
      if (this.#afterRollback.steady_state_met || now() >= untilMs || signal.aborted) return;
      await sleep(recoveryPollMs, stage.session.signal);
    }
  }

  async #revert(): Promise<void> {
    await revertFaults(this.#session, this.#faults(), this.#taken);
  }

  #faults(): readonly FaultRecord[] {
    return this.#session.injector?.records.slice(this.#faultsBefore) ?? [];
  }

  #end(): { journal: ExperimentJournal; result: ExperimentResult } {
    const { experiment, redact } = this.#session;
    const journal = this.#journal;
    const faults = redact.value(JSON.parse(JSON.stringify(this.#faults())) as never) as FaultRecord[];
    const { cleaned, left } = this.#taken;
    const [stopped, checks, metBefore] = [this.#stopped, this.#checks, this.#metBefore];
    const { notes } = this.#stage;
    const { besideLoad = false } = this.#options;
    const found = verdictOf({ journal, notes, metBefore, checks, faults, stopped, left, besideLoad });
    const { verdict, reason, cautions } = redact.value({ ...withCautions(found, this.#weak) });
    const after_rollback = this.#afterRollback;
    journal.shakedown = { verdict, reason, stopped, checks, after_rollback, faults, cleaned, left };
    const title = experiment.hypothesis && redact.text(experiment.hypothesis.title);
    const result: ExperimentResult = {
      title: redact.text(experiment.title),
      description: redact.text(experiment.description),
      file: this.#options.file ?? experiment.file,
      tags: experiment.tags,
      period: { fromMs: this.#fromMs, toMs: this.#options.now() },
      status: journal.status ?? 'completed',
      deviated: journal.deviated,
      hypothesis: title === null ? null : { title, checks },
      faults,
      verdict,
      reason,
      stopped,
      ...(cautions.length === 0 ? {} : { cautions }),
      journal: this.#options.journalFile ?? '',
    };
    this.#stage.on.ended?.(result);
    return { journal, result };
  }
}
