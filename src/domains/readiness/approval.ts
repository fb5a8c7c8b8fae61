import { acceptanceOf } from '../../signing/acceptance.ts';
import { trustFor } from '../../signing/trust.ts';
import { type CandidateRun, candidateRuns } from '../candidate-runs.ts';
import type { Table } from '../part.ts';
import type { PartsSection } from '../part-section.ts';
import { policyWaivers } from '../policy-waivers.ts';
import { planNow } from '../promotion/public.ts';
import { type ValidationContext, validationWork } from '../validation.ts';
import { type ApprovalEvidence, approvalEvidence, judgeApproval } from './approval-judging.ts';
import { authorsOf } from './authors.ts';
import { githubDecisions } from './github-decisions.ts';
import { type Basis, changedBasis, restsOn } from './rests-on.ts';
import { waiverRows, waiversTitle } from './waivers.ts';

const mostNamed = 5;
/** Of the plan's tables. */
const deployedTitle = 'What is deployed';

/** Who has decided on the readiness report, and whether it is still a report on what is promoted. */
export const approval = validationWork<ApprovalEvidence>({
  evidence: approvalEvidence,
  async run(context) {
    const { config, record, purpose } = context;
    const { atLeast = 2, roles = [], fourEyes = true, expireHours = 72 } = config.policy?.approvals ?? {};
    const { names: authors, isKnown: areAuthorsKnown, error: authorsError } = await authorsOf(context);
    const isReport = purpose !== 'promotion';
    record({
      ...{ kind: 'asked', isReport, nowMs: Date.now(), atLeast, fourEyes, expireHours },
      ...{ authors, authorsError, areAuthorsKnown },
      roles: roles.map(({ role, persons }) => ({ role, persons: persons ?? null })),
    });
    const basis = await restsOn(context);
    if (isReport) {
      record({ kind: 'basis', basis });
      return;
    }
    const { runs } = await candidateRuns(context);
    const reports = runs.filter(isReportOf);
    // One of another build, or of another environment, does not put aside the one that was decided on.
    const report = reports.find(({ sameBy, isElsewhere }) => sameBy !== null && !isElsewhere) ?? reports[0];
    if (report === undefined) return;
    const trust = trustFor(report.folder, config.signing);
    const { signOffs, evidence } = await acceptanceOf(report.folder, trust);
    record({
      ...{ kind: 'report', runId: report.id, isTrustGiven: trust !== null },
      verdict: report.results.word,
      voidedBy: [
        ...(await changesSince(report, runs, context)),
        ...basisSince(report, basis),
        ...evidence.tampered.map((one) => `changed since: ${one}`),
      ],
      highestRisk: riskOf(report),
    });
    for (const { person, role, decision, comment, at, standing, holds, why, key } of signOffs)
      record({
        ...{ kind: 'decision', source: 'signature', person, role, decision, comment, at, key },
        isShown: standing === 'verified',
        why: holds ? null : (why ?? 'it does not hold'),
      });
    if (config.policy?.approvals.reviews !== true) return;
    const { manifestSha256 } = evidence;
    const { decisions, problem } = await githubDecisions(context, {
      ...{ runId: report.id, manifestSha256, endedAt: report.results.run.endedAt },
    });
    if (problem !== '') record({ kind: 'unasked', reason: problem });
    for (const one of decisions)
      record({ kind: 'decision', source: 'review', ...one, comment: '', isShown: true, key: null });
  },
  judge: (pieces) => judgeApproval(pieces.map(({ data }) => data)),
});

function isReportOf({ results }: CandidateRun): boolean {
  return results.sections.readiness?.purpose === 'readiness';
}

function riskOf({ results }: CandidateRun): string | null {
  const part = results.sections.readiness?.parts.find(({ id }) => id === 'risk');
  return part?.figures.find(({ name }) => name === 'Highest risk')?.value ?? null;
}

/** Why the report is none on what is promoted now. Runs that only join what others found add nothing. */
async function changesSince(
  report: CandidateRun,
  runs: readonly CandidateRun[],
  context: Parameters<typeof planNow>[0],
): Promise<string[]> {
  const { config, services } = context;
  // By its own policy, not by the one that it is judged by now.
  const own = await services?.judged(report.folder);
  const beganMs = Date.parse(report.results.run.startedAt);
  const newer = runs.filter(({ id, results: { run, sections }, sameBy }) => {
    if (id === report.id || sameBy === null || sections.readiness !== undefined || 'stage' in sections) return false;
    return Date.parse(run.startedAt) > beganMs || (run.endedAt !== null && Date.parse(run.endedAt) > beganMs);
  });
  const names = newer
    .slice(0, mostNamed)
    .map(({ id }) => id)
    .join(', ');
  const more = newer.length > mostNamed ? ` and ${newer.length - mostNamed} more` : '';
  return [
    ...(isWhole(report)
      ? []
      : ['it is not the whole report: it was asked for a part only, or did not come to its end']),
    ...(report.sameBy === null ? ['it is of other artifacts'] : []),
    ...(report.isElsewhere ? [`it is of the environment ${report.results.environment.name}`] : []),
    ...(own?.policy?.digest === config.policy?.digest ? [] : ['it was judged by another policy']),
    ...((await isPlanOf(report, context)) ? [] : ['the deployment plan was changed since']),
    ...((await waivedNow(context)) === waivedThen(report) ? [] : ['the waivers were changed since']),
    ...(newer.length === 0 ? [] : [`newer than it ${newer.length === 1 ? 'is' : 'are'} ${names}${more}`]),
  ];
}

/** What of the configuration is not as it was when people decided. */
function basisSince({ results }: CandidateRun, now: readonly Basis[]): string[] {
  const part = results.sections.readiness?.parts.find(({ id }) => id === 'approval');
  // Without one it is not the whole report, which is said by itself.
  return part === undefined ? [] : changedBasis(part.tables ?? [], now);
}

/** Whether it shows all that people have to decide on: gates, risks, checklist and plan. */
function isWhole({ results: { sections } }: CandidateRun): boolean {
  const { readiness, final, promotion } = sections;
  const hasAll = (section: PartsSection | null | undefined) =>
    section?.notAsked.length === 0 && section.notBegun.length === 0;
  return hasAll(readiness) && hasAll(final) && promotion?.parts.some(({ id }) => id === 'plan') === true;
}

/** Whether the plan is the one that was decided on. Only the commit may be declared later, for digests say what is deployed. */
async function isPlanOf({ results }: CandidateRun, context: Parameters<typeof planNow>[0]): Promise<boolean> {
  const part = results.sections.promotion?.parts.find(({ id }) => id === 'plan');
  // Without one it is not the whole report, which is said by itself.
  if (part === undefined) return true;
  const { owner, tables } = await planNow(context);
  const done = (all: readonly Table[]) =>
    JSON.stringify(all.filter(({ title }) => title !== deployedTitle).map(({ title, rows }) => [title, rows]));
  const led = part.figures.find(({ name }) => name === 'Led by')?.value;
  return led === (owner ?? 'nobody') && done(part.tables ?? []) === done(tables);
}

async function waivedNow(context: Pick<ValidationContext, 'config' | 'teardown' | 'purpose'>): Promise<string> {
  return JSON.stringify(waiverRows((await policyWaivers(context)).waivers));
}

function waivedThen({ results }: CandidateRun): string {
  const part = results.sections.readiness?.parts.find(({ id }) => id === 'waivers');
  return JSON.stringify(part?.tables?.find(({ title }) => title === waiversTitle)?.rows ?? []);
}
