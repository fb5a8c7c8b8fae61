import type { ExperimentResult, FaultRecord, HypothesisCheck, LedgerResult } from '../../model/chaos.ts';
import type { JournalData } from '../../model/event.ts';
import type { Span } from '../../model/run-facts.ts';
import { feltPeriod } from './felt.ts';
import { unfinished } from './unfinished.ts';

/** A run has some dozens; what is past this is damage. */
const faultsAtMost = 5000;
const checksAtMost = 200;

/** What the journal says of the faults and experiments of a run. */
export class ChaosFold {
  readonly faults = new Map<string, FaultRecord>();
  readonly ledgers: LedgerResult[] = [];
  /** What the guard of a harness that was killed could not take away. */
  readonly guardTroubles: string[] = [];
  #experiments = new Map<string, ExperimentResult>();

  add(event: JournalData): void {
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
        break;
      }
      case 'shakedown.hypothesis.checked':
        this.#checked(event.data.experiment, event.data.check);
        break;
      case 'shakedown.experiment.ended': {
        const { experiment } = event.data;
        this.#experiments.set(experiment.title, { ...experiment, faults: [] });
        break;
      }
      case 'shakedown.fault.announced':
        if (this.faults.size < faultsAtMost) this.faults.set(event.data.fault.id, { ...event.data.fault });
        break;
      case 'shakedown.fault.injected':
        this.#change(event.data.id, { injectedMs: event.data.atMs });
        break;
      case 'shakedown.fault.proved':
        this.#change(event.data.id, { proof: event.data.proof });
        break;
      case 'shakedown.fault.ended': {
        const { id, atMs, by, error, touched, connections, watched } = event.data;
        const counted = {
          ...(touched === undefined ? {} : { touched }),
          ...(connections === undefined ? {} : { connections }),
          ...(watched === undefined ? {} : { watched }),
        };
        this.#change(id, error === null ? { revertedMs: atMs, revertedBy: by, ...counted } : { error });
        break;
      }
      case 'shakedown.ledger.checked':
        this.ledgers.push(event.data.ledger);
        break;
    }
  }

  /** Whether the run was to have any: one that planned faults and saw none is not sound by silence. */
  get any(): boolean {
    return this.#experiments.size > 0 || this.ledgers.length > 0;
  }

  /** Whether some fault was on a part that not every user depends on. */
  get leavesUsersAlone(): boolean {
    return [...this.faults.values()].some(({ proof, affectedShare }) => proof?.seen === true && affectedShare !== 1);
  }

  /** In the order they were begun, each with its faults. */
  experiments(): ExperimentResult[] {
    return [...this.#experiments.values()].map((experiment) => ({
      ...experiment,
      faults: [...this.faults.values()].filter((fault) => fault.experiment === experiment.title),
    }));
  }

  /** Every fault that may have been felt. */
  spans(): Span[] {
    return [...this.faults.values()].flatMap((fault): Span[] => {
      const felt = feltPeriod(fault);
      if (felt === null) return [];
      const { announcedMs, injectedMs, revertedMs, proof, title, component } = fault;
      return [
        {
          kind: 'fault',
          domain: 'chaos',
          label: `${title}, ${component}`,
          // One that was cut off while it was injected is not known to have been there.
          fromMs: injectedMs ?? announcedMs,
          toMs: injectedMs === null ? announcedMs : (revertedMs ?? Number.POSITIVE_INFINITY),
          felt,
          ...(proof === null ? {} : { seen: proof.seen }),
        },
      ];
    });
  }

  /** Whether a fault was on at a moment. */
  on(atMs: number): boolean {
    for (const { injectedMs, revertedMs } of this.faults.values()) {
      if (injectedMs !== null && injectedMs <= atMs && (revertedMs === null || atMs <= revertedMs)) return true;
    }
    return false;
  }

  /** Of a run that was cut off, this is all that is known of its hypothesis. */
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
