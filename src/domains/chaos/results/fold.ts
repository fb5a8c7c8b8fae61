import type { ExperimentResult, FaultRecord, HypothesisCheck, LedgerResult } from '../../../model/chaos.ts';
import type { Stretch } from '../../../model/stability.ts';
import type { TimedData } from '../../../run/results/events.ts';
import { unfinished } from './unfinished.ts';

/** A run has some dozens; what is past this is damage. */
const faultsAtMost = 5000;
const checksAtMost = 200;
/** What a fault that ends as it begins does, such as a kill, is seen in the time after it. */
export const momentaryMs = 10_000;

/** What the journal says of the faults and experiments of a run. */
export class ChaosFold {
  readonly faults = new Map<string, FaultRecord>();
  readonly ledgers: LedgerResult[] = [];
  #experiments = new Map<string, ExperimentResult>();

  /** @returns false: no event of chaos */
  add(event: TimedData): boolean {
    switch (event.type) {
      case 'shakedown.experiment.started': {
        const { title, file, description, tags, atMs } = event.data;
        this.#experiments.set(
          title,
          unfinished(
            { title, description, file, tags, atMs },
            'the run ended',
            'The run ended before the experiment did.',
          ),
        );
        return true;
      }
      case 'shakedown.hypothesis.checked':
        this.#checked(event.data.experiment, event.data.check);
        return true;
      case 'shakedown.experiment.ended': {
        const { experiment } = event.data;
        this.#experiments.set(experiment.title, { ...experiment, faults: [] });
        return true;
      }
      case 'shakedown.fault.announced':
        if (this.faults.size < faultsAtMost) this.faults.set(event.data.fault.id, { ...event.data.fault });
        return true;
      case 'shakedown.fault.injected':
        this.#change(event.data.id, { injectedMs: event.data.atMs });
        return true;
      case 'shakedown.fault.proved':
        this.#change(event.data.id, { proof: event.data.proof });
        return true;
      case 'shakedown.fault.ended': {
        const { id, atMs, by, error } = event.data;
        this.#change(id, error === null ? { revertedMs: atMs, revertedBy: by } : { error });
        return true;
      }
      case 'shakedown.ledger.checked':
        this.ledgers.push(event.data.ledger);
        return true;
      default:
        return false;
    }
  }

  /** Whether the run was to have any: one that planned faults and saw none is not sound by silence. */
  get any(): boolean {
    return this.#experiments.size > 0 || this.ledgers.length > 0;
  }

  /** In the order they were begun, each with its faults. */
  experiments(): ExperimentResult[] {
    return [...this.#experiments.values()].map((experiment) => ({
      ...experiment,
      faults: [...this.faults.values()].filter((fault) => fault.experiment === experiment.title),
    }));
  }

  /** When faults were on; what a kill does is seen in the time after it. */
  stretches(): (Stretch & { reason: string })[] {
    return [...this.faults.values()].flatMap(({ injectedMs, revertedMs, error, title, component }) => {
      if (injectedMs === null || error !== null) return [];
      const toMs = Math.max(revertedMs ?? Number.MAX_SAFE_INTEGER, injectedMs + momentaryMs);
      return [{ fromMs: injectedMs, toMs, reason: `fault: ${title}, ${component}` }];
    });
  }

  /** Whether a fault was on at a moment. */
  on(atMs: number): boolean {
    for (const { injectedMs, revertedMs } of this.faults.values()) {
      if (injectedMs !== null && injectedMs <= atMs && (revertedMs === null || atMs <= revertedMs)) return true;
    }
    return false;
  }

  /** A run that was cut off tells of its hypothesis only here. */
  #checked(title: string, check: HypothesisCheck): void {
    const experiment = this.#experiments.get(title);
    if (experiment === undefined) return;
    experiment.hypothesis ??= { title: '', checks: [] };
    if (experiment.hypothesis.checks.length < checksAtMost) experiment.hypothesis.checks.push(check);
  }

  #change(id: string, change: Partial<FaultRecord>): void {
    const fault = this.faults.get(id);
    if (fault !== undefined) Object.assign(fault, change);
  }
}
