import type { z } from 'zod';
import type { Measurement } from '../gate/judge.ts';
import type { JournalData } from '../model/event.ts';
import type { Results, TimelineBand } from '../model/results.ts';
import type { RunFacts, Span } from '../model/run-facts.ts';
import type { GateResult, Objective, ObjectiveResult, Unit, Verdict } from '../model/verdict.ts';
import type { CommandDeclaration, OptionDeclaration } from './command.ts';

/**
 * A part of Shakedown, declared in one object and listed in one file (`src/run/domains.ts`). All but the id is optional. What is
 * needed to parse a command line is here as data; what does the work is loaded when it is asked for.
 */
export interface Domain {
  /** Name of its folder, and of its section in `results.json`. */
  readonly id: string;
  /** Gates that its objectives belong to, in the order in which reports list them. */
  readonly gates?: readonly Gate[];
  /** Commands of its own. */
  readonly commands?: readonly CommandDeclaration[];
  /** What it adds to the options of `simulate`. */
  readonly options?: readonly OptionDeclaration[];
  /** Its part of the configuration. */
  readonly configuration?: () => Promise<Configuration>;
  /** From its events to its section and objectives. */
  readonly judging?: () => Promise<Judging>;
  /** Its pages and its parts of others' pages. */
  readonly reporting?: () => Promise<Reporting>;
  /** What it does beside the load. */
  readonly companion?: () => Promise<Companion>;
  /** Its panel in the live view. */
  readonly live?: () => Promise<LivePanel>;
}

export interface Gate {
  readonly id: string;
  /** `Data integrity` */
  readonly title: string;
}

// ── Configuration ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One or more keys of the configuration file. */
export interface Configuration {
  /** Schema by key; each describes itself, for editors and `docs/configuration.md`. */
  readonly schemas: Readonly<Record<string, z.ZodType>>;
}

// ── From the journal to a verdict ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Events of a domain: the schema is an event's only definition. */
export type EventSchemas = Readonly<Record<string, z.ZodType>>;

/** For `interface JournalEvents extends EventsOf<typeof events> {}`. */
export type EventsOf<S extends EventSchemas> = { [T in keyof S]: z.output<S[T]> };

/** What a metric is called, what its figures mean, and how one is read. */
export interface Metric<Section = unknown> {
  /** `fault_errors` */
  readonly id: string;
  /** Within a sentence: `share of requests that failed under a fault`. */
  readonly words: string;
  /** In a word or two, for a tile; absent: the same. */
  readonly shortWords?: string | ((objective: Objective) => string);
  /** Within a sentence, where the objective says more than the metric, such as a route or a journey's name. */
  readonly subject?: (objective: Objective) => string;
  readonly unit: Unit;
  /** Figures that say nothing about the target when the load generator was the bottleneck. */
  readonly needsGenerator?: boolean;
  /** What a missed target means: of the candidate (fail), or of how much the run can show (inconclusive). Absent: fail. */
  readonly missed?: Extract<Verdict, 'fail' | 'inconclusive'>;
  /** Which kind of cause it is, where several objectives fail and one is named first. */
  readonly cause: CauseKind;
  /** What was measured for an objective. @param section null: this run has none */
  readonly read: (section: Section | null, objective: Objective, facts: RunFacts) => Measurement;
}

/** Kinds of causes, the first named first: harm to data explains errors, errors explain slowness, and so on. Within a kind the order of the list holds. */
export const causeKinds = [
  'evidence',
  'data',
  'errors',
  'speed',
  'trend',
  'resources',
  'replay',
  'faults',
  'coverage',
] as const;
export type CauseKind = (typeof causeKinds)[number];

/** What is known when a domain judges: the configuration as the run began with it, and the objectives of all domains. */
export interface JudgeContext {
  readonly facts: RunFacts;
  /** As resolved when the run began; may be of an earlier version. */
  readonly config: unknown;
  readonly objectives: readonly Objective[];
  /** Adds a line to the report's warnings. */
  warn(message: string): void;
}

export interface Judging<State = unknown, Section = unknown> {
  readonly events: EventSchemas;
  /** An empty fold. */
  begin(): State;
  /** Takes one of its events into account. @param disturbed whether a fault was on at a time, as far as the journal has been read */
  add(state: State, event: JournalData, disturbed: (atMs: number) => boolean): void;
  /** Whether it had a fault on at a time. */
  disturbed?(state: State, atMs: number): boolean;
  /** What was going on, for the timeline and for other domains. */
  spans?(state: State, facts: Omit<RunFacts, 'spans'>): readonly Span[];
  /** Before anything is judged: what is missing in the journal and can be had from other files of the run. */
  complete?(state: State, facts: Omit<RunFacts, 'spans'>): Promise<void>;
  /** Default objectives that this run has evidence for. */
  objectives?(state: State, facts: RunFacts, config: unknown): readonly Objective[];
  /** Every default objective there is, so that the configuration can name one. */
  readonly allObjectives?: readonly Objective[];
  readonly metrics?: readonly Metric<Section>[];
  /** Its section of `results.json`; null: nothing of it in this run. */
  section(state: State, context: JudgeContext): Promise<Section | null>;
  /** Gates that this run has evidence for. */
  gates?(state: State, facts: RunFacts): readonly string[];
  /** Bands for the timeline. */
  bands?(section: Section, facts: RunFacts): readonly TimelineBand[];
  /** What is missing, in plain words. */
  missing?(section: Section | null, facts: RunFacts): readonly string[];
}

// ── Reports ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Page {
  /** `resilience.html` */
  readonly file: string;
  /** In the line of links: `Resilience`. */
  readonly link: string;
  /** What the report is about, in the line at the top: `resilience of`. */
  readonly kind: string;
  /** Whether this run has it. */
  exists(results: Results): boolean;
  /** First screen: whose verdict it is. Absent: the page has none of its own. */
  verdict?(results: Results): PageVerdict;
}

export interface PageVerdict {
  readonly verdict: GateResult['verdict'];
  readonly word: string;
  readonly sentence: string;
}

/** A part of a page. Several domains may add parts to one page. */
export interface Block {
  /** File of the page: `performance.html`. */
  readonly page: string;
  /** Where on it: first what was measured, then what was found in it, then how it came about. Within a place the order of domains and of the list holds. */
  readonly place: 'figures' | 'findings' | 'details';
  /** Name of a template in `reports/templates`, or where it is. */
  readonly template: string | URL;
  /** What the template shows; null: nothing in this run. Every text in it is escaped. */
  view(results: Results): object | null;
}

/** A line or two of the index page: what a section comes to. */
export interface Highlight {
  readonly verdict: GateResult['verdict'];
  readonly title: string;
  /** The failing ones. */
  readonly lines: readonly string[];
}

export interface Reporting {
  readonly pages?: readonly Page[];
  readonly blocks?: readonly Block[];
  highlight?(results: Results): Highlight | null;
  /** Rows for JUnit and the summary beside the objectives. */
  cases?(results: Results): readonly ObjectiveResult[];
}

// ── Beside the load ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What runs beside the load, on its clock. Provided by `src/run/simulate`, which adds what a companion is given. */
// biome-ignore lint/suspicious/noEmptyInterface: src/run/companion.ts adds to it
export interface Companion {}

// ── Live view ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A panel of the live page and lines of the terminal's live view: a fold over the journal's events while they are written. */
export interface LivePanel {
  readonly title: string;
  /** @returns what to show from now on; null: nothing yet */
  follow(event: JournalData): LiveFigures | null;
}

export interface LiveFigures {
  readonly figures: readonly { readonly name: string; readonly value: string; readonly state?: Verdict }[];
}
