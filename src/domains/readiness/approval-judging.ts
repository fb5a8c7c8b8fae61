import { z } from 'zod';
import { duration, list } from '../../gate/words.ts';
import { plural } from '../../report-kit/format.ts';
import { type Check, check, type Judged } from '../part.ts';
import { basisTable } from './rests-on.ts';

const hourMs = 3_600_000;

/** What the approval rests on. */
export const approvalEvidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('asked'),
    /** This run is the report itself: nobody can have decided on it yet. */
    isReport: z.boolean(),
    /** When it was asked, ms since 1970. */
    nowMs: z.number(),
    atLeast: z.int().min(1),
    roles: z.array(z.object({ role: z.string(), persons: z.array(z.string()).nullable() })),
    fourEyes: z.boolean(),
    expireHours: z.number().positive(),
    /** Who wrote the candidate, and why that is not known; empty. */
    authors: z.array(z.string()),
    authorsError: z.string(),
    areAuthorsKnown: z.boolean(),
  }),
  /** Of a report: what of the configuration a decision on it rests on. */
  z.object({
    kind: z.literal('basis'),
    basis: z.array(z.object({ what: z.string(), digest: z.string().nullable() })),
  }),
  /** The newest readiness report of this version. */
  z.object({
    kind: z.literal('report'),
    runId: z.string(),
    /** Why it is no report on what is promoted now, a few words each. */
    voidedBy: z.array(z.string()),
    isTrustGiven: z.boolean(),
    highestRisk: z.string().nullable(),
    verdict: z.string(),
  }),
  /** GitHub could not be asked for its reviews. */
  z.object({ kind: z.literal('unasked'), reason: z.string() }),
  z.object({
    kind: z.literal('decision'),
    source: z.enum(['signature', 'review']),
    person: z.string(),
    role: z.string(),
    decision: z.enum(['accept', 'reject']),
    comment: z.string(),
    at: z.string(),
    /** Who decided is shown: the signature verified, or the host says so. */
    isShown: z.boolean(),
    /** Why it counts for nothing, a few words; null: it counts. */
    why: z.string().nullable(),
    key: z.string().nullable(),
  }),
]);
export type ApprovalEvidence = z.output<typeof approvalEvidence>;
type Of<K extends ApprovalEvidence['kind']> = Extract<ApprovalEvidence, { kind: K }>;
type Asked = Of<'asked'>;
type Decision = Of<'decision'>;

/** Whether people have approved the report on what is promoted now, by the rules of the policy. */
export function judgeApproval(all: readonly ApprovalEvidence[]): Judged {
  const asked = all.find((one): one is Asked => one.kind === 'asked');
  const report = all.find((one): one is Of<'report'> => one.kind === 'report');
  const decisions = all.filter((one): one is Decision => one.kind === 'decision');
  const basis = all.find((one) => one.kind === 'basis');
  const only = (reason: string): Judged => ({
    checks: [check('approved', 'It is approved', 'inconclusive', reason)],
    figures: [],
    ...(basis === undefined ? {} : { tables: [basisTable(basis.basis)] }),
  });
  if (asked === undefined) return only('Nothing was asked.');
  if (asked.isReport)
    return only(
      'Nobody had decided on this report when it was made: `shakedown sign <this run> --role … --key …`, then `shakedown promote` counts who did.',
    );
  if (report === undefined)
    return only('There is no readiness report of this candidate: `shakedown readiness` makes one.');
  const latest = latestOf(decisions);
  const unasked = all.filter((one) => one.kind === 'unasked');
  const good = latest.filter((one) => one.decision === 'accept' && refusalOf(one, asked) === null);
  const counted = distinct(good);
  return {
    checks: [
      bindingCheck(report),
      rejectionCheck(latest, asked),
      ...unasked.map(({ reason }) =>
        check('reviews', 'GitHub says who reviewed it', 'inconclusive', `It was not asked: ${reason}.`),
      ),
      personsCheck(counted, latest, asked, report),
      ...asked.roles.map((role) => roleCheck(role, good)),
      ...(asked.fourEyes ? [fourEyesCheck(counted, asked)] : []),
      riskCheck(counted, report, asked),
    ],
    figures: [
      { name: 'Report', value: report.runId },
      { name: 'Approved by', value: counted.map(named).join(', ') || 'nobody' },
    ],
    tables: [
      {
        title: 'Decisions, oldest first',
        head: ['Person', 'Role', 'Decision', 'At', 'Comment', 'Key', 'Counts'],
        rows: decisions.map((one) => [
          ...[
            one.person,
            one.role,
            one.decision,
            one.at,
            one.comment,
            one.key ?? (one.source === 'review' ? 'GitHub' : 'none'),
          ],
          latest.includes(one) ? (refusalOf(one, asked) ?? 'yes') : 'replaced by a later one',
        ]),
        figures: 0,
      },
    ],
  };
}

function named({ person, role }: Decision): string {
  return `${person} as ${role}`;
}

const same = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/** What each person decided last in each role; what is not shown to be of a person replaces nothing of his. */
function latestOf(decisions: readonly Decision[]): Decision[] {
  const latest = new Map<string, Decision>();
  for (const one of decisions) {
    const key = JSON.stringify([one.person.toLowerCase(), one.role.toLowerCase(), one.isShown]);
    latest.set(key, one);
  }
  return [...latest.values()];
}

/** Why an approval counts for nothing, a few words; null: it counts. */
function refusalOf({ person, at, isShown, why }: Decision, asked: Asked): string | null {
  const ageMs = asked.nowMs - Date.parse(at);
  if (why !== null) return why;
  if (!isShown) return 'it is not shown who decided';
  if (Number.isNaN(ageMs)) return 'it has no date';
  if (ageMs > asked.expireHours * hourMs)
    return `it expired: it is ${duration(ageMs)} old, and at most ${duration(asked.expireHours * hourMs)} count`;
  if (ageMs < -hourMs) return 'its date is in the future';
  if (asked.fourEyes && asked.authors.some((author) => same(author, person))) return 'the person wrote the candidate';
  return null;
}

/** One for each person and each key: two names with one key are one. */
function distinct(good: readonly Decision[]): Decision[] {
  const taken: Decision[] = [];
  for (const one of good)
    if (!taken.some((other) => same(other.person, one.person) || (one.key !== null && other.key === one.key)))
      taken.push(one);
  return taken;
}

function bindingCheck({ runId, voidedBy }: Of<'report'>): Check {
  const title = 'It was decided on what is promoted';
  return voidedBy.length === 0
    ? check(
        'binding',
        title,
        'pass',
        `${runId} is of the same artifacts, environment, policy and configuration, and nothing was added since.`,
      )
    : check(
        'binding',
        title,
        'inconclusive',
        `Decisions on ${runId} count no more: ${voidedBy.join('; ')}. Make a new report and have it signed.`,
      );
}

/** A rejection need not be signed to be heard, and only one that is shown to be somebody's decides. */
function rejectionCheck(latest: readonly Decision[], { nowMs }: Asked): Check {
  const title = 'Nobody rejected it';
  const all = latest.filter(({ decision }) => decision === 'reject');
  const shown = all.filter(({ isShown, why, at }) => isShown && why === null && Date.parse(at) <= nowMs + hourMs);
  if (shown.length > 0)
    return check(
      'rejected',
      title,
      'fail',
      `Rejected by ${list(shown.map((one) => `${named(one)}${one.comment === '' ? '' : `: ${one.comment}`}`))}.`,
    );
  if (all.length > 0)
    return check(
      'rejected',
      title,
      'inconclusive',
      `Rejected by ${list(all.map(named))}, which is not shown by a signature that counts.`,
    );
  return check('rejected', title, 'pass', 'Nobody did.');
}

function personsCheck(
  counted: readonly Decision[],
  latest: readonly Decision[],
  asked: Asked,
  report: Of<'report'>,
): Check {
  const title = `At least ${asked.atLeast} approve it`;
  const names = list(counted.map(named));
  if (counted.length >= asked.atLeast) return check('persons', title, 'pass', `Approved by ${names}.`);
  const refused = latest
    .filter(({ decision }) => decision === 'accept')
    .flatMap((one) => {
      const why = refusalOf(one, asked);
      return why === null ? [] : [`${named(one)}: ${why}`];
    });
  const trust = report.isTrustGiven ? '' : ' Nobody said whose signatures count: set signing.allowedSigners.';
  const reason = counted.length === 0 ? 'Nobody has approved it so that it counts' : `Approved by ${names} only`;
  const others = refused.length === 0 ? '' : `; not counted: ${refused.join('; ')}`;
  return check('persons', title, 'inconclusive', `${reason}${others}.${trust}`);
}

function roleCheck({ role, persons }: Asked['roles'][number], good: readonly Decision[]): Check {
  const title = `The ${role} approves it`;
  const id = `role-${role.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  const inRole = good.filter((one) => same(one.role, role));
  const allowed = inRole.filter(({ person }) => persons === null || persons.some((one) => same(one, person)));
  const [first] = allowed;
  if (first !== undefined) return check(id, title, 'pass', `${first.person} did, ${first.at}.`);
  const other = inRole.length === 0 ? '' : ` ${list(inRole.map(({ person }) => person))} may not decide in this role.`;
  return check(id, title, 'inconclusive', `Nobody has in this role.${other}`);
}

/** Who wrote it does not approve it alone: where it is not known who did, two who approve are two pairs of eyes. */
function fourEyesCheck(counted: readonly Decision[], { areAuthorsKnown, authors, authorsError }: Asked): Check {
  const title = 'Four eyes saw it';
  if (areAuthorsKnown && authorsError === '')
    return counted.length > 0
      ? check(
          'four-eyes',
          title,
          'pass',
          `${named(counted[0] as Decision)} is none of its ${plural(authors.length, 'author')}.`,
        )
      : check('four-eyes', title, 'inconclusive', 'Nobody but its authors has approved it.');
  if (counted.length > 1)
    return check(
      'four-eyes',
      title,
      'pass',
      `Who wrote it is not known, and ${counted.length} persons have approved it with keys of their own.`,
    );
  const why = authorsError === '' ? '' : ` (${authorsError})`;
  return check(
    'four-eyes',
    title,
    'inconclusive',
    `Who wrote it is not known${why}, so one approval may be the author’s: set readiness.authors.`,
  );
}

function riskCheck(counted: readonly Decision[], { highestRisk }: Of<'report'>, { atLeast }: Asked): Check {
  const title = 'The risks are accepted by name';
  if (highestRisk === null)
    return check('risk-accepted', title, 'inconclusive', 'The report has no assessment of risks.');
  if (counted.length < atLeast)
    return check(
      'risk-accepted',
      title,
      'inconclusive',
      `Highest: ${highestRisk}. Nobody has accepted it so that it counts.`,
    );
  return check(
    'risk-accepted',
    title,
    'pass',
    `Highest: ${highestRisk}. Accepted with the report by ${list(counted.map(({ person }) => person))}.`,
  );
}
