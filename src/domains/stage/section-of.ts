import type { RunFacts } from '../../model/run-facts.ts';
import { stageRoles } from '../phase.ts';
import { whyEventNotBacked, whyValueNotBacked } from './backing.ts';
import type { PlannedPhase } from './events.ts';
import type { StageFold } from './fold.ts';
import { compareProbes } from './identity.ts';
import { nextSteps } from './next-steps.ts';
import type { PhaseAttempt, PhaseResult, StageSection } from './section.ts';

const artifactsAtMost = 100;
const eventsAtMost = 200;

type Backing = (attempt: PhaseAttempt | undefined) => string | null;

/** What became of the whole stage, from its journal and the runs beside it. @param backing why what an attempt left is not behind it; null: it is */
export function stageSection(
  fold: StageFold,
  { folder, started }: Pick<RunFacts, 'folder' | 'started'>,
  backing: Backing,
): StageSection {
  const { planned, beganAtMs } = fold;
  const phases = (planned?.phases ?? []).map((phase) => phaseResult(fold, phase, backing));
  const at = (atMs: number) => atMs - beganAtMs;
  const keys = (planned?.phases ?? []).flatMap(({ id, writes }) => writes.map((key) => ({ key, writer: id })));
  return {
    phases,
    durationMs: planned?.durationMs ?? 0,
    lock: planned?.lock ?? { kind: 'host', detail: '' },
    sideBySide: planned?.sideBySide ?? '',
    initialState: planned?.initialState ?? {},
    events: fold.events.slice(0, eventsAtMost).map(({ event, by, why, atMs }) => {
      const whyNot = whyEventNotBacked(folder, fold, { event, by });
      return { event, by, why, atMs: at(atMs), backed: whyNot === null, whyNot };
    }),
    state: [...fold.state].map(([key, { value, phase, attempt, atMs }]) => {
      const last = fold.last(phase);
      const whyNot = whyValueNotBacked(fold, { phase, attempt }, () => backing(last));
      const role = planned?.phases.find(({ id }) => id === phase)?.role;
      return {
        ...{ key, value, phase, role: role === undefined ? '' : stageRoles[role], atMs: at(atMs) },
        ...{ backed: whyNot === null, whyNot },
      };
    }),
    unwritten: keys.filter(({ key }) => !fold.state.has(key)),
    identity: identityOf(fold, started.candidate),
    rollbacks: fold.rollbacks.map(({ atMs, ...each }) => ({ ...each, atMs: at(atMs) })),
    pauses: fold.pauses.map(({ atMs, reason }) => ({ atMs: at(atMs), reason })),
    resumes: fold.resumes.map(({ atMs, from }) => ({ atMs: at(atMs), from })),
    lockLost: fold.lockLost,
    wallMs: Math.max(0, fold.lastAtMs - beganAtMs),
    next: nextSteps(fold, folder),
  };
}

function phaseResult(fold: StageFold, phase: PlannedPhase, backing: Backing): PhaseResult {
  const attempts = (fold.attempts.get(phase.id) ?? []).map(
    ({ undo: _, process: __, artifacts: ___, beganAtMs, endedAtMs, ...each }) => ({
      ...each,
      beganAtMs: beganAtMs - fold.beganAtMs,
      endedAtMs: endedAtMs === null ? null : endedAtMs - fold.beganAtMs,
    }),
  );
  const last = attempts.at(-1);
  if (phase.leftOut !== null)
    return { ...phase, attempts, verdict: 'inconclusive', sentence: `It was left out: ${phase.leftOut.reason}` };
  if (last === undefined) return { ...phase, attempts, verdict: 'inconclusive', sentence: whyNotBegun(fold, phase) };
  if (fold.again.has(phase.id))
    return { ...phase, attempts, verdict: 'inconclusive', sentence: 'It is to be done again, and was not yet.' };
  const whyNot = last.verdict === 'pass' ? backing(fold.last(phase.id)) : null;
  // A failure is none the less one because its evidence was taken away.
  if (whyNot !== null)
    return {
      ...phase,
      attempts,
      verdict: 'inconclusive',
      sentence: `It passed, and nothing is behind that: ${whyNot}.`,
    };
  return { ...phase, attempts, verdict: last.verdict, sentence: last.sentence };
}

function whyNotBegun(fold: StageFold, { listens }: PlannedPhase): string {
  const happened = listens.some((event) => fold.events.some((each) => each.event === event));
  return happened ? 'The stage ended before it.' : `It was not begun, for ${listens.join(' and ')} did not come.`;
}

/** What the candidate was, by everything that said so in the course of the stage. */
export function identityOf(
  fold: StageFold,
  { version, artifacts }: RunFacts['started']['candidate'],
): StageSection['identity'] {
  const ofRuns = [...fold.attempts].flatMap(([phase, attempts]) =>
    attempts
      .filter((each) => each.artifacts.length > 0)
      .map((each) => ({
        atMs: each.beganAtMs,
        where: `during ${phase}`,
        artifacts: each.artifacts.map((one) => ({ ...one, by: 'run' as const })),
      })),
  );
  const first = {
    atMs: fold.beganAtMs,
    where: 'when the stage began',
    artifacts: (artifacts ?? [])
      .filter(({ source }) => source === 'probed')
      .map(({ name, digest }) => ({ name, digest, by: 'target' as const })),
  };
  const probes = fold.probes.map(({ atMs, phase, when, artifacts: found }) => ({
    ...{ atMs, artifacts: found },
    where: phase === null ? `at the ${when} of the stage` : `${when} ${phase}`,
  }));
  const said = [first, ...probes, ...ofRuns].sort((a, b) => a.atMs - b.atMs);
  const declared = (artifacts ?? []).filter(({ source }) => source === 'declared');
  const { artifacts: known, changes } = compareProbes(said, declared, version);
  return {
    probes: fold.probes.map(({ when, phase, atMs, artifacts: found, problems }) => ({
      ...{ when, phase, atMs: atMs - fold.beganAtMs, artifacts: found.length, problems },
    })),
    artifacts: known.slice(0, artifactsAtMost),
    changes,
    // Before a deployment nothing need be there.
    problemsWithin: [
      ...new Set(fold.probes.filter(({ when }) => when === 'after').flatMap(({ problems }) => problems)),
    ],
    open:
      known.length === 0
        ? 'Nothing said what the candidate is made of, so it cannot be shown to have stayed the same: set target.artifactPath or stage.candidate.'
        : null,
  };
}
