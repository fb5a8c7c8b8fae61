import type { Teardown } from '../../../evidence/teardown.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import type { Mark, Part, PartWork } from '../../part.ts';
import type { ResolvedMonitoring } from './configuration.ts';
import type { OperatorMerge } from './operator/merged-file.ts';
import type { Stack } from './stack/stack.ts';

/** A part of monitoring that is validated: its rules, its alerts, its logs. A new one is a folder and a line in `parts.ts`. */
export interface ValidationPart extends Part<PartContext> {
  /** `proof`: only where the production rules are to be proved (`--production-rules`), as it takes minutes and breaks things. `page-real`: only with `--page-real`, as it reaches people. */
  readonly needs: 'nothing' | 'proof' | 'page-real';
  /**
   * When it is done. `quiet`, which is usual: by itself, in turn, while nothing is wrong. `beside`: from the beginning on, and it waits for the quiet ones to
   * be over before it does anything to the system that they look at. `background`: as that, it asks nothing of the system, and its programs give way.
   */
  readonly turn?: 'quiet' | 'beside' | 'background';
}

export type ValidationWork<E = unknown> = PartWork<PartContext<E>, E>;

export interface PartContext<E = unknown> {
  readonly config: ResolvedConfig;
  /** What is validated. Where the target is the sample system and nothing is configured, this is the sample's own set. */
  readonly monitoring: ResolvedMonitoring;
  /** What the Prometheus operator makes of AlertmanagerConfig resources, which is in `monitoring.files.alertmanager`; null: none are named. */
  readonly operator: OperatorMerge | null;
  /** Of its own, under the run's `evidence/monitoring/`; it is there. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Undone when the command ends, last first. */
  readonly teardown: Teardown;
  /**
   * Prometheus, Alertmanager and what they watch: started when the first part asks, and shared by all. The user's own are only read.
   * @throws ShakedownError where they cannot be reached, or started
   */
  stack(): Promise<Stack>;
  /** Waits until parts that need a system in which nothing is wrong are over. */
  quietIsOver(): Promise<void>;
  /** The run's clock, ms. */
  now(): number;
  /** Adds a piece of evidence. It holds no secret. */
  record(evidence: E): void;
  /** Shows a moment in the report and on the terminal. */
  mark(mark: Mark): void;
  /** Says what is being done. */
  phase(text: string): void;
}

/** For a part's module: checks it against its own evidence, and forgets the type. */
export function validationWork<E>(work: ValidationWork<E>): ValidationWork {
  return work as unknown as ValidationWork;
}
