import type { Teardown } from '../evidence/teardown.ts';
import type { JudgedBy, ResolvedConfig } from '../model/config.ts';
import type { LocalSystem } from '../model/local-system.ts';
import type { Results } from '../model/results.ts';
import type { RunTarget } from './companion.ts';
import type { Mark, Part, PartWork } from './part.ts';

/** A part of the final validation: done by `validate final`, and by commands of its domain. */
export interface ValidationPart extends Part<ValidationContext> {
  /** Id of the gate that it is evidence for; absent: its domain's. */
  readonly gate?: string;
  /** Also done before the load of `simulate --checks`, where it has something to look at: it is quick, and changes nothing. */
  readonly withLoad?: (config: ResolvedConfig) => boolean;
  /** Why the configuration leaves it out; null: it does not. Absent: it cannot be left out. */
  readonly leftOut?: (config: ResolvedConfig) => LeftOut | null;
}

/** Why a part is not done, and who decided that. */
export interface LeftOut {
  readonly reason: string;
  /** null: not said. */
  readonly owner: string | null;
}

/** What the rooms above the domains do for a part. */
export interface ValidationServices {
  /**
   * The bundled sample system as processes that are deployed version by version.
   * @param defects planted in every version
   */
  sampleSystem(defects: string): LocalSystem;
  /**
   * What a run comes to by its own evidence, judged at this moment; its reports stay as they are.
   * @param wholeGate this gate is judged by all that belongs to it, also what the run was not asked for; null: what it was asked for, and no more; absent: as the run was asked, under its policy
   * @param by the targets of who asks, in place of those that the run was made with; absent: the run's own
   * @throws ShakedownError RUN_JOURNAL
   */
  judged(folder: string, wholeGate?: string | null, by?: JudgedBy): Promise<Results>;
  /**
   * Runs another command of Shakedown to its end, in a process of its own, on the same candidate and with the same configuration.
   * @param words `rehearse`
   */
  runCommand(words: readonly string[], about: CommandRun): Promise<CommandEnd>;
}

/** How another command is run. */
export interface CommandRun {
  readonly signal: AbortSignal;
  readonly cwd: string;
  /** Is called with each line that the command writes about its progress. */
  say(line: string): void;
  /** So long after an interruption it is ended at once; absent: it is waited for. */
  readonly graceMs?: number;
  /** Whether what it prints on stdout is wanted; absent: it is not. */
  readonly keepsOutput?: boolean;
  /** It was started, as this process. */
  onProcess?(pid: number): void;
  /** It makes a run, in this folder. */
  onRun?(folder: string): void;
}

/** How another command ended. */
export interface CommandEnd {
  readonly exitCode: number;
  /** What it said last, where it ended without a verdict; else empty. */
  readonly error: string;
  /** Folder of the run that it made; null: none. */
  readonly run: string | null;
  /** What it printed, where that was wanted; else empty. */
  readonly output: string;
}

/** `readiness`: a report that people decide on; `promotion`: what follows from their decision. */
export type RunPurpose = 'readiness' | 'promotion';

/** What a part of the final validation is given. */
export interface ValidationContext<E = unknown> {
  readonly config: ResolvedConfig;
  /** Of the project, absolute. */
  readonly projectFolder: string;
  /** Of the run. */
  readonly runFolder: string;
  /** Of its own, under the run's `evidence/`; it is there. Files that the evidence rests on belong here. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Undone when the command ends, last first. */
  readonly teardown: Teardown;
  /**
   * What is validated: checked, or started, when the first part asks, and shared by all.
   * @throws ShakedownError where it cannot be reached, or started
   */
  target(): Promise<RunTarget>;
  /** null: it is done before the load of `simulate`. */
  readonly services: ValidationServices | null;
  /** What the run that it is part of is for. Absent: to look at the candidate. */
  readonly purpose?: RunPurpose;
  /** The run's clock, ms. */
  now(): number;
  /** Adds a piece of evidence. It holds no secret, and what is large stands in a file of `folder`. */
  record(evidence: E): void;
  /** Shows a moment in the report and on the terminal. */
  mark(mark: Mark): void;
  /** Says what is being done. */
  phase(text: string): void;
}

export type ValidationWork<E = unknown> = PartWork<ValidationContext<E>, E>;

/** For a part's module: checks it against its own evidence, and forgets the type. */
export function validationWork<E>(work: ValidationWork<E>): PartWork<ValidationContext> {
  return work as unknown as PartWork<ValidationContext>;
}
