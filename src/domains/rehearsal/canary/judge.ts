import { grouped } from '../../../gate/words.ts';
import { duration } from '../../../report-kit/format.ts';
import { type Check, check, type Judged, type Recorded } from '../../part.ts';
import { differenceCheck } from '../system/difference.ts';
import { smokeChecks } from '../system/smoke.ts';
import { requestChecks } from '../witness/checks.ts';
import { decide, tooLittleToTell } from './decide.ts';
import type { Evidence, MemoryPoint, Window } from './evidence.ts';

/** From the decision until the candidate gets no request any more. */
const backAtMostMs = 5000;

type Of<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>;

/** What a canary rehearsal shows. */
export function judge(recorded: readonly Recorded<Evidence>[]): Judged {
  const all = recorded.map(({ data }) => data);
  const of = <K extends Evidence['kind']>(kind: K) => all.filter((each): each is Of<K> => each.kind === kind);
  const [up] = of('up');
  const title = 'The candidate comes up beside the current version';
  if (up === undefined) return { checks: [check('up', title, 'inconclusive', 'It was not brought up.')], figures: [] };
  if (up.error !== null) return { checks: [check('up', title, 'fail', up.error)], figures: [] };
  const [asked] = of('asked');
  const [back] = of('back');
  const [requests] = of('requests');
  const decisions = of('decision');
  const checks = [
    check('up', title, 'pass', `${up.version} and the control were healthy and warm after ${duration(up.tookMs)}.`),
    differenceCheck(up),
    ...smokeChecks(of('smoke')[0]),
    ...ofSteps(asked, of('step'), decisions),
    ...again(asked, decisions, of('window'), of('memory')),
    wayBack(back),
    // That a candidate fails requests is seen by the comparison; what is lost or sent again is the move's own fault.
    ...requestChecks(requests).filter(({ id }) => id !== 'failed'),
  ];
  return {
    checks,
    figures: [
      {
        name: 'Steps',
        value: `${
          of('step')
            .map(({ share }) => `${share} %`)
            .join(' → ') || 'none'
        }`,
      },
      ...(requests === undefined ? [] : [{ name: 'Requests', value: grouped(requests.sent) }]),
      ...(back === undefined
        ? []
        : [{ name: 'Traffic taken back within', value: duration(back.setMs + back.stragglersMs) }]),
    ],
    runbook: runbook(asked, decisions, back),
    tables: [
      {
        title: 'Decisions',
        head: ['At', 'Share', 'Decision', 'Why'],
        rows: recorded.flatMap(({ data }) =>
          data.kind === 'decision'
            ? [
                [
                  duration(data.elapsedMs),
                  `${asked?.steps[data.step] ?? 0} %`,
                  data.byHand ? `${data.decision}, by hand` : data.decision,
                  data.reason,
                ],
              ]
            : [],
        ),
        figures: 0,
      },
    ],
  };
}

function ofSteps(
  asked: Of<'asked'> | undefined,
  steps: readonly Of<'step'>[],
  decisions: readonly Of<'decision'>[],
): Check[] {
  const title = 'The candidate is as good as the current version at every step';
  if (asked === undefined || steps.length === 0)
    return [check('steps', title, 'inconclusive', 'It was given no traffic.')];
  const final = decisions.filter(({ decision }) => decision !== 'hold');
  const stopped = final.find(({ decision }) => decision === 'rollback');
  const share = (step: number) => `${asked.steps[step] ?? 0} %`;
  if (stopped !== undefined) {
    // What shows too little is no proof that the candidate is bad.
    const held = decisions.some(({ decision, step }) => decision === 'hold' && step === stopped.step);
    const isOpen = stopped.byHand || (held && stopped.reason.includes('The time for this step'));
    return [
      check(
        'steps',
        title,
        isOpen ? 'inconclusive' : 'fail',
        `Rolled back at ${share(stopped.step)}: ${stopped.reason}`,
      ),
    ];
  }
  const byHand = final.find((each) => each.byHand);
  if (byHand !== undefined)
    return [
      check(
        'steps',
        title,
        'inconclusive',
        `A person promoted it at ${share(byHand.step)}, so what that step would have shown is not known.`,
      ),
    ];
  const last = final.at(-1);
  if (final.length < asked.steps.length || last === undefined) {
    return [
      check('steps', title, 'inconclusive', `${final.length} of ${asked.steps.length} steps came to a decision.`),
    ];
  }
  return [
    check(
      'steps',
      title,
      'pass',
      `Promoted ${asked.steps.map((each) => `${each} %`).join(' → ')}. ${last.reason}${openSteps(asked, final)}`,
    ),
  ];
}

/** Steps that did not show by themselves that the candidate is as fast. */
function openSteps(asked: Of<'asked'>, decisions: readonly Of<'decision'>[]): string {
  const open = decisions.filter(({ reason }) => reason.includes(tooLittleToTell));
  if (open.length === 0) return '';
  const at = open.map(({ step }) => `${asked.steps[step] ?? 0} %`).join(', ');
  return ` At ${at} too little was seen to tell whether it is slower than allowed.`;
}

/** Decisions are made again from the windows. */
function again(
  asked: Of<'asked'> | undefined,
  decisions: readonly Of<'decision'>[],
  windows: readonly Window[],
  memory: readonly MemoryPoint[],
): Check[] {
  const title = 'The decisions follow from the evidence';
  if (asked === undefined) return [];
  const ownDecisions = decisions.filter(({ byHand }) => !byHand);
  const other = ownDecisions.find(({ step, decision, elapsedMs, trouble, ...counts }) => {
    const found = decide({
      ...{ asked, step, elapsedMs, trouble },
      windows: windows.filter((each) => each.step === step).slice(0, counts.windows),
      earlier: windows.filter((each) => each.step < step),
      memory: memory.filter((each) => each.step === step).slice(0, counts.memory),
    });
    return found.decision !== decision;
  });
  if (other !== undefined) {
    return [
      check(
        'decisions',
        title,
        'inconclusive',
        `At ${asked.steps[other.step] ?? 0} % it was decided to ${other.decision}, and what was recorded gives another decision.`,
      ),
    ];
  }
  if (ownDecisions.length === 0) return [check('decisions', title, 'inconclusive', 'No decision was made.')];
  return [
    check(
      'decisions',
      title,
      'pass',
      `${ownDecisions.length} decisions were made again from ${grouped(windows.length)} windows, and are the same.`,
    ),
  ];
}

function wayBack(back: Of<'back'> | undefined): Check {
  const title = 'The traffic is taken back at once';
  if (back === undefined) return check('back', title, 'inconclusive', 'It was not taken back.');
  const ms = back.setMs + back.stragglersMs;
  const reason = `${duration(ms)} from the decision at ${back.from} % until no request went to the candidate any more; ${duration(backAtMostMs)} are allowed.`;
  return check('back', title, ms > backAtMostMs ? 'fail' : 'pass', reason);
}

/** How it is rolled out in production, with the times of this rehearsal. */
function runbook(
  asked: Of<'asked'> | undefined,
  decisions: readonly Of<'decision'>[],
  back: Of<'back'> | undefined,
): string[] {
  if (asked === undefined || back === undefined) return [];
  const steps = decisions.filter(({ decision }) => decision === 'promote');
  return [
    'Bring the candidate up beside the current version, and fresh instances of the current version as a control.',
    ...steps.map(
      ({ step, elapsedMs }) =>
        `${asked.steps[step] ?? 0} %: ${duration(elapsedMs)} and enough requests; go on when nothing speaks against it.`,
    ),
    `If it is worse at any step, take the traffic back: ${duration(back.setMs + back.stragglersMs)} until the candidate got no request any more.`,
  ];
}
