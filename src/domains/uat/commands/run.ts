import { userInfo } from 'node:os';
import { addSignOff } from '../../../evidence/sign-off.ts';
import { browserNames } from '../../../model/browser.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { UatResults } from '../../../model/uat.ts';
import type { Terminal } from '../../../report-kit/terminal/terminal.ts';
import { readableDeep } from '../../../report-kit/text.ts';
import type { Services } from '../../command.ts';
import { mergeShards } from '../run/merge.ts';
import { isUatRun } from '../run/results.ts';
import { reportUat, runUat } from '../run/run.ts';
import type { UatSelection } from '../settings.ts';
import { uatProgress } from './progress.ts';
import { uatScreen } from './screen.ts';

/** Options of `shakedown uat run`, parsed. */
interface UatFlags {
  scenario?: string[];
  tag?: string[];
  role?: string[];
  browser?: string[];
  size?: string[];
  shard?: { current: number; total: number };
  approve?: boolean;
  json?: boolean;
}

/** `shakedown uat run`: runs the scenarios, a line each, prints the verdict and ends with its exit code. */
export async function uatRun(_: unknown[], flags: UatFlags, services: Services): Promise<void> {
  const { terminal } = services;
  const { config } = await services.configuration();
  const selection: UatSelection = {
    scenarios: flags.scenario ?? [],
    tags: flags.tag ?? [],
    roles: flags.role ?? [],
    browsers: oneOf(flags.browser ?? [], browserNames, '--browser'),
    sizes: oneOf(flags.size ?? [], ['phone', 'tablet', 'desktop'], '--size'),
  };
  const say = (line: string) => terminal.err(`${line}\n`);
  const signal = services.interruption(() =>
    say('Ending in order, with a report of what was run. Ctrl-C again ends at once.'),
  );
  const outcome = await runUat({
    config,
    selection,
    shard: flags.shard ?? null,
    approve: flags.approve === true,
    command: services.commandLine,
    signal,
    onEvent: uatProgress(terminal, config.uat.retries),
  });
  show(outcome, flags.json === true, terminal);
  services.setExitCode(outcome.exitCode);
}

/** `shakedown uat merge`: one run of several shards. */
export async function uatMerge([runs]: [string[]], flags: Pick<UatFlags, 'json'>, services: Services): Promise<void> {
  const folders = await Promise.all(runs.map((from) => services.runFolder(from)));
  const { config } = await services.configuration();
  const outcome = await mergeShards(folders, config.reports.folder);
  show(outcome, flags.json === true, services.terminal);
  services.setExitCode(outcome.exitCode);
}

interface SignFlags {
  role: string;
  decision: 'accept' | 'reject';
  person?: string;
  comment: string;
}

/** `shakedown uat sign`: writes a decision into the run and renders it again. */
export async function uatSign([run]: [string], flags: SignFlags, services: Services): Promise<void> {
  const folder = await services.runFolder(run);
  const { role, decision, comment } = flags;
  const person = flags.person ?? userInfo().username;
  const render = () => (isUatRun(folder) ? reportUat(folder) : services.render(folder));
  // What is signed is what the evidence shows, whatever was written into the results.
  await render();
  const signed = addSignOff(folder, { role, decision, comment, person, at: new Date().toISOString() });
  const { index } = await render();
  services.terminal.out(`${decision}ed by ${person} as ${role}, on evidence ${signed.manifestSha256}\n${index}\n`);
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
