import type { Teardown } from '../evidence/teardown.ts';
import type { Artifact } from '../model/artifact.ts';
import type { CertificateSettings, Certified } from '../model/certificate.ts';
import type { ResolvedConfig } from '../model/config.ts';
import type { ExitCode } from '../model/error.ts';
import type { JournalEvents } from '../model/event.ts';
import type { Program, Results } from '../model/results.ts';
import type { SampleMonitoring, SampleSystem } from '../model/sample-system.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import type { Terminal } from '../report-kit/terminal/terminal.ts';
import type { RunTarget } from './companion.ts';
import type { RunFollower } from './live.ts';
import type { PartDomain } from './part-declaration.ts';
import type { Phase } from './phase.ts';
import type { ValidationServices } from './validation.ts';

/** An option of a command, declared once: parsing, help and completion are made from it. */
export interface OptionDeclaration {
  /** `--rate <requests>`, `--chaos [what...]`. */
  readonly flags: string;
  readonly help: string;
  readonly choices?: readonly string[];
  readonly default?: unknown;
  readonly mandatory?: boolean;
  /** Reads one value. @param before what it came to so far, where it is given again @throws InvalidOption */
  readonly parse?: (text: string, before: never) => unknown;
  /** Its value is a path, relative to where the command is started. */
  readonly isPath?: boolean;
  /** Dotted key of the configuration whose value the option takes the place of: `browser.vus`. */
  readonly key?: string;
  /** Keys that are left out of the configuration where the option is given: what they say is of what it replaces. */
  readonly clears?: readonly string[];
  /** Options that it cannot be used with, by their names in code, and why, within a sentence. */
  readonly conflicts?: readonly { readonly with: readonly string[]; readonly why: string }[];
  /** The option without which it does nothing, by its name in code. */
  readonly needs?: string;
}

export interface ArgumentDeclaration {
  /** `<run>`, `[folder]`, `<files...>` */
  readonly flags: string;
  readonly help: string;
  readonly choices?: readonly string[];
  readonly default?: unknown;
}

export interface CommandDeclaration {
  /** Its words: `chaos run`. */
  readonly name: string;
  readonly help: string;
  readonly arguments?: readonly ArgumentDeclaration[];
  readonly options?: readonly OptionDeclaration[];
  /** Loads what does the work, when the command is called. Absent: it groups those whose names begin with its own. */
  readonly load?: () => Promise<CommandAction>;
}

/**
 * @param args its arguments in order, as it declares them
 * @param options its options by their names in code; those that were not given and have no default are absent
 */
export type CommandAction = (args: never, options: never, services: Services) => Promise<void>;

/** What a command is given by the rooms above the domains, which it may not import. `src/cli` provides it. */
export interface Services extends ValidationServices {
  readonly terminal: Terminal;
  /** Where the command was started; absolute. */
  readonly cwd: string;
  /** As the user typed it, for reports. */
  readonly commandLine: string;
  /** The code that the process ends with when the command returns; 0 when it is never set. */
  setExitCode(code: ExitCode): void;
  /** Fires at the first Ctrl-C (or SIGTERM, SIGHUP), so that the command can end in order. @param onFirst says so to the user */
  interruption(onFirst?: () => void): AbortSignal;
  /** What a person types while the command runs, in small letters; nothing where nobody sits at a terminal. `end` gives the terminal back. */
  typedLines(): { readonly isPerson: boolean; next(): string | null; end(): void };
  /**
   * The configuration that `--config` names, or that is found, with the command's options over it.
   * @throws ShakedownError CONFIG_NOT_FOUND, CONFIG_AMBIGUOUS, CONFIG_SYNTAX, CONFIG_INVALID, PROFILE_INVALID
   */
  configuration(given?: ConfigurationChoice): Promise<LoadedConfig>;
  /** What the configuration says of certificates, read without the rest of it. @throws ShakedownError as `configuration` */
  certificateSettings(): Promise<CertificateSettings>;
  /** Folder of a run, named by its path or its id. @throws ShakedownError RUN_NOT_FOUND */
  runFolder(from: string): Promise<string>;
  /** Starts the sample system, or checks that the configured target answers. @throws ShakedownError TARGET_NOT_ALLOWED, TARGET_DOWN */
  openTarget(config: ResolvedConfig, teardown: Teardown, signal: AbortSignal): Promise<RunTarget>;
  /**
   * Starts the sample system; the teardown ends it.
   * @param about its log, a line a request; the Zipkin that its spans go to
   */
  startSample(
    about: { logFile: string; spansUrl: string | null },
    teardown: Teardown,
    signal: AbortSignal,
  ): Promise<SampleSystem>;
  /** How the sample system's production is watched. */
  readonly sampleMonitoring: SampleMonitoring;
  /** The domains whose parts make the final validation, in the order of reports. */
  readonly partDomains: readonly PartDomain[];
  /** What the domains declare of the stage, with the domain of each, in the order of the table. */
  phases(): Promise<readonly (Phase & { readonly domain: string })[]>;
  /** Follows a run that another process makes. @param folder of it */
  followRun(folder: string): Promise<RunFollower>;
  /** Whether a command begins with these words. */
  hasCommand(words: readonly string[]): boolean;
  /** The first event of a run: the candidate, the machine, the command, and the configuration without its secrets. */
  begun(
    config: ResolvedConfig,
    about: {
      runId: string;
      durationMs: number;
      target: { label: string; artifacts: readonly Artifact[] };
      programs: Program[];
    },
  ): Promise<JournalEvents['shakedown.run.started']>;
  /** Judges a run by what it left in its folder, and writes its reports again. */
  render(folder: string): Promise<{ results: Results; acceptance: RunAcceptance; index: string; warnings: string[] }>;
  /** Id of the run that people decide on in place of this one; null: this one may be signed. */
  signInstead(results: Results): Promise<string | null>;
  /** Tells those who are to hear of it that a run began and how it ended; `begun` and `render` do it for the runs that they are called for. */
  readonly notices: {
    began(config: ResolvedConfig, run: string, command: string): void;
    ended(folder: string, results: Results): Promise<void>;
    /** For what began and was never judged. @param reason a sentence */
    broken(reason: string): Promise<void>;
  };
  /**
   * Issues what a finished run shows, signed, into its `certificate/`: a certificate where it is READY by a policy and nothing speaks against it; with
   * `isFailedWanted`, of one that is NOT READY a test result that says FAILED. Nothing is issued of one that is inconclusive.
   * @param folder of the run; it has ended, and its manifest is written
   * @throws ShakedownError CERTIFICATE_REFUSED (its message names why), CERTIFICATE_EXISTS, CERTIFICATE_KEY, CERTIFICATE_NOT_WRITTEN, TIME_STAMP, OPENSSL_MISSING, NO_MANIFEST, EVIDENCE_CHANGED
   */
  certify(folder: string, about?: { isFailedWanted?: boolean }): Promise<Certified>;
  /** Prints the report's first screen, or with `json` the results as data and the screen as a message. */
  show(outcome: ShownOutcome, json: boolean): Promise<void>;
}

export interface ShownOutcome {
  results: Results;
  /** Path of the report. */
  index: string;
  /** Who signed the run; absent: it has only just ended. */
  acceptance?: RunAcceptance;
}

export interface ConfigurationChoice {
  /** Whether traffic will be replayed: a system of the user's own then needs a recording. Absent: no. */
  replays?: boolean;
  /** Name of the policy where neither the configuration nor the command line names one. Absent: none. */
  policy?: string;
  /** What the run that is resumed was begun with; the command's own options go over it. */
  begun?: { configFile: string | null; overrides: Overrides };
}

/** Values by dotted key that take the place of the configuration's: `{ 'profile.scale': 2 }`. */
export type Overrides = Readonly<Record<string, unknown>>;

export interface LoadedConfig {
  config: ResolvedConfig;
  /** Absolute path; null: none was found and the built-in one is used. */
  file: string | null;
  /** Absolute path of the project: where the file is, or where the command was started. */
  folder: string;
  /** What was laid over the file. */
  overrides: Overrides;
}
