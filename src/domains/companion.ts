import type { Journal } from '../evidence/journal.ts';
import type { Teardown } from '../evidence/teardown.ts';
import type { Artifact } from '../model/artifact.ts';
import type { ResolvedConfig } from '../model/config.ts';
import type { JournalData } from '../model/event.ts';
import type { Program } from '../model/results.ts';
import type { SampleSystem } from '../model/sample-system.ts';
import type { RecordedSession, RecordingManifest } from '../model/traffic.ts';

/**
 * Something that runs beside the load, on the run's clock: faults, scenarios, a watch over the target. `simulate` knows it by this only, and goes
 * through the domains' companions in their order; they end in the opposite one.
 */
export interface Companion {
  /**
   * Before anything begins: finds programs, reads files, and refuses what cannot be done.
   * @returns null: no part of this run
   * @throws ShakedownError for what stands in the way of the run
   */
  prepare(asked: Asked): Promise<Beside | null>;
  /**
   * What it would do in a run, for `--dry-run`: nothing is started, found or asked.
   * @returns null: no part of that run
   */
  preview?(asked: PreviewAsked): Promise<Preview | null>;
}

/** What is known of a run that is only shown. */
export type PreviewAsked = Pick<Asked, 'config' | 'options' | 'folder' | 'durationMs'>;

/** What a companion would do, one after the other. */
export interface Preview {
  title: string;
  /** `atMs`: when at the earliest, by the run's clock; null: not at all, and `why` says why. */
  items: {
    what: string;
    atMs: number | null;
    why: string | null;
    /** What it is that it would not run: a mistake in what was asked for, or something required that is left open. Absent: no loss. */
    loss?: 'mistake' | 'open';
  }[];
}

/** A companion that is part of a run, prepared. */
export interface Beside {
  /** For messages, within a sentence: `experiments`. */
  readonly title: string;
  /** Programs that it uses, for the report. */
  readonly programs?: readonly Program[];
  /** It injects faults: how long the target took to notice and to recover is known no finer than by windows, so they stay short. */
  readonly injectsFaults?: true;
  /** URL of a Toxiproxy that connections within the sample system are to go through. */
  readonly toxiproxyUrl?: string;
  /** Each session of the recording once, in its order, while the load is planned. */
  recorded?(session: RecordedSession): void;
  /** In a run that goes on: each event of its journal so far, in order. Before `open`. */
  recall?(event: JournalData): void;
  /**
   * Once the target is up and the journal is open, before there is any load. Opens what it needs, and the undo of that is registered first; what is
   * to be compared with the time under load is measured here.
   * @throws ShakedownError ends the run
   */
  open?(run: OpenRun): Promise<void>;
  /** The load has begun, and is measured from `fromMs` of the run's clock on. */
  begin?(fromMs: number): void;
  /** A few times a second: what was answered so far. */
  progress?(atMs: number, done: number, failed: number): void;
  /** Whether a fault of its doing was on over a part of the run, or had just ended. @returns the fault in words; null: none */
  disturbed?(fromMs: number, toMs: number): string | null;
  /** After the load, or where that could not begin: ends what runs, and resolves when what it did is gone. Called once, and not where it was not opened. */
  end?(): void | Promise<void>;
}

/** What is known before anything begins. */
export interface Asked {
  readonly config: ResolvedConfig;
  /** Of the recording that is replayed. */
  readonly manifest: RecordingManifest;
  /** What the command line asked for beside the configuration, by the options' names in code: `chaos`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Of the project. */
  readonly folder: string;
  readonly durationMs: number;
  /** The load of an earlier process goes on. */
  readonly isResumed: boolean;
  /** Fires when the run is to end early. */
  readonly signal: AbortSignal;
  readonly teardown: Teardown;
  /** Says what is being done. */
  phase(text: string): void;
  warn(text: string): void;
}

/** A run whose target is up and whose journal is open. */
export interface OpenRun extends Asked {
  /** Of the run. */
  readonly runFolder: string;
  readonly target: RunTarget;
  readonly engine: RunEngine;
  readonly journal: Pick<Journal, 'append'>;
  /** Headers known only at the moment, such as a fresh token; null for none. */
  overlay(): Record<string, string> | null;
  /** The run's clock, ms; negative before the load begins. */
  now(): number;
  /** As of all companions. */
  disturbed(fromMs: number, toMs: number): string | null;
  /** Shows what it is doing at this moment in the live view; kept nowhere. null: nothing. */
  note(text: string | null): void;
}

/** What is tested. */
export interface RunTarget {
  readonly baseUrl: string;
  /** For people: the URL, or what the sample system is. */
  readonly label: string;
  /** The sample system, when it is the target. */
  readonly sample: SampleSystem | null;
  /** What it says that it is made of; empty: it does not say. */
  readonly artifacts: readonly Artifact[];
  check(): Promise<HealthCheck>;
  /** Asks it again what it is made of; empty: it does not say. @throws ShakedownError TARGET_ARTIFACTS */
  probe(): Promise<Artifact[]>;
}

export interface HealthCheck {
  up: boolean;
  detail: string;
}

/** What sends the load. */
export interface RunEngine {
  /** The k6 of this machine that replays; null: the load comes from elsewhere, or from another engine. */
  readonly k6: { path: string; version: string; build: 'shakedown' | 'stock' } | null;
  /** Asks from where the load comes from; absent: what is asked is asked from here. */
  readonly ask?: AskThrough;
}

/** @throws Error in a word or two for what the target did, ShakedownError where nobody could look */
export type AskThrough = (question: {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
  /** Of the body; 0: only the status is wanted. */
  bytesAtMost: number;
  /** PEM texts. */
  tls: { ca?: string; cert?: string; key?: string };
}) => Promise<{ status: number; body: string }>;
