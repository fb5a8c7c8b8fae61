import type { Metric } from '../gate/metric.ts';
import type { EventSchemas, JournalData } from '../model/event.ts';
import type { Results, TimelineBand, TimelinePoint } from '../model/results.ts';
import type { RunFacts, Span } from '../model/run-facts.ts';
import type { Period } from '../model/stability.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import type { GateResult, Objective, ObjectiveResult, Verdict } from '../model/verdict.ts';
import type { TimelineMarks } from '../report-kit/timeline-view.ts';
import type { Fact, Notice, TrustCard } from '../report-kit/verdict.ts';
import type { CommandDeclaration, OptionDeclaration } from './command.ts';
import type { Companion } from './companion.ts';
import type { Configuration } from './configuration.ts';
import type { LivePanel } from './live.ts';
import type { PartDomain } from './part-declaration.ts';
import type { Phase } from './phase.ts';

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
  /** What `validate final` does of it. */
  readonly parts?: PartDomain;
  /** What the stage does of it (`shakedown run`). */
  readonly phases?: () => Promise<readonly Phase[]>;
  /** What it does beside the load. They begin in the order of domains and of the list, and end in the opposite one. */
  readonly companions?: () => Promise<readonly Companion[]>;
  /** Its part of the live view, made anew for each run. */
  readonly live?: () => Promise<() => LivePanel>;
}

export interface Gate {
  readonly id: string;
  /** `Data integrity` */
  readonly title: string;
}

// ── From the journal to a verdict ───────────────────────────────────────────────────────────────────────────────────────────────────────────

export type { Metric, MetricRun } from '../gate/metric.ts';
export type { EventSchemas, EventsOf } from '../model/event.ts';

/** What the measuring instrument knows of a run. */
export type InstrumentFacts = Pick<
  RunFacts,
  'plan' | 'engine' | 'loadStartedAt' | 'parts' | 'windows' | 'routes' | 'health' | 'loadEnded' | 'fidelity' | 'judged'
>;

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
  add(state: State, event: JournalData & { time: string }, disturbed: (atMs: number) => boolean): void;
  /** Whether it had a fault on at a time. */
  disturbed?(state: State, atMs: number): boolean;
  /** Steps of a search for the highest rate that holds, each at a rate of its own; null: this run made none. */
  search?(state: State): readonly Period[] | null;
  /** What was measured, and when; one domain has it. @param search steps of the domain that made a search */
  instrument?(state: State, started: RunFacts['started'], search: readonly Period[] | null): InstrumentFacts;
  /** Before anything is judged: what the journal lacks and other files of the run have. */
  complete?(state: State, facts: RunFacts): Promise<void>;
  /** What was going on, for the timeline and for other domains. */
  spans?(state: State, facts: RunFacts): readonly Span[];
  /** Every default objective there is, so that the configuration can name one. */
  readonly allObjectives?: readonly Objective[];
  /** Those of them that this run has evidence for. @param config as the run began with it */
  objectives?(state: State, facts: RunFacts, config: unknown): readonly Objective[];
  readonly metrics?: readonly Metric<State, Section>[];
  /** Its section of `results.json`; null: nothing of it in this run. */
  section(state: State, context: JudgeContext): Promise<Section | null>;
  /** Leaves out objectives that this run was never meant to show, with a line each for what is missing. One that the configuration names is kept. */
  select?(state: State, section: Section | null, choice: ObjectiveChoice, facts: RunFacts): ObjectiveChoice;
  /** Gates that this run has evidence for. */
  gates?(state: State, facts: RunFacts): readonly string[];
  /** Why the run cannot pass, whatever its objectives say. */
  doubts?(state: State, section: Section | null, facts: RunFacts): readonly Doubt[];
  /** What is missing, in plain words, beside objectives that are inconclusive. */
  missing?(state: State, section: Section | null, facts: RunFacts): readonly string[];
  /** The headline where this objective is the main cause of a failure; null: the objective's own reason. `isWhole`: what else failed follows from it. */
  headline?(section: Section, main: ObjectiveResult, failing: readonly ObjectiveResult[]): Headline | null;
  /** Sentences that belong behind the headline however the run came out: what of the traffic it did not try. */
  caveats?(section: Section): readonly string[];
  /** Last words on the judged objectives: changes against earlier runs. */
  annotate?(section: Section, results: readonly ObjectiveResult[]): readonly ObjectiveResult[];
  /** Points of the timeline; one domain has them. */
  timeline?(state: State, facts: RunFacts): { bucketMs: number; points: TimelinePoint[] };
  /** Bands for the timeline. */
  bands?(state: State, section: Section, facts: RunFacts, bucketMs: number): readonly TimelineBand[];
}

export interface ObjectiveChoice {
  readonly objectives: readonly Objective[];
  readonly missing: readonly string[];
  /** Whether the configuration names the objective of this id. */
  isNamed(id: string): boolean;
}

export interface Headline {
  readonly text: string;
  readonly isWhole?: boolean;
}

export interface Doubt {
  /** Within the headline: `the run was made on the fallback engine, which cannot certify anything`. */
  readonly clause: string;
  /** A sentence for what is missing. */
  readonly missing: string;
  /** What is judged is not what the run left: a failure that it shows is none either. */
  readonly voids?: true;
}

// ── Reports ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Page {
  /** `resilience.html` */
  readonly file: string;
  /** In the line of links: `Resilience`. */
  readonly link: string;
  /** In the index's list of reports, and the heading of a page without a verdict of its own: `Journeys and feedback`. */
  readonly title: string;
  /** In the index's list, after the title: what is on it. */
  readonly about: string;
  /** What the report is about, in the line at the top: `resilience of`. */
  readonly kind: string;
  /** How its figures are to be read, at its foot. */
  readonly foot: readonly (string | { readonly code: string } | { readonly href: string; readonly text: string })[];
  /** Whether this run has it. Absent: it has where a block of the page has something to show. */
  exists?(results: Results): boolean;
  /** Whether the timeline stands between figures and findings. */
  readonly timeline?: boolean;
  /** First screen: whose verdict it is. Absent: the page has none of its own. */
  verdict?(results: Results): PageVerdict;
}

export interface PageVerdict {
  readonly verdict: Verdict;
  readonly word: string;
  /** What the word is about, above it: `User acceptance under load`. */
  readonly of: string;
  readonly sentence: string;
}

/** A part of a page. Several domains may add parts to one page. */
export interface Block {
  /** File of the page: `performance.html`; `index.html` has figures above its timeline and findings below it. */
  readonly page: string;
  /**
   * Where on it: first what was looked for, where a run looks for one figure; then what was measured, what was found in it, and how it came
   * about. Within a place the order of domains and of the list holds.
   */
  readonly place: 'lead' | 'figures' | 'findings' | 'details';
  /** Name of a template in `reports/templates`, or where it is. */
  readonly template: string | URL;
  /** What the template shows; null: nothing in this run. Every text in it is escaped. */
  view(results: Results, acceptance: RunAcceptance | null): object | null;
}

/** A line or two of the index page: what a section comes to. */
export interface Highlight {
  readonly verdict: GateResult['verdict'];
  readonly title: string;
  /** The failing ones first. */
  readonly lines: readonly string[];
  /** It is what the command was asked for, and so belongs beside its verdict on a terminal. */
  readonly isAnswer?: boolean;
}

/** A table of `summary.md`. */
export interface SummaryTable {
  readonly title: string;
  readonly head: readonly string[];
  /** Text; in bold where it stands in `strong`. */
  readonly rows: readonly (readonly (string | { readonly strong: string })[])[];
  /** How many of the last columns hold figures. */
  readonly figures: number;
}

/** Test cases that are no objectives: scenarios in a browser. */
export interface CaseSuite {
  readonly name: string;
  /** Id of the gate that they are evidence for. */
  readonly gate: string;
  readonly cases: readonly {
    readonly name: string;
    readonly durationMs: number;
    /** `error`: neither passed nor failed, which is no pass. */
    readonly outcome: 'passed' | 'failed' | 'error' | 'skipped';
    /** Why it is not passed. */
    readonly message: string;
    readonly detail: string;
  }[];
}

/**
 * What a domain adds to the reports. All functions take results that are readable already (`readableResults`); one that throws loses its own part
 * and no other.
 */
export interface Reporting {
  readonly pages?: readonly Page[];
  readonly blocks?: readonly Block[];
  /** @param acceptance who signed the run, which its results do not hold; null: nobody asked */
  highlights?(results: Results, acceptance: RunAcceptance | null): readonly Highlight[];
  /** Path or id of the run that people decide on in place of this one; null: this one may be signed. */
  signInstead?(results: Results): string | null;
  /** Of the run, beside the verdict. */
  facts?(results: Results): readonly Fact[];
  /** What takes weight from every figure: above the verdict. */
  notices?(results: Results): readonly Notice[];
  /** Whether the figures can be trusted. */
  trust?(results: Results): readonly TrustCard[];
  /** Targets and changes of level on the timeline; null: this run has no timeline for what the domain knows. */
  timeline?(results: Results): TimelineMarks | null;
  /** Suites for JUnit's file beside those of the gates. */
  suites?(results: Results): readonly CaseSuite[];
  /** What is behind an objective's figure, where it counts things: those that failed, by name. */
  details?(results: Results, result: ObjectiveResult): readonly string[];
  /** Sentences for the summary, above its tables: what failed by name, what was left out, what would have been enough. */
  brief?(results: Results): readonly string[];
  /** Tables for the summary beside that of the objectives. */
  tables?(results: Results): readonly SummaryTable[];
  /** By name, for every suite of JUnit's file. */
  properties?(results: Results): Readonly<Record<string, string>>;
  /** Texts for other programs, by file name: `accessibility.sarif`. */
  files?(results: Results): Readonly<Record<string, string>>;
}
