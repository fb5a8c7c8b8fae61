import type { Artifact } from '../../model/artifact.ts';
import { whyEventNotBacked, whyNotBacked, whyValueNotBacked } from './backing.ts';
import type { PlannedPhase } from './events.ts';
import { readStageRecord } from './record.ts';
import { identityOf } from './section-of.ts';

/** An event of the stage, and whether anything is behind it. */
export interface StageFactEvent {
  type: string;
  /** ISO 8601. */
  time: string;
  /** The phase that announced it; null: the stage itself. */
  phase: string | null;
  backed: boolean;
  /** Within a sentence; null: it is backed. */
  whyNot: string | null;
}

export interface StageFactValue {
  key: string;
  value: unknown;
  /** The phase that wrote it. */
  writer: string;
  backed: boolean;
  whyNot: string | null;
}

export interface StageFacts {
  runId: string;
  candidate: { name: string; version: string; artifacts: readonly Artifact[] };
  environment: string;
  /** Why the candidate is not shown to have stayed the same, a sentence each: what differs, or that nothing said what it is; empty: it is shown. */
  changes: string[];
  events: StageFactEvent[];
  state: StageFactValue[];
  /** Each phase, with its newest run; null: it has none. */
  phases: (Pick<PlannedPhase, 'id' | 'title' | 'role' | 'gates' | 'leftOut'> & {
    verdict: 'pass' | 'fail' | 'inconclusive';
    runId: string | null;
    backed: boolean;
    whyNot: string | null;
  })[];
}

/**
 * What a stage says of itself, and what of that its evidence is behind: for the success criteria and the readiness checklist. Nothing is believed of a
 * journal that was changed.
 * @param folder of the stage's run; the runs of its phases lie beside it
 * @throws ShakedownError STAGE_RESUME where it is no stage, RUN_NOT_FOUND where it cannot be read
 */
export async function readStage(folder: string): Promise<StageFacts> {
  const { started, fold, check } = await readStageRecord(folder);
  const changed =
    check.changedBefore !== null
      ? 'the journal of the stage was changed'
      : check.damaged.length > check.torn.length
        ? 'the journal of the stage is damaged'
        : null;
  const backing = (why: string | null) => {
    const whyNot = changed ?? why;
    return { backed: whyNot === null, whyNot };
  };
  const { runId, candidate, environment } = started;
  const identity = identityOf(fold, candidate);
  return {
    runId,
    candidate: { name: candidate.name, version: candidate.version, artifacts: candidate.artifacts ?? [] },
    environment: environment.name,
    changes: [...identity.changes, ...(identity.open === null ? [] : [identity.open])],
    events: fold.events.map(({ event, by, atMs }) => ({
      ...{ type: event, time: new Date(atMs).toISOString(), phase: by },
      ...backing(whyEventNotBacked(folder, fold, { event, by })),
    })),
    state: [...fold.state].map(([key, { value, phase, attempt }]) => ({
      ...{ key, value, writer: phase },
      ...backing(whyValueNotBacked(fold, { phase, attempt }, () => whyNotBacked(folder, fold.last(phase)))),
    })),
    phases: (fold.planned?.phases ?? []).map(({ id, title, role, gates, leftOut }) => ({
      ...{ id, title, role, gates, leftOut, verdict: fold.verdictOf(id), runId: fold.last(id)?.runId ?? null },
      ...backing(leftOut === null ? whyNotBacked(folder, fold.last(id)) : `it was left out: ${leftOut.reason}`),
    })),
  };
}
