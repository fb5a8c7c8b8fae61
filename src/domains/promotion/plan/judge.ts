import { list } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import type { Evidence, Plan, RehearsalRun, Rehearsed } from './evidence.ts';
import { moveOf, totalMs } from './newest-rehearsal.ts';
import { planTables } from './tables.ts';

/** Whether the plan is one that somebody can go by. */
export function judge(recorded: readonly Recorded<Evidence>[]): Judged {
  const pieces = recorded.map(({ data }) => data);
  const plan = pieces.find((piece) => piece.kind === 'plan');
  if (plan === undefined)
    return { checks: [check('plan', 'There is a plan', 'inconclusive', 'None was made.')], figures: [] };
  const run = pieces.find((piece) => piece.kind === 'rehearsal');
  const none = pieces.find((piece) => piece.kind === 'no rehearsal');
  const move = moveOf(run?.moves ?? [], plan.move);
  const deployMs = totalMs(move?.deploy ?? []);
  const rollbackMs = totalMs(move?.rollback ?? []);
  return {
    checks: [
      rehearsedCheck(plan, run, none, move),
      timesCheck(run, move, deployMs, rollbackMs),
      ownersCheck(plan),
      commandsCheck(plan),
      wayBackCheck(plan, move, rollbackMs),
    ],
    figures: [
      { name: 'Version', value: plan.version },
      { name: 'In place of', value: plan.previous ?? 'not stated' },
      { name: 'Led by', value: plan.owner ?? 'nobody' },
      // By these two names a certificate knows what it rests on.
      ...(run === undefined ? [] : [{ name: 'Run', value: run.runId }]),
      ...(run === undefined || run.manifestSha256 === null
        ? []
        : [{ name: 'Evidence', value: `sha256:${run.manifestSha256}` }]),
      ...(deployMs === null ? [] : [{ name: 'Deployment, measured', value: duration(deployMs) }]),
      ...(rollbackMs === null ? [] : [{ name: 'Rollback, measured', value: duration(rollbackMs) }]),
    ],
    tables: planTables(plan, run, move),
    runbook: move?.runbook ?? [],
  };
}

function rehearsedCheck(
  plan: Plan,
  run: RehearsalRun | undefined,
  none: Extract<Evidence, { kind: 'no rehearsal' }> | undefined,
  move: Rehearsed | undefined,
): Check {
  const of = (verdict: Check['verdict'], reason: string) =>
    check('rehearsed', 'It was rehearsed with this candidate', verdict, reason);
  if (run === undefined) {
    const others = none?.others ?? [];
    const other =
      others.length === 0
        ? ''
        : ` Rehearsals of other builds, or in other environments, do not count: ${list(others.slice(0, 3))}.`;
    const unreadable = none?.unreadable ?? [];
    const damaged = unreadable.length === 0 ? '' : ` ${list(unreadable.slice(0, 3))} cannot be read.`;
    return of(
      'inconclusive',
      `No run of this candidate has rehearsed its deployment.${other}${damaged} \`shakedown rehearse\` makes one.`,
    );
  }
  if (move === undefined)
    return of(
      'inconclusive',
      `${run.runId} did not rehearse what the plan asks for: ${plan.move ?? 'a move of the traffic'}.`,
    );
  const reason = `${move.title} in ${run.runId}`;
  if (move.verdict === 'pass')
    return run.doubt === undefined
      ? of('pass', `${reason}: passed.`)
      : of('inconclusive', `${reason}: passed, but ${run.doubt}.`);
  return of(
    move.verdict,
    `${reason}: ${move.verdict === 'fail' ? 'failed' : 'inconclusive'}. The plan is not to be followed before it is mended.`,
  );
}

function timesCheck(
  run: RehearsalRun | undefined,
  move: Rehearsed | undefined,
  deployMs: number | null,
  rollbackMs: number | null,
): Check {
  const of = (verdict: Check['verdict'], reason: string) => check('times', 'Its times were measured', verdict, reason);
  if (run === undefined || move === undefined) return of('inconclusive', 'No time of it was measured.');
  const unknown = [...move.deploy, ...move.rollback].filter(({ ms }) => ms === null).map(({ what }) => what);
  if (deployMs === null || rollbackMs === null)
    return of('inconclusive', `Not measured in ${run.runId}: ${unknown.length === 0 ? 'its steps' : list(unknown)}.`);
  return of(
    'pass',
    `${duration(deployMs)} to deploy it and ${duration(rollbackMs)} to take it back, on the staging system.`,
  );
}

function ownersCheck(plan: Plan): Check {
  const of = (verdict: Check['verdict'], reason: string) => check('owners', 'Somebody does each step', verdict, reason);
  if (plan.owner === null) return of('inconclusive', 'Nobody leads the deployment: set promotion.plan.owner.');
  const nobody = allSteps(plan)
    .filter(({ owner }) => owner === null)
    .map(({ title }) => title);
  return nobody.length === 0
    ? of('pass', `${plan.owner} leads it, and each step has its owner.`)
    : of('inconclusive', `Nobody is named for: ${list(nobody)}.`);
}

function commandsCheck({ deploy, rollback }: Plan): Check {
  const of = (verdict: Check['verdict'], reason: string) =>
    check('commands', 'The commands of production are written down', verdict, reason);
  const lacking = [
    ...(deploy.some(({ command }) => command !== null) ? [] : ['promotion.plan.deploy']),
    ...(rollback.some(({ command }) => command !== null) ? [] : ['promotion.plan.rollback']),
  ];
  return lacking.length === 0
    ? of('pass', 'For the deployment, and for the way back.')
    : of(
        'inconclusive',
        `No step of ${list(lacking)} has a command. A rehearsal knows those of the staging system only.`,
      );
}

function wayBackCheck(plan: Plan, move: Rehearsed | undefined, rollbackMs: number | null): Check {
  const of = (verdict: Check['verdict'], reason: string) =>
    check('rollback', 'The way back is known, and when it is taken', verdict, reason);
  const triggers = [...plan.triggers, ...(move?.triggers ?? [])];
  if (rollbackMs === null) return of('inconclusive', 'No rollback of this candidate was measured.');
  if (triggers.length === 0) return of('inconclusive', 'Nothing says when it is taken: set promotion.plan.triggers.');
  return of('pass', `${duration(rollbackMs)} when it was rehearsed; ${triggers.length} triggers.`);
}

function allSteps({ before, deploy, after, rollback }: Plan) {
  return [...before, ...deploy, ...after, ...rollback];
}
