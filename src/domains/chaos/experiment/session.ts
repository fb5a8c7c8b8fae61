import type { Injector } from '../fault.ts';
import type { UndoEntry, UndoList } from '../undo.ts';
import type { DryRun, Experiment } from './format.ts';
import type { Redaction } from './redact.ts';
import type { JsonObject } from './values/json.ts';
import type { Lookup } from './values/substitute.ts';

/** Where in an experiment an activity is run. */
export type Place = 'configuration' | 'hypothesis' | 'method' | 'rollbacks' | 'tolerance';

/** What activities of one run of an experiment share. */
export interface Session {
  experiment: Experiment;
  configuration: JsonObject;
  /** Groups of values by name. Never to be written anywhere. */
  secrets: JsonObject;
  lookup: Lookup;
  redact: Redaction;
  /** Of processes that activities start. */
  environment: NodeJS.ProcessEnv;
  dry: DryRun | null;
  /** Fires when the experiment is to end; of the rollbacks when they run. */
  signal: AbortSignal;
  /** null: none of our own faults can be injected. */
  injector: Injector | null;
  allows(url: URL): boolean;
  /** Of a probe, an http action or a rollback without a timeout of its own, ms. */
  defaultTimeoutMs: number;
  /** Something that the user should know; secrets are taken out. */
  warn(text: string): void;
  /** What must be undone if this process is killed; null: nobody would undo it. */
  undo: UndoList | null;
  /** In the order in which they were made. */
  leftovers: Leftover[];
}

/** Something that an activity left behind, until the experiment has ended. */
export interface Leftover {
  /** Of what it changed: that is put back once, to what it was first. */
  key: string;
  title: string;
  /**
   * @param session of the end: what stopped the experiment does not stop this
   * @returns false: it was gone already
   */
  undo(session: Session): Promise<boolean>;
  entry: UndoEntry | null;
}

/** The activity could not do what it should; its experiment goes on, as in Chaos Toolkit. */
export class ActivityFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ActivityFailed';
  }
}
