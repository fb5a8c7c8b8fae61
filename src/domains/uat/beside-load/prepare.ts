import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LaunchableBrowser, namedBrowsers } from '../../../environment/browser-programs.ts';
import { reachableHosts } from '../../../environment/browser-reach.ts';
import type { UatBrowser, UatSize } from '../../../model/browser.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { Program } from '../../../model/results.ts';
import type { ScenarioInfo } from '../../../model/uat.ts';
import type { Asked } from '../../companion.ts';
import type { UatSelection, UatSettings } from '../settings.ts';
import { uatSizes } from '../sizes.ts';
import { startScenarios } from '../start.ts';
import { readWaivers, type Waiver } from '../waivers.ts';

/** Scenarios that stand ready to be run while a load is on. */
export interface PreparedScenarios {
  browsers: UatBrowser[];
  launch: LaunchableBrowser[];
  sizes: UatSize[];
  selection: UatSelection;
  /** In words; empty: all. */
  chosen: string[];
  /** Scenario runs in a round. */
  cells: number;
  waivers: Waiver[];
  programs: Program[];
}

const usualTag = 'smoke';

/**
 * Finds browsers and lists the chosen scenarios. Browsers that are not there are not run: then the load goes on without them.
 * @param named ids, tags or roles, or `all`; empty: those tagged smoke, or all where none is
 * @throws ShakedownError UAT_NO_SCENARIOS, UAT_DUPLICATE_ID, UAT_NOT_LOADED, UAT_WAIVERS
 */
export async function prepareScenarios(
  named: readonly string[],
  { config, signal, phase, warn }: Asked,
): Promise<PreparedScenarios> {
  phase('looking for browsers and scenarios');
  const { duringLoad } = config.uat;
  const found = await namedBrowsers(duringLoad.browsers, config.uat.waivedBrowsers);
  const launch = found.flatMap(({ launch: one }) => (one === null ? [] : [one]));
  const browsers = found.map(({ shown }) => shown);
  for (const { label, notRun } of browsers) if (notRun !== null) warn(`${label} is not run: ${notRun}.`);
  const sizes = uatSizes.filter(({ name }) => duringLoad.sizes.includes(name));
  const base: UatSelection = {
    scenarios: [],
    tags: [],
    roles: [],
    browsers: launch.map(({ name }) => name),
    sizes: sizes.map(({ name }) => name),
  };
  const waivers = await readWaivers(config.uat.folder);
  const programs = browsers.flatMap(({ name, label, version, origin }) =>
    version === null || origin === null ? [] : [{ name: label.split(' ')[0] ?? name, version, origin }],
  );
  const rest = { browsers, launch, sizes, waivers, programs };
  if (launch.length === 0) return { ...rest, selection: base, chosen: [...named], cells: 0 };
  const { planned, cells } = await listed(config, { ...base, named: [] }, launch, signal);
  const names = chosenNames(named, planned);
  const isChosen = (one: ScenarioInfo) => names.length === 0 || names.some((name) => isNamed(one, name));
  const shares = planned.filter(isChosen).length / Math.max(1, planned.length);
  return { ...rest, selection: { ...base, named: names }, chosen: names, cells: Math.round(cells * shares) };
}

function isNamed({ id, tags, role }: ScenarioInfo, name: string): boolean {
  return id === name || role === name || tags.includes(name);
}

/** @throws ShakedownError UAT_NO_SCENARIOS for a name that chooses none */
function chosenNames(named: readonly string[], scenarios: readonly ScenarioInfo[]): string[] {
  if (named.includes('all')) return [];
  if (named.length === 0) return scenarios.some((one) => one.tags.includes(usualTag)) ? [usualTag] : [];
  const unknown = named.find((name) => !scenarios.some((one) => isNamed(one, name)));
  if (unknown === undefined) return [...named];
  throw new ShakedownError('UAT_NO_SCENARIOS', `No scenario has the id, tag or role ${JSON.stringify(unknown)}.`, {
    hint: `There are ${[...new Set(scenarios.map(({ id }) => id))].slice(0, 20).join(', ')}; or \`all\`.`,
    exitCode: exitCodes.usage,
  });
}

async function listed(
  config: ResolvedConfig,
  selection: UatSelection,
  browsers: LaunchableBrowser[],
  signal: AbortSignal,
): Promise<{ planned: ScenarioInfo[]; cells: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-scenarios-'));
  let planned: ScenarioInfo[] = [];
  let cells = 0;
  try {
    await startScenarios({
      scenarioFolder: config.uat.folder,
      settings: { ...roundSettings(config, folder, 'http://127.0.0.1', browsers, selection) },
      signal,
      isList: true,
      onPlanned(count, all) {
        cells = count;
        planned = all.map(({ scenario }) => scenario);
      },
      onAttempt() {},
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { planned, cells };
}

/** The runner's settings for a round. */
export function roundSettings(
  config: ResolvedConfig,
  folder: string,
  baseUrl: string,
  browsers: LaunchableBrowser[],
  selection: UatSelection,
): UatSettings {
  return {
    baseUrl,
    allowHosts: reachableHosts(config.target.allowHosts, baseUrl),
    folder,
    browsers,
    selection,
    retries: config.uat.retries,
    workers: config.uat.duringLoad.workers,
    shard: null,
    stepBudgetMs: config.uat.stepBudgetMs,
    shiftBudget: config.uat.budgets.CLS,
    visualTolerance: config.uat.visualTolerance,
    visualChanges: config.uat.visualChanges,
    visualMasks: config.uat.visualMasks,
    evidence: config.uat.evidence,
    // Recording video would take processor time from the machine that sends the load.
    video: 'off',
    approve: false,
  };
}
