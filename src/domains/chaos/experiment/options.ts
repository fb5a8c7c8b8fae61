import type { Injector } from '../fault.ts';
import type { UndoList } from '../undo.ts';
import type { ExperimentEvents } from './events.ts';
import type { Control, DryRun, HypothesisStrategy, RollbackStrategy } from './format.ts';
import type { GivenVariables } from './variables.ts';

/** How an experiment is run. */
export interface ExperimentOptions {
  /** null: none of our own faults can be injected. */
  injector: Injector | null;
  /** For what `chaostoxi` functions leave, should this process be killed. */
  undo?: UndoList;
  variables?: GivenVariables;
  strategy?: {
    /** Over what the experiment says itself; the default is `continuously` where a fault of ours has `seconds`, else `default`. */
    hypothesis?: HypothesisStrategy | undefined;
    /** Over what the experiment says itself; the default is `always`, where Chaos Toolkit's is `default`. */
    rollbacks?: RollbackStrategy | undefined;
    /** Between two checks during the method. */
    frequencySeconds?: number;
    /** End the method at the first check that is not met. */
    failFast?: boolean;
  };
  dry?: DryRun | null;
  /** Requests of a load are sent and measured meanwhile: they show what a fault did, even where nothing else looks. */
  besideLoad?: boolean;
  /** Of the operator: the experiment is `interrupted`. */
  signal: AbortSignal;
  /** The clock of the times in the result, ms. */
  now(): number;
  on?: ExperimentEvents;
  /** May this address be contacted? */
  allows(url: URL): boolean;
  /** Asked ten times a second; a reason ends the experiment, which is then `aborted`. */
  stopWhen?(): string | null;
  /** Applied besides those of the experiment. */
  controls?: readonly Control[];
  /** Names of controls that are left out on purpose; any other that cannot be loaded is refused. */
  withoutControls?: readonly string[];
  environment?: NodeJS.ProcessEnv;
  /** Of a probe, an http action or a rollback without a timeout of its own. */
  defaultTimeoutMs?: number;
  /** How long the steady state may take to come back after the rollbacks. */
  recoveryMs?: number;
  /** As the result names them. */
  file?: string;
  journalFile?: string;
}
