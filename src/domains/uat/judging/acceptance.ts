import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { playwrightVersion } from '../../../environment/browser-programs.ts';
import type { AcceptanceResult, UatAttempt } from '../../../model/uat.ts';
import { groupFindings } from '../findings.ts';
import { historyOf } from '../history.ts';
import { manualChecks, manualFindings } from '../manual/checklist.ts';
import { manualGuide } from '../manual/guide.ts';
import { foldEvents } from '../record.ts';
import { readUatEvents } from '../start.ts';
import { vitalResults } from '../vitals.ts';
import { waiversOfRun } from '../waivers.ts';
import { wcagCoverage } from '../wcag.ts';
import type { ScenarioRun } from './fold.ts';

/** Whether a run is one of business scenarios alone; those beside a load leave what they do in a folder of their own. */
export function isUatRun(folder: string): boolean {
  return existsSync(join(folder, 'uat.ndjson'));
}

/**
 * The result of a run of scenarios alone: a fold over its `uat.ndjson`.
 * @throws ShakedownError RUN_DAMAGED where the waivers that it started with cannot be read
 */
export function acceptanceOf({ started, facts }: ScenarioRun): AcceptanceResult {
  const { attempts, ...record } = foldEvents(readUatEvents(facts.folder));
  const { groups, problems } = groupFindings(attempts, waiversOfRun(facts.folder), new Date(facts.started.time));
  const checklist = manualChecks(facts.folder);
  return {
    ...record,
    history: historyOf(facts.folder),
    browsers: started.browsers,
    sizes: started.sizes,
    findings: [...manualFindings(checklist), ...groups],
    vitals: vitalResults(attempts, started.browsers, started.budgets),
    coverage: wcagCoverage(),
    waiverProblems: problems,
    manual: [...manualGuide],
    checklist,
    unwatched: unwatched(attempts),
    playwright: playwrightVersion(),
  };
}

function unwatched(attempts: readonly UatAttempt[]): string[] {
  const ran = attempts.filter(({ status, observation }) => observation.unwatched === true && status !== 'skipped');
  return [...new Set(ran.map(({ scenario }) => scenario.id))];
}
