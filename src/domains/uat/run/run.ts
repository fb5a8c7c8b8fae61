import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type LaunchableBrowser,
  launchable,
  namedBrowsers,
  waivedBrowser,
} from '../../../environment/browser-programs.ts';
import { reachableHosts } from '../../../environment/browser-reach.ts';
import { type Journal, openJournal } from '../../../evidence/journal.ts';
import { writeManifest } from '../../../evidence/manifest.ts';
import { createRunFolder } from '../../../evidence/run-folder.ts';
import { type Teardown, withTeardown } from '../../../evidence/teardown.ts';
import { browserNames, type UatBrowser } from '../../../model/browser.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';
import type { UatAttempt } from '../../../model/uat.ts';
import type { Services } from '../../command.ts';
import { surveyOf } from '../feedback/settings.ts';
import { prepareFilming } from '../filming.ts';
import { keepHistory } from '../history.ts';
import type { UatSelection } from '../settings.ts';
import { uatSizes } from '../sizes.ts';
import { readUatEvents, startScenarios } from '../start.ts';
import { readWaivers } from '../waivers.ts';

export type UatProgress =
  | { kind: 'phase'; text: string }
  /** Something that was asked for is not done; the rest is. */
  | { kind: 'warning'; text: string }
  | { kind: 'planned'; cells: number }
  | { kind: 'start'; current: string }
  | { kind: 'attempt'; attempt: UatAttempt };

export interface UatRunOptions {
  config: ResolvedConfig;
  selection: UatSelection;
  shard: { current: number; total: number } | null;
  approve: boolean;
  /** What the rooms above do for it. */
  services: Pick<Services, 'begun' | 'openTarget'>;
  signal: AbortSignal;
  onEvent(event: UatProgress): void;
}

/**
 * Runs business scenarios against the target in every browser that is there.
 * @returns the run's folder, with all that the run left; it is not judged yet
 * @throws ShakedownError for what stands in the way: no browser, no scenario, two with one id, a target that does not answer
 */
export async function runUat(options: UatRunOptions): Promise<string> {
  const { config } = options;
  const waivers = await readWaivers(config.uat.folder);
  const storeSurvey = await surveyOf(config.uat.feedback);
  const run = await createRunFolder(config.reports.folder);
  try {
    await withTeardown(async (teardown) => {
      teardown.before('release the run folder', () => run.release());
      await writeFile(join(run.path, 'waivers.json'), `${JSON.stringify(waivers, null, 1)}\n`, { mode: 0o600 });
      keepHistory(run.path, config.name);
      const journal = openJournal(join(run.path, 'journal.ndjson'), { source: `shakedown/runs/${run.id}` });
      teardown.before('close the journal', () => journal.close());
      await measure(options, run, journal, teardown);
    });
  } catch (error) {
    // What was measured stays; a run in which nothing began leaves nothing.
    if (!readUatEvents(run.path).some((event) => event.type === 'attempt')) {
      await rm(run.path, { recursive: true, force: true });
    }
    throw error;
  } finally {
    // What the runner left on its way: what counts was copied out of it.
    for (const scratch of ['.claims', '.beside', '.reserve', '.browsers', join('evidence', 'playwright')]) {
      await rm(join(run.path, scratch), { recursive: true, force: true });
    }
  }
  storeSurvey(run.path);
  sealed(run.path);
  return run.path;
}

/** @throws ShakedownError UAT_NOT_SEALED */
function sealed(folder: string): void {
  try {
    writeManifest(folder);
  } catch (cause) {
    throw new ShakedownError(
      'UAT_NOT_SEALED',
      `The evidence in ${folder} has no manifest: ${(cause as Error).message}.`,
      {
        hint: 'Free some room; `shakedown report --from` then renders what was run. To have it signed, run it again.',
        cause,
      },
    );
  }
}

async function measure(
  { config, selection, shard, approve, services, signal, onEvent }: UatRunOptions,
  run: { id: string; path: string },
  journal: Journal,
  teardown: Teardown,
): Promise<void> {
  onEvent({ kind: 'phase', text: 'looking for browsers' });
  const wanted = selection.browsers.length === 0 ? config.uat.browsers : selection.browsers;
  const open = () => {
    const text = config.target.sample === null ? 'checking the target' : 'starting the sample system';
    onEvent({ kind: 'phase', text });
    return services.openTarget(config, teardown, signal);
  };
  // Browsers take their time to say what they are: the target is opened meanwhile, if there is any that it could be for.
  const [found, target] = await Promise.all([
    namedBrowsers(wanted, config.uat.waivedBrowsers),
    wanted.some((name) => launchable(name) !== null) ? open() : null,
  ]);
  const browsers = found.flatMap(({ launch }): LaunchableBrowser[] => (launch === null ? [] : [launch]));
  if (browsers.length === 0 || target === null) {
    throw new ShakedownError('UAT_NO_BROWSER', `None of ${wanted.join(', ')} is installed.`, {
      hint: '`npx playwright install` installs them; or name one with SHAKEDOWN_CHROMIUM or SHAKEDOWN_FIREFOX.',
      exitCode: exitCodes.missingProgram,
    });
  }
  const filming = await prepareFilming(config.uat.video, run.path, browsers);
  if (filming.notDone !== null) onEvent({ kind: 'warning', text: filming.notDone });
  journal.append(
    'shakedown.run.started',
    await services.begun(config, {
      runId: run.id,
      durationMs: 0,
      target,
      programs: found.flatMap(({ shown }) => programOf(shown)),
    }),
  );
  const sizes = uatSizes.filter(({ name }) => selection.sizes.length === 0 || selection.sizes.includes(name));
  journal.append('shakedown.uat.started', {
    browsers: [...found.map(({ shown }) => shown), ...waivedBeside(found, config.uat.waivedBrowsers)],
    sizes,
    chosen: chosenWords(selection, shard),
    scenarioFolder: config.uat.folder,
    budgets: config.uat.budgets,
    ...(filming.notDone === null ? {} : { notFilmed: filming.notDone }),
  });
  onEvent({
    kind: 'phase',
    text: `running in ${found
      .filter(({ launch }) => launch !== null)
      .map(({ shown }) => shown.label)
      .join(' and ')}`,
  });
  await startScenarios({
    scenarioFolder: config.uat.folder,
    settings: {
      baseUrl: target.baseUrl,
      allowHosts: reachableHosts(config.target.allowHosts, target.baseUrl),
      folder: run.path,
      browsers,
      selection,
      retries: config.uat.retries,
      workers: config.uat.workers,
      shard,
      stepBudgetMs: config.uat.stepBudgetMs,
      shiftBudget: config.uat.budgets.CLS,
      visualTolerance: config.uat.visualTolerance,
      visualChanges: config.uat.visualChanges,
      visualMasks: config.uat.visualMasks,
      video: filming.video,
      evidence: config.uat.evidence,
      approve,
    },
    signal,
    environment: filming.environment,
    onPlanned: (cells) => onEvent({ kind: 'planned', cells }),
    onStart: ({ scenario, title, browser, size }) =>
      onEvent({ kind: 'start', current: `${scenario} ${title}, ${browser} ${size}` }),
    onAttempt: (attempt) => onEvent({ kind: 'attempt', attempt }),
  });
  if (signal.aborted) journal.append('shakedown.run.interrupted', { reason: 'ended by the user' });
  journal.append('shakedown.run.ended', { endedAt: new Date().toISOString() });
}

/** Waived browsers that are not among those of the configuration: a waiver counts for them too. */
function waivedBeside(
  found: readonly { shown: UatBrowser }[],
  waived: ResolvedConfig['uat']['waivedBrowsers'],
): UatBrowser[] {
  return browserNames.flatMap((name) => {
    const why = waived[name];
    return why === undefined || found.some(({ shown }) => shown.name === name) ? [] : [waivedBrowser(name, why)];
  });
}

function programOf({ label, name, version, origin }: UatBrowser) {
  return version === null || origin === null ? [] : [{ name: label.split(' ')[0] ?? name, version, origin }];
}

function chosenWords(
  { scenarios, tags, roles, browsers, sizes }: UatSelection,
  shard: UatRunOptions['shard'],
): string[] {
  const words = (name: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${name} ${values.join(' or ')}`];
  return [
    ...words('scenario', scenarios),
    ...words('tag', tags),
    ...words('role', roles),
    ...words('browser', browsers),
    ...words('size', sizes),
    ...(shard === null ? [] : [`shard ${shard.current} of ${shard.total}`]),
  ];
}
