import type { Json, JsonObject } from './values/json.ts';

/** How an activity does what it does. Texts may hold `${name}`, replaced just before it is done. */
export type Provider =
  | {
      type: 'http';
      url: string;
      method: string;
      headers: Json;
      /** Seconds, or [to connect, to read]; null: none given. */
      timeout: Json;
      arguments: Json;
      verifyTls: boolean;
      maxRetries: number;
    }
  | { type: 'process'; path: string; arguments: Json; timeoutSeconds: number | null }
  | { type: 'python' | 'node'; module: string; func: string; arguments: JsonObject; secrets: string[] };

export type ModuleProvider = Extract<Provider, { type: 'python' | 'node' }>;

export interface Control {
  name: string;
  /** Only then; null: before and after. */
  scope: 'before' | 'after' | null;
  /** Given at the top of an experiment, it is applied everywhere. */
  automatic: boolean;
  /** Stands for the one of this name at the top of the experiment. */
  ref: string | null;
  provider: { type: string; module: string; arguments: JsonObject } | null;
}

export interface Activity {
  type: 'probe' | 'action';
  name: string;
  provider: Provider;
  /** Seconds, or `${name}`; null: none. */
  pauses: { before: Json; after: Json };
  /** Honoured here; Chaos Toolkit only checks that it is a number. */
  timeoutSeconds: number | null;
  controls: Control[];
  /** A warning about a failing status is not for probes whose tolerance judges it. */
  hasTolerance: boolean;
  /** As written, for the journal. */
  written: JsonObject;
}

/** An entry of the method, the rollbacks or the hypothesis: an activity, or one referred to by name. */
export interface Step {
  activity: Activity;
  background: boolean;
  /** Where it is written: `method[0]`. */
  where: string;
}

export interface HypothesisStep extends Step {
  tolerance: Json;
}

export interface Hypothesis {
  title: string;
  steps: HypothesisStep[];
  controls: Control[];
  written: JsonObject;
}

export const hypothesisStrategies = [
  'default',
  'before-method-only',
  'after-method-only',
  'during-method-only',
  'continuously',
  'skip',
] as const;
export type HypothesisStrategy = (typeof hypothesisStrategies)[number];

export const rollbackStrategies = ['default', 'always', 'never', 'deviated'] as const;
export type RollbackStrategy = (typeof rollbackStrategies)[number];

export const dryRuns = ['probes', 'actions', 'activities', 'pause'] as const;
export type DryRun = (typeof dryRuns)[number];

/** An experiment of Chaos Toolkit's format that was found valid. */
export interface Experiment {
  title: string;
  description: string;
  tags: string[];
  /** Where it was read from; modules of the `node` provider are looked for beside it. */
  file: string;
  /** Not resolved yet: environment, probes. */
  configuration: JsonObject;
  secrets: JsonObject;
  hypothesis: Hypothesis | null;
  method: Step[];
  rollbacks: Step[];
  controls: Control[];
  /** What it says itself of how it is to be run; null: nothing. */
  strategies: { hypothesis: HypothesisStrategy | null; rollbacks: RollbackStrategy | null };
  written: JsonObject;
}
