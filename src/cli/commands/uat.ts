import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import type { ResolvedConfig } from '../../config/resolved.ts';
import { mergeShards } from '../../domains/uat/run/merge.ts';
import { isUatRun } from '../../domains/uat/run/results.ts';
import { reportUat, runUat } from '../../domains/uat/run/run.ts';
import type { UatSelection } from '../../domains/uat/settings.ts';
import { addSignOff } from '../../evidence/sign-off.ts';
import type { DeclaredArtifact } from '../../model/artifact.ts';
import { browserNames } from '../../model/browser.ts';
import { ShakedownError } from '../../model/error.ts';
import type { UatResults } from '../../model/uat.ts';
import { readableDeep } from '../../report-kit/text.ts';
import { renderRun } from '../../run/simulate/render.ts';
import { interruption } from '../interrupt.ts';
import type { CommandContext } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { refuseChoiceOfAll } from '../together.ts';
import { commandLine } from '../typed.ts';
import { uatScreen } from '../view/uat.ts';
import { uatProgress } from '../view/uat-progress.ts';
import { runFolder } from './report.ts';

/** Options of `shakedown uat run`, parsed. */
export interface UatFlags {
  allScenarios?: boolean;
  scenario?: string[];
  tag?: string[];
  role?: string[];
  browser?: string[];
  size?: string[];
  shard?: { current: number; total: number };
  survey?: string;
  approve?: boolean;
  config?: string;
  target?: string;
  versionUnderTest?: string;
  artifact?: DeclaredArtifact[];
  sampleDefects?: string;
  out?: string;
  json?: boolean;
}

/** @param survey absolute; in place of the configured one */
function withSurvey(config: ResolvedConfig, survey: string): ResolvedConfig {
  return { ...config, uat: { ...config.uat, feedback: { ...config.uat.feedback, survey } } };
}

/** `shakedown uat run`: runs the scenarios, a line each, prints the verdict and ends with its exit code. */
export async function uatRun(flags: UatFlags, { terminal, setExitCode }: CommandContext): Promise<void> {
  refuseChoiceOfAll(flags);
  const cwd = process.cwd();
  const { config } = await loadConfig({
    cwd,
    file: flags.config,
    replays: false,
    overrides: {
      ...(flags.versionUnderTest === undefined ? {} : { version: flags.versionUnderTest }),
      ...(flags.artifact === undefined ? {} : { artifacts: flags.artifact }),
      ...(flags.target === undefined ? {} : { targetUrl: flags.target }),
      ...(flags.sampleDefects === undefined ? {} : { sampleDefects: flags.sampleDefects }),
      ...(flags.out === undefined ? {} : { reportsFolder: resolve(cwd, flags.out) }),
    },
  });
  const selection: UatSelection = {
    scenarios: flags.scenario ?? [],
    tags: flags.tag ?? [],
    roles: flags.role ?? [],
    browsers: oneOf(flags.browser ?? [], browserNames, '--browser'),
    sizes: oneOf(flags.size ?? [], ['phone', 'tablet', 'desktop'], '--size'),
  };
  const say = (line: string) => terminal.err(`${line}\n`);
  const signal = interruption(() => say('Ending in order, with a report of what was run. Ctrl-C again ends at once.'));
  const outcome = await runUat({
    config: flags.survey === undefined ? config : withSurvey(config, resolve(cwd, flags.survey)),
    selection,
    shard: flags.shard ?? null,
    approve: flags.approve === true,
    command: commandLine(),
    signal,
    onEvent: uatProgress(terminal, config.uat.retries),
  });
  show(outcome, flags.json === true, terminal);
  setExitCode(outcome.exitCode);
}

/** `shakedown uat merge`: one run of several shards. */
export async function uatMerge(
  runs: string[],
  flags: Pick<UatFlags, 'config' | 'json'>,
  { terminal, setExitCode }: CommandContext,
): Promise<void> {
  const folders = await Promise.all(runs.map((from) => runFolder({ ...flags, from })));
  const { config } = await loadConfig({ cwd: process.cwd(), file: flags.config, replays: false });
  const outcome = await mergeShards(folders, config.reports.folder);
  show(outcome, flags.json === true, terminal);
  setExitCode(outcome.exitCode);
}

interface SignFlags {
  role: string;
  decision: 'accept' | 'reject';
  person?: string;
  comment: string;
  config?: string;
}

/** `shakedown uat sign`: writes a decision into the run and renders it again. */
export async function uatSign(run: string, flags: SignFlags, { terminal }: CommandContext): Promise<void> {
  const folder = await runFolder({ ...flags, from: run });
  const { role, decision, comment } = flags;
  const person = flags.person ?? userInfo().username;
  const signed = addSignOff(folder, { role, decision, comment, person, at: new Date().toISOString() });
  const { index } = isUatRun(folder) ? await reportUat(folder) : await renderRun(folder);
  terminal.out(`${decision}ed by ${person} as ${role}, on evidence ${signed.manifestSha256}\n${index}\n`);
}

/** Renders a run of scenarios again and prints its verdict. */
export async function showUat(folder: string, json: boolean, terminal: Terminal): Promise<void> {
  show(await reportUat(folder), json, terminal);
}

function show({ results, index }: { results: UatResults; index: string }, json: boolean, terminal: Terminal): void {
  if (json) terminal.out(`${JSON.stringify(results, null, 1)}\n`);
  const style = json
    ? { columns: terminal.errColumns(), colors: terminal.errColors, unicode: terminal.unicode }
    : { columns: terminal.outColumns(), colors: terminal.outColors, unicode: terminal.unicode };
  (json ? terminal.err : terminal.out)(uatScreen(readableDeep(results) as UatResults, index, style));
}

function oneOf<T extends string>(given: readonly string[], known: readonly T[], option: string): T[] {
  return given.map((each) => {
    const found = known.find((one) => one === each);
    if (found === undefined) throw new ShakedownError('USAGE', `${option} ${each}: there are ${known.join(', ')}.`);
    return found;
  });
}
