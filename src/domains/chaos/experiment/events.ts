import type { ExperimentResult, HypothesisCheck } from '../../../model/chaos.ts';
import type { HypothesisStrategy, RollbackStrategy } from './format.ts';
import type { Place } from './session.ts';

/** What is reported while an experiment runs. Nothing reported holds the value of a secret. */
export interface ExperimentEvents {
  started?(event: { title: string; hypothesis: HypothesisStrategy; rollbacks: RollbackStrategy }): void;
  hypothesis?(check: HypothesisCheck): void;
  activity?(event: ActivityEvent): void;
  /** The stage of the experiment that begins. */
  stage?(stage: 'method' | 'rollbacks'): void;
  warning?(text: string): void;
  ended?(result: ExperimentResult): void;
}

export interface ActivityEvent {
  place: Place;
  type: 'probe' | 'action';
  name: string;
  background: boolean;
  /** `pausing`: for `seconds`, before or after it. */
  state: 'pausing' | 'started' | 'succeeded' | 'failed' | 'aborted';
  seconds: number | null;
  /** What it gave, or why it failed, in one short line; null: nothing. */
  detail: string | null;
}
