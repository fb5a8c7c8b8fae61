import { join } from 'node:path';
import { z } from 'zod';
import { attemptsAt, beginningOf, validationOf } from '../../evidence/attempt.ts';
import { isRunName } from '../../evidence/prune.ts';
import { list } from '../../gate/words.ts';
import { plural } from '../../report-kit/format.ts';
import { type CandidateRun, candidateRuns } from '../candidate-runs.ts';
import { type Check, check, type Judged } from '../part.ts';
import { validationWork } from '../validation.ts';
import { sources } from './sources.ts';
import { type AttemptScope, otherOptions, scopeOf, weakerBy } from './weaker-attempt.ts';

const rowsAtMost = 60;
const gonesNamed = 5;

const evidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rules'),
    atMost: z.int().min(1),
    areReasonsAsked: z.boolean(),
    reasons: z.array(z.object({ run: z.string(), reason: z.string(), owner: z.string() })),
    /** Runs that were looked at, and whether there are older ones that were not. */
    looked: z.int().min(0),
    isCut: z.boolean(),
    unreadable: z.array(z.string()),
    /** Runs of this version that failed, and do not say, or not in full, which build they were of; absent in journals of earlier versions. */
    unnamed: z.array(z.string()).exactOptional(),
    /** Runs of the candidate that are still at work; absent in journals of earlier versions. */
    atWork: z.array(z.string()).exactOptional(),
    /** Runs of the same bytes that failed in other environments; absent in journals of earlier versions. */
    failedElsewhere: z.array(z.string()).exactOptional(),
  }),
  /** One try at one gate, newest first. */
  z.object({
    kind: z.literal('attempt'),
    source: z.string(),
    title: z.string(),
    runId: z.string(),
    startedAt: z.string(),
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    summary: z.string(),
    /** What the run was asked to do, and by which other names it called the same candidate; absent in journals of earlier versions. */
    scope: z
      .object({
        command: z.string(),
        durationMs: z.number(),
        ratePerSecond: z.number().nullable(),
        judged: z.array(z.string()),
        failed: z.array(z.string()),
      })
      .exactOptional(),
    otherNames: z.array(z.string()).exactOptional(),
  }),
  /** Tries that a run has counted and that are not there. */
  z.object({
    kind: z.literal('gone'),
    command: z.string(),
    runId: z.string(),
    counted: z.int(),
    there: z.int(),
    noted: z.array(z.string()).exactOptional(),
  }),
]);
type Evidence = z.output<typeof evidence>;
type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

/** Every try at every gate. A candidate that is tried until it passes passes by chance: of twenty tries at a wrong one, each with 5 %, one does with 64 %. */
export const attempts = validationWork<Evidence>({
  evidence,
  async run(context) {
    const { config, record } = context;
    const { runs, looked, isCut, unreadable, atWork } = await candidateRuns(context);
    const own = runs.filter(({ sameBy, isElsewhere }) => sameBy !== null && !isElsewhere);
    const { atMost = 3, reasons: areReasonsAsked = true } = config.policy?.attempts ?? {};
    const { reasons } = config.readiness;
    const isFailure = ({ results }: CandidateRun) =>
      sources.some(
        ({ gate, isOwn }) =>
          isOwn(results) && results.gates.some(({ id, verdict }) => id === gate && verdict === 'fail'),
      );
    const unnamed = runs
      .filter((one) => one.maybeSame && !one.isElsewhere)
      .filter(isFailure)
      .map(({ id }) => id);
    const failedElsewhere = runs
      .filter(({ sameBy, isElsewhere }) => sameBy !== null && isElsewhere)
      .filter(isFailure)
      .map(({ id }) => id);
    record({
      ...{ kind: 'rules', atMost, areReasonsAsked, reasons, looked, isCut, unreadable: [...unreadable], unnamed },
      ...{ atWork: [...atWork], failedElsewhere },
    });
    for (const { id, gate, title, isOwn } of sources) {
      for (const { results, otherNames, whyNoPass } of own) {
        const judged = results.gates.find((one) => one.id === gate);
        if (judged === undefined || judged.verdict === 'not run' || !isOwn(results)) continue;
        const { summary } = judged;
        const { id: runId, startedAt } = results.run;
        record({
          ...{ kind: 'attempt', source: id, title, runId, startedAt },
          ...(judged.verdict === 'pass' && whyNoPass !== null
            ? { verdict: 'inconclusive', summary: whyNoPass }
            : { verdict: judged.verdict, summary }),
          ...{ scope: scopeOf(results, gate), otherNames: [...otherNames] },
        });
      }
    }
    for (const gap of gaps(
      config.reports.folder,
      runs.filter(({ sameBy }) => sameBy !== null),
    ))
      record(gap);
  },
  judge: (pieces) => judgeAttempts(pieces.map(({ data }) => data)),
});

/** A run counts the tries at its validation when it begins, so those that were taken away since are missed. */
function* gaps(base: string, runs: readonly CandidateRun[]): Generator<Of<'gone'>> {
  const said = new Set<string>();
  for (const { id, folder, results } of [...runs].sort((a, b) => b.results.run.attempt - a.results.run.attempt)) {
    const began = beginningOf(join(folder, 'journal.ndjson'));
    if (began === null) continue;
    const found = attemptsAt(base, began);
    // A folder that is called otherwise is looked at by nobody.
    const there = new Set([...found.there].filter(([name]) => isRunName(name)).map(([, of]) => of)).size;
    const command = `shakedown ${validationOf(began.command)}`;
    const place = JSON.stringify([command, began.environment?.name]);
    if (results.run.attempt <= there || said.has(place)) continue;
    said.add(place);
    yield { kind: 'gone', command, runId: id, counted: results.run.attempt, there, noted: [...found.gone] };
  }
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

/** What the tries come to: a newer failure puts an older pass aside, and a pass after failures needs a reason for each. */
export function judgeAttempts(all: readonly Evidence[]): Judged {
  const rules = all.find((one): one is Of<'rules'> => one.kind === 'rules');
  const tries = all.filter((one): one is Of<'attempt'> => one.kind === 'attempt');
  const gone = all.filter((one): one is Of<'gone'> => one.kind === 'gone');
  if (rules === undefined)
    return {
      checks: [check('attempts', 'Every attempt is known', 'inconclusive', 'None was looked for.')],
      figures: [],
    };
  const bySource = grouped(tries, ({ source }) => source);
  const checks = [...bySource.values()].map((of) => sourceCheck(of, rules));
  const failed = new Set(tries.filter(({ verdict }) => verdict === 'fail').map(({ runId }) => runId));
  const accounted = [...failed, ...(rules.unnamed ?? []), ...gone.flatMap(({ noted = [] }) => noted)];
  const unused = rules.reasons.filter(({ run }) => !accounted.includes(run));
  return {
    checks: [knownCheck(rules, tries, gone), ...checks],
    figures: [
      { name: 'Attempts', value: String(new Set(tries.map(({ runId }) => runId)).size) },
      { name: 'That failed', value: String(failed.size) },
      ...((rules.failedElsewhere ?? []).length === 0
        ? []
        : [{ name: 'Failed in other environments', value: (rules.failedElsewhere ?? []).join(', ') }]),
      ...(unused.length === 0
        ? []
        : [{ name: 'Reasons for no failure', value: unused.map(({ run }) => run).join(', ') }]),
    ],
    tables: [
      {
        title: 'Attempts, newest first',
        head: ['Gate', 'Run', 'Began', 'Verdict', 'What it came to', 'Other than the newest', 'Reason'],
        rows: tries
          .slice(0, rowsAtMost)
          .map((one) => [
            ...[one.title, one.runId, one.startedAt, one.verdict, one.summary],
            otherThan(bySource.get(one.source)?.[0], one),
            one.verdict === 'fail' ? reasonOf(one.runId, rules) : '',
          ]),
        figures: 0,
      },
    ],
  };
}

/** How a try differs from the newest at its gate, within a sentence. */
function otherThan(newest: Of<'attempt'> | undefined, { scope, otherNames = [], runId }: Of<'attempt'>): string {
  const options =
    scope === undefined || newest?.scope === undefined || newest.runId === runId
      ? ''
      : otherOptions(scope, newest.scope);
  return [...(options === '' ? [] : [options]), ...otherNames].join('; ');
}

function reasonOf(runId: string, { reasons }: Pick<Of<'rules'>, 'reasons'>): string {
  return reasons
    .filter(({ run }) => run === runId)
    .map(({ reason, owner }) => `${reason} (${owner})`)
    .join('; ');
}

function knownCheck(rules: Of<'rules'>, tries: readonly Of<'attempt'>[], gone: readonly Of<'gone'>[]): Check {
  const { looked, isCut, unreadable, unnamed = [] } = rules;
  const is = (verdict: Check['verdict'], reason: string) => check('known', 'Every attempt is known', verdict, reason);
  const isOpen = ({ counted, there, noted = [] }: Of<'gone'>) =>
    counted - there > noted.filter((id) => reasonOf(id, rules) !== '').length;
  const first = gone.find(isOpen);
  if (first !== undefined) {
    const { command, runId, counted, there, noted = [] } = first;
    const open = noted.filter((id) => reasonOf(id, rules) === '');
    const which = open.length === 0 ? '' : ` (${list(open.slice(0, gonesNamed))})`;
    const how = open.length === 0 ? '' : ', or say in readiness.reasons what became of each';
    return is(
      'inconclusive',
      `${runId} was attempt ${counted} of ${command}, and ${plural(there, 'run')} of it ${there === 1 ? 'is' : 'are'} there: what the others${which} came to is not known. Put their folders back${how}.`,
    );
  }
  const { atWork = [] } = rules;
  if (atWork.length > 0)
    return is(
      'inconclusive',
      `${list([...atWork])} ${atWork.length === 1 ? 'is' : 'are'} still at work: what comes of it is not known.`,
    );
  if (unreadable.length > 0) return is('inconclusive', `${list([...unreadable])} cannot be read.`);
  if (isCut)
    return is('inconclusive', `Only the newest ${plural(looked, 'run')} were looked at, and there are older ones.`);
  const open = unnamed.filter((id) => reasonOf(id, rules) === '');
  if (open.length > 0)
    return is(
      'inconclusive',
      `${list(open)} failed and ${open.length === 1 ? 'does' : 'do'} not say of which build, or not in full: it may be this one. Where it is another, say so in readiness.reasons.`,
    );
  if (tries.length === 0) return is('inconclusive', 'No run of this candidate has judged anything.');
  return is(
    'pass',
    `${plural(looked, 'run')} of this version ${looked === 1 ? 'was' : 'were'} looked at, and no run has counted others.`,
  );
}

function sourceCheck(tries: readonly Of<'attempt'>[], rules: Of<'rules'>): Check {
  const [newest, ...before] = tries;
  const { source = '', title: gate = '' } = newest ?? {};
  const is = (verdict: Check['verdict'], reason: string) =>
    check(`attempts-${source}`, `${gate}: attempts`, verdict, reason);
  if (newest === undefined || newest.verdict === 'inconclusive')
    return is('inconclusive', `The newest of ${plural(tries.length, 'attempt')}, ${newest?.runId}, is inconclusive.`);
  if (newest.verdict === 'fail') {
    const passes = before.filter(({ verdict }) => verdict === 'pass').map(({ runId }) => runId);
    const older = passes.length === 0 ? '' : ` It is newer than the pass of ${list(passes)}.`;
    return is('fail', `The newest attempt, ${newest.runId}, failed.${older}`);
  }
  const uncleared = before
    .filter(({ verdict }) => verdict === 'fail')
    .map((failure) => ({ failure, why: whyNotCleared(failure, tries) }))
    .find(({ why }) => why !== '');
  if (uncleared !== undefined)
    return is(
      'inconclusive',
      `${newest.runId} passed, and says less than ${uncleared.failure.runId}, which failed: ${uncleared.why}. Do again what failed, with as much as was asked then.`,
    );
  const missed = before.filter(({ verdict }) => verdict !== 'pass');
  const failed = before.filter(({ verdict }) => verdict === 'fail').map(({ runId }) => runId);
  const count = missed.length + 1;
  if (count > rules.atMost)
    return is(
      'inconclusive',
      `${newest.runId} passed as attempt ${count}, after ${list(missed.map(({ runId }) => runId))}; at most ${rules.atMost} count. Another build has to be tried, or the policy has to say more.`,
    );
  const open = failed.filter((id) => rules.areReasonsAsked && reasonOf(id, rules) === '');
  if (open.length > 0)
    return is(
      'inconclusive',
      `${newest.runId} passed after ${list(failed)} failed, and no reason is given for ${list(open)}: name it in readiness.reasons.`,
    );
  if (failed.length > 0) {
    const words = before
      .filter(({ verdict }) => verdict === 'fail')
      .map((one) => {
        const other = otherThan(newest, one);
        const reason = reasonOf(one.runId, rules) || 'no reason is asked for';
        return `${one.runId}${other === '' ? '' : `, other than the newest by ${other}`}: ${reason}`;
      });
    return is('pass', `${newest.runId} passed after ${plural(failed.length, 'failure')} (${words.join('; ')}).`);
  }
  const others =
    missed.length === 0
      ? ''
      : ` ${list(missed.map(({ runId }) => runId))} ${missed.length === 1 ? 'was' : 'were'} inconclusive before.`;
  return is('pass', `${newest.runId} passed, and none failed.${others}`);
}

/** Why no pass since asked as much as the failure did; empty: one did, or it is not known what was asked. */
function whyNotCleared(failure: Of<'attempt'>, tries: readonly Of<'attempt'>[]): string {
  const since = tries.slice(0, tries.indexOf(failure)).filter(({ verdict }) => verdict === 'pass');
  const whys = since.map((pass) => whyWeaker(pass.scope, failure.scope));
  return whys.includes('') ? '' : (whys[0] ?? '');
}

function whyWeaker(pass: AttemptScope | undefined, failure: AttemptScope | undefined): string {
  return pass === undefined || failure === undefined ? '' : weakerBy(pass, failure).join(', and ');
}
