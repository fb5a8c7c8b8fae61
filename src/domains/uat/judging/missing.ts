import type { CheckTotal } from '../../../model/finding.ts';
import type { AcceptanceResult } from '../../../model/uat.ts';
import type { ManualCheck } from '../../../model/wcag.ts';
import { plural } from '../../../report-kit/format.ts';
import type { UatFold } from './fold.ts';

const mostNamed = 4;
/** Checks that may be done in part; what axe could not check and pictures without an approved one leave an objective open themselves. */
const partlyDone: Partial<Record<CheckTotal['check'], string>> = {
  keyboard: 'The walk by Tab',
  reflow: 'The look at 320 px',
  zoom: 'The look at 200 %',
  motion: 'The look with reduced motion',
  'forced-colours': 'The look with forced colours',
  links: 'Asking for links',
  'cut-off': 'The look for cut-off text',
};

/** What a run of scenarios alone does not show, beside objectives that are open. */
export function missingLines(
  { browsers, checks, findings, looks, waiverProblems, leftOut, unwatched, checklist = [] }: AcceptanceResult,
  { chosen, notFilmed }: NonNullable<UatFold['started']>,
): string[] {
  const lines: string[] = [];
  if (leftOut > 0)
    lines.push(
      `${plural(leftOut, 'file')} of evidence could not be kept: over the limits of number and size, or the disk was full.`,
    );
  if (chosen.length > 0) lines.push(`Only a part was run: ${chosen.join(', ')}.`);
  for (const { label, notRun, waived, isUnasked } of browsers)
    if (notRun !== null && waived === null && isUnasked !== true) lines.push(`${label}: ${notRun}.`);
  const review = findings.filter(({ kind }) => kind === 'review').length;
  if (review > 0) lines.push(`${plural(review, 'place needs', 'places need')} a person to decide.`);
  const heldBack = [...new Set(findings.filter(({ kind }) => kind === 'held-back').map(({ rule }) => rule))];
  if (heldBack.length > 0)
    lines.push(
      `Nothing was asked of ${namedAtMost(heldBack)}: pages wanted to, but target.allowHosts does not name ${heldBack.length === 1 ? 'it' : 'them'}. What they show without may differ from production.`,
    );
  const isJudged = findings.some(({ kind }) => kind === 'visual');
  const changed = looks.filter(({ state }) => state === 'changed').length;
  if (changed > 0 && !isJudged)
    lines.push(
      `${plural(changed, 'page differs', 'pages differ')} from the approved visual snapshot; the configuration asks only to report this.`,
    );
  for (const { rule, owner, problem } of waiverProblems) lines.push(`The waiver of ${rule} by ${owner} ${problem}.`);
  for (const { check, notDone } of checks) {
    const [first] = notDone;
    const name = partlyDone[check];
    if (first === undefined || name === undefined) continue;
    lines.push(
      `${name} was not done everywhere: ${first}${notDone.length > 1 ? `, and ${notDone.length - 1} more` : ''}.`,
    );
  }
  const links = checks.find(({ check }) => check === 'links')?.notLookedAt ?? [];
  if (links.length > 0)
    lines.push(
      `${plural(links.length, 'link was', 'links were')} not followed, which may do something: ${namedAtMost(links)}.`,
    );
  if (unwatched.length > 0) {
    lines.push(
      `Nothing was checked beside ${namedAtMost(unwatched)}: import { test } from 'shakedown/uat' in place of '@playwright/test' to have the pages watched.`,
    );
  }
  lines.push(...manualLines(checklist));
  if (notFilmed !== undefined) lines.push(notFilmed);
  return lines;
}

/** A signature says that somebody decided, not that anybody looked. */
function manualLines(checklist: readonly ManualCheck[]): string[] {
  const open = checklist.filter(({ result }) => result === null);
  if (open.length === checklist.length)
    return ['Manual accessibility checks are not part of this run: nobody has filled in `shakedown uat checklist`.'];
  if (open.length === 0) return [];
  return [
    `Of the accessibility criteria that only a person can judge, nobody has looked at ${namedAtMost(open.map(({ id, title }) => `${id} ${title}`))}.`,
  ];
}

function namedAtMost(all: readonly string[]): string {
  const names = all.slice(0, mostNamed).join(', ');
  const left = all.length - mostNamed;
  return left > 0 ? `${names} and ${left} more` : names;
}
