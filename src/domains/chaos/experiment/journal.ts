import { hostname, machine, release, type } from 'node:os';
import type { FaultRecord, HypothesisCheck } from '../../../model/chaos.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { maskedSecrets } from './redact.ts';
import type { Session } from './session.ts';
import type { Json, JsonObject } from './values/json.ts';

/** The version of chaostoolkit-lib whose behaviour this is. */
const followed = '1.44.0';

/** One activity that was run, as Chaos Toolkit's journal has it. Durations in seconds. */
export interface ActivityRun {
  activity: JsonObject;
  output: Json;
  start: string;
  /** `aborted`: cut off; Chaos Toolkit then leaves the status out. */
  status?: 'succeeded' | 'failed' | 'aborted';
  exception?: string[];
  end?: string;
  duration?: number;
  /** Of probes of the hypothesis. */
  tolerance_met?: boolean;
}

export interface HypothesisState {
  steady_state_met: boolean | null;
  probes: ActivityRun[];
}

export type ExperimentStatus = 'completed' | 'failed' | 'aborted' | 'interrupted';

/** Chaos Toolkit's journal, with one entry of our own. */
export interface ExperimentJournal {
  'chaoslib-version': string;
  platform: string;
  node: string;
  experiment: JsonObject;
  start: string;
  /** null: it has not ended. */
  status: ExperimentStatus | null;
  deviated: boolean;
  steady_states: { before: HypothesisState | null; after: HypothesisState | null; during: HypothesisState[] };
  run: ActivityRun[];
  rollbacks: ActivityRun[];
  end?: string;
  duration?: number;
  shakedown?: {
    verdict: Verdict;
    reason: string;
    stopped: string | null;
    checks: HypothesisCheck[];
    after_rollback: HypothesisState | null;
    faults: FaultRecord[];
    /** What was taken away at the end because nothing in the experiment did. */
    cleaned: string[];
    /** What could not be taken away. */
    left: string[];
  };
}

export function newJournal(experiment: JsonObject): ExperimentJournal {
  return {
    'chaoslib-version': followed,
    platform: `${type()}-${release()}-${machine()}`,
    node: hostname(),
    experiment,
    start: timestamp(),
    status: null,
    deviated: false,
    steady_states: { before: null, after: null, during: [] },
    run: [],
    rollbacks: [],
  };
}

/** Now, as Python's `isoformat` writes it. */
export const timestamp = (): string => new Date().toISOString().replace('Z', '000+00:00');

/** An experiment as a journal shows it. */
export function shownExperiment({
  experiment,
  redact,
  dry,
}: Pick<Session, 'experiment' | 'redact' | 'dry'>): JsonObject {
  const { secrets, ...written } = experiment.written;
  const shown = { ...redact.value(written), title: redact.text(experiment.title), dry };
  return secrets === undefined ? shown : { ...shown, secrets: maskedSecrets(experiment.secrets) };
}
