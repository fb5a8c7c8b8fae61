import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifestState } from '../../../evidence/manifest.ts';
import { readSignOffs } from '../../../evidence/sign-off.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { JournalData } from '../../../model/event.ts';
import type { UatAttempt, UatResult, UatResults } from '../../../model/uat.ts';
import { readinessWord } from '../../../model/verdict.ts';
import { readJournal } from '../../../run/results/events.ts';
import { playwrightVersion } from '../browsers.ts';
import { uatCriteria, uatGate, uatSentence } from '../criteria.ts';
import { groupFindings } from '../findings.ts';
import { foldEvents } from '../fold.ts';
import { manualChecks } from '../manual.ts';
import { feedbackCriterion } from '../satisfaction.ts';
import { readUatEvents } from '../start.ts';
import { vitalResults } from '../vitals.ts';
import type { Waiver } from '../waivers.ts';
import { wcagCoverage } from '../wcag.ts';
import { feedbackOf } from './feedback.ts';

type Data<T extends JournalData['type']> = Extract<JournalData, { type: T }>['data'];

/** Whether a run is one of business scenarios. */
export function isUatRun(folder: string): boolean {
  return existsSync(join(folder, 'uat.ndjson')) && existsSync(join(folder, 'waivers.json'));
}

/**
 * What a run of scenarios left, judged: a fold over its journal and its `uat.ndjson`.
 * @throws ShakedownError UAT_RUN where it is a run of another kind, RUN_DAMAGED where the journal does not tell how it began
 */
export async function buildUatResults(folder: string): Promise<UatResults> {
  let started: (Data<'shakedown.run.started'> & { time: string }) | null = null;
  let uat: Data<'shakedown.uat.started'> | null = null;
  let endedAt: string | null = null;
  let interrupted: string | null = null;
  for await (const event of readJournal(join(folder, 'journal.ndjson'), () => {})) {
    if (event.type === 'shakedown.run.started') started = { ...event.data, time: event.time };
    if (event.type === 'shakedown.uat.started') uat = event.data;
    if (event.type === 'shakedown.run.ended') endedAt = event.data.endedAt;
    if (event.type === 'shakedown.run.interrupted') interrupted = event.data.reason;
  }
  if (started !== null && uat === null && !isUatRun(folder)) {
    throw new ShakedownError('UAT_RUN', `${folder} is no run of business scenarios.`, {
      hint: 'Name a run of `shakedown uat run`.',
    });
  }
  if (started === null || uat === null) {
    throw new ShakedownError('RUN_DAMAGED', `The journal of ${folder} does not say how the scenarios began.`, {
      hint: 'Run the scenarios again.',
    });
  }
  const record = foldEvents(readUatEvents(folder));
  const waivers = waiversOf(folder);
  const { groups, problems } = groupFindings(record.attempts, waivers, new Date(started.time));
  const vitals = vitalResults(record.attempts, uat.browsers, uat.budgets);
  const judged = { ...record, browsers: uat.browsers, findings: groups, vitals };
  const manifest = readManifestState(folder);
  const feedback = feedbackOf(folder, started.config);
  const criteria = [...uatCriteria(judged), ...feedbackCriterion(feedback)];
  const gate = uatGate(criteria);
  const verdict = gate.verdict === 'not run' ? 'inconclusive' : gate.verdict;
  const result: UatResult = {
    browsers: uat.browsers,
    sizes: uat.sizes,
    scenarios: record.scenarios,
    findings: groups,
    looks: record.looks,
    vitals,
    checks: record.checks,
    coverage: wcagCoverage(),
    waiverProblems: problems,
    manual: [...manualChecks],
    criteria,
    troubles: record.troubles,
    evidence: {
      files: manifest.files,
      bytes: manifest.bytes,
      leftOut: record.leftOut,
      manifestSha256: manifest.sha256,
      tampered: manifest.tampered,
    },
    signOffs: readSignOffs(folder),
    wallMs: record.wallMs,
    feedback,
    playwright: playwrightVersion(),
  };
  return {
    format: 'shakedown.uat/1',
    run: { id: started.runId, command: started.command, startedAt: started.time, endedAt, interrupted },
    candidate: started.candidate,
    environment: started.environment,
    verdict: verdict === 'pass' && interrupted !== null ? 'inconclusive' : verdict,
    word: readinessWord[verdict === 'pass' && interrupted !== null ? 'inconclusive' : verdict],
    sentence: uatSentence(verdict, criteria),
    missing: [
      ...missing(result, interrupted, uat.chosen),
      ...unwatched(record.attempts),
      ...(uat.notFilmed === undefined ? [] : [uat.notFilmed]),
    ],
    gates: [gate],
    uat: result,
  };
}

/** Those that the run was begun with. Without them it would be judged as another run. */
function waiversOf(folder: string): Waiver[] {
  const file = join(folder, 'waivers.json');
  try {
    const waivers: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(waivers)) throw new Error('it is no list');
    return waivers as Waiver[];
  } catch (cause) {
    throw new ShakedownError('RUN_DAMAGED', `${file} cannot be read: ${(cause as Error).message}.`, {
      hint: 'Run the scenarios again.',
      cause,
    });
  }
}

function unwatched(attempts: readonly UatAttempt[]): string[] {
  const ran = attempts.filter(({ status, observation }) => observation.unwatched === true && status !== 'skipped');
  const ids = [...new Set(ran.map(({ scenario }) => scenario.id))];
  if (ids.length === 0) return [];
  const names = ids.slice(0, 4).join(', ');
  return [
    `Nothing was checked beside ${ids.length > 4 ? `${names} and ${ids.length - 4} more` : names}: import { test } from 'shakedown/uat' in place of '@playwright/test' to have the pages watched.`,
  ];
}

function missing(
  { browsers, signOffs, findings, looks, waiverProblems, evidence }: UatResult,
  interrupted: string | null,
  chosen: string[],
): string[] {
  const lines: string[] = [];
  if (evidence.tampered.length > 0)
    lines.push(`The evidence was changed after the run: ${evidence.tampered.slice(0, 3).join(', ')}.`);
  if (evidence.leftOut > 0)
    lines.push(
      `${evidence.leftOut} ${evidence.leftOut === 1 ? 'file' : 'files'} of evidence could not be kept: over the limits of number and size, or the disk was full.`,
    );
  if (interrupted !== null) lines.push(`The run was cut short: ${interrupted}`);
  if (chosen.length > 0) lines.push(`Only a part was run: ${chosen.join(', ')}.`);
  for (const { label, notRun, waived, isUnasked } of browsers)
    if (notRun !== null && waived === null && isUnasked !== true) lines.push(`${label}: ${notRun}.`);
  const review = findings.filter(({ kind }) => kind === 'review').length;
  if (review > 0) lines.push(`${review} ${review === 1 ? 'place needs' : 'places need'} a person to decide.`);
  const unapproved = looks.filter(({ state }) => state === 'nothing approved').length;
  if (unapproved > 0)
    lines.push(`Nothing is approved yet for ${unapproved} ${unapproved === 1 ? 'screenshot' : 'screenshots'}.`);
  const isJudged = findings.some(({ kind }) => kind === 'visual');
  const changed = looks.filter(({ state }) => state === 'changed').length;
  if (changed > 0 && !isJudged)
    lines.push(
      `${changed} ${changed === 1 ? 'page does' : 'pages do'} not look as approved, which the configuration only tells.`,
    );
  for (const { rule, owner, problem } of waiverProblems) lines.push(`The waiver of ${rule} by ${owner} ${problem}.`);
  if (!signOffs.some(({ holds }) => holds))
    lines.push('Nobody has signed this run. Manual accessibility checks are not part of it.');
  return lines;
}
