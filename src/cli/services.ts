import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type {
  CommandDeclaration,
  ConfigurationChoice,
  LoadedConfig,
  Overrides,
  Services,
  ShownOutcome,
} from '../domains/command.ts';
import type { Domain } from '../domains/domain.ts';
import { type ExitCode, ShakedownError } from '../model/error.ts';
import type { Results } from '../model/results.ts';
import type { SigningTrust } from '../model/sign-off.ts';
import type { RunAcceptance } from '../model/uat-under-load.ts';
import type { Terminal } from '../report-kit/terminal/terminal.ts';
import { readable } from '../report-kit/text.ts';
import { sampleAsLocalSystem } from '../sample/builds.ts';
import { sampleMonitoring } from '../sample/production-set.ts';
import { interruption } from './interrupt.ts';
import { Notices } from './notices.ts';
import { typedLines } from './typed-lines.ts';

/** What the command line is made for; a test gives its own. */
export interface ProgramOptions {
  /** Those that the command line needs. */
  domains: readonly Domain[];
  /** Loads all of them, where `domains` has none: the configuration has keys of each. */
  allDomains?: () => Promise<readonly Domain[]>;
  terminal: Terminal;
  setExitCode(code: ExitCode): void;
}

/**
 * What a command is given by the rooms above the domains.
 * @param file configuration file that the command line names
 * @param overrides what the command line says in place of the configuration
 * @param table every command there is
 */
export function servicesOf(
  { domains, allDomains, terminal, setExitCode }: ProgramOptions,
  { file, overrides, table }: { file: string | undefined; overrides: Overrides; table: readonly CommandDeclaration[] },
): Services {
  const cwd = process.cwd();
  const configuration = async ({ replays = false, begun, policy }: ConfigurationChoice = {}): Promise<LoadedConfig> => {
    const { loadConfig } = await import('../config/load.ts');
    return loadConfig({
      cwd,
      domains: (await allDomains?.()) ?? domains,
      file: file ?? begun?.configFile ?? undefined,
      overrides: { ...begun?.overrides, ...overrides },
      replays,
      policy,
    });
  };
  const notices = new Notices((text) => terminal.err(`${readable(text)}\n`));
  return {
    terminal,
    cwd,
    commandLine: commandLine(),
    setExitCode,
    interruption: (onFirst = () => {}) => interruption(onFirst),
    typedLines: () => typedLines(),
    configuration,
    async certificateSettings() {
      const { certificateAlone } = await import('../config/certificate-alone.ts');
      return certificateAlone(cwd, file);
    },
    runFolder: (from) => runFolder(from, async () => (await configuration()).config.reports.folder),
    async openTarget(config, teardown, signal) {
      const { openTarget } = await import('../run/simulate/target.ts');
      return openTarget(config, teardown, signal, null);
    },
    async startSample({ logFile, spansUrl }, teardown, signal) {
      const { startSample } = await import('../sample/start.ts');
      const system = await startSample({
        ...{ log: logFile, accessLog: true },
        ...(spansUrl === null ? {} : { tracesUrl: spansUrl }),
        signal,
      });
      teardown.before('stop the sample system', () => system.stop());
      return system;
    },
    sampleMonitoring,
    sampleSystem: sampleAsLocalSystem,
    partDomains: domains.flatMap(({ parts }) => parts ?? []),
    async judged(folder, wholeGate, by) {
      const { judgedAsIs } = await import('../run/simulate/render.ts');
      return judgedAsIs(folder, wholeGate, by);
    },
    async runCommand(words, about) {
      const { runOwnCommand, sameCandidate } = await import('./own-command.ts');
      return runOwnCommand([...words, ...sameCandidate(words, { file, overrides }, table)], about);
    },
    notices,
    async begun(config, about) {
      const { runStarted } = await import('../run/simulate/started.ts');
      const started = await runStarted(config, { ...about, command: commandLine() });
      notices.began(config, about.runId, commandLine());
      return started;
    },
    async phases() {
      const all = await Promise.all(
        domains.map(async ({ id, phases }) => ((await phases?.()) ?? []).map((phase) => ({ ...phase, domain: id }))),
      );
      return all.flat();
    },
    async followRun(folder) {
      const { followRun } = await import('../run/live/follow-run.ts');
      return followRun(folder);
    },
    hasCommand: (words) =>
      table.some(({ name, load }) => load !== undefined && `${words.join(' ')} `.startsWith(`${name} `)),
    async render(folder) {
      const { renderRun } = await import('../run/simulate/render.ts');
      const rendered = await renderRun(folder, { trust: await trusted(folder) });
      await notices.ended(folder, rendered.results);
      return rendered;
    },
    async signInstead(results) {
      const reportings = await Promise.all(((await allDomains?.()) ?? domains).map(({ reporting }) => reporting?.()));
      return reportings.map((each) => each?.signInstead?.(results) ?? null).find((run) => run !== null) ?? null;
    },
    async certify(folder, { isFailedWanted = false } = {}) {
      const { certify } = await import('../run/certificate/issue.ts');
      const { renderRun } = await import('../run/simulate/render.ts');
      const { certificate: settings } = (await configuration()).config;
      const trust = await trusted(folder);
      return certify(folder, { settings, isFailedWanted, render: (results) => renderRun(folder, { results, trust }) });
    },
    show: (outcome, json) => show({ domains, terminal }, outcome, json),
  };

  /** Only a run that somebody signed asks for the configuration: others are rendered without any. */
  async function trusted(folder: string): Promise<SigningTrust | null> {
    const { hasSignOffs } = await import('../signing/acceptance.ts');
    if (!hasSignOffs(folder)) return null;
    const { trustFor } = await import('../signing/trust.ts');
    return trustFor(folder, (await configuration()).config.signing);
  }
}

async function show(
  { domains, terminal }: Pick<ProgramOptions, 'domains' | 'terminal'>,
  { results, index, acceptance }: ShownOutcome,
  json: boolean,
): Promise<void> {
  const { firstScreen } = await import('../report/first-screen.ts');
  const { finalScreen } = await import('./view/final.ts');
  const style = json
    ? { columns: terminal.errColumns(), colors: terminal.errColors, unicode: terminal.unicode }
    : { columns: terminal.outColumns(), colors: terminal.outColors, unicode: terminal.unicode };
  if (json) terminal.out(resultsJson(results, acceptance));
  (json ? terminal.err : terminal.out)(finalScreen(await firstScreen(results, domains, acceptance), index, style));
}

/** The results as data; where somebody decided on the run, with what each decision is worth. */
export function resultsJson(results: Results, acceptance: RunAcceptance | undefined): string {
  const signed = acceptance === undefined || acceptance.signOffs.length === 0 ? {} : { acceptance };
  return `${JSON.stringify({ ...results, ...signed }, null, 1)}\n`;
}

/** The command as the user typed it, for the report. */
function commandLine(): string {
  const quoted = process.argv
    .slice(2)
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`));
  return ['shakedown', ...quoted].join(' ');
}

/** A folder, or the id of a run in the configured reports folder. */
async function runFolder(from: string, reportsFolder: () => Promise<string>): Promise<string> {
  if (from === '') throw new ShakedownError('USAGE', 'No run is named: its name is empty.');
  const direct = resolve(from);
  let looked = direct;
  if (existsSync(join(direct, 'journal.ndjson'))) return direct;
  if (/^[\w-]+$/.test(from)) {
    const byId = join(await reportsFolder(), from);
    if (existsSync(join(byId, 'journal.ndjson'))) return byId;
    looked = existsSync(direct) ? direct : byId;
  }
  const what = existsSync(looked) ? 'it has no journal.ndjson' : 'there is no such folder';
  throw new ShakedownError('RUN_NOT_FOUND', `No run at ${looked}: ${what}.`, {
    hint: 'Name the folder of a run, such as reports/runs/2026-11-20T0900-7f3a, or its id, as `shakedown runs list` prints it.',
  });
}
