import { duration } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { clock, relative } from '../../../report-kit/time.ts';
import { stageRoles } from '../../phase.ts';
import type { StageSection } from '../section.ts';
import { stageTimelines } from './timeline.ts';

const valueAtMost = 160;

/** Roles and events on one timeline, the state, the candidate, and what happened to the stage itself; null: this run is no stage. */
export function stageView(stage: StageSection | undefined, startedAt: string): object | null {
  if (stage === undefined) return null;
  const { identity } = stage;
  return {
    charts: stageTimelines(stage, startedAt),
    periods: stage.phases.flatMap(({ title, role, attempts }) =>
      attempts.map(({ attempt, beganAtMs, endedAtMs, verdict }) => ({
        ...{ title, role: stageRoles[role], attempt, verdict },
        from: relative(beganAtMs),
        clock: clock(startedAt, beganAtMs, true),
        took: endedAtMs === null ? 'did not end' : duration(endedAtMs - beganAtMs),
      })),
    ),
    events: stage.events.map(({ event, atMs, by, why, backed, whyNot }) => ({
      ...{ event, at: relative(atMs), clock: clock(startedAt, atMs, true), by: by ?? 'the stage', why },
      state: backed ? 'pass' : 'inconclusive',
      backed: backed ? 'yes' : `no: ${whyNot}`,
    })),
    state: stage.state.map(({ key, value, phase, role, backed, whyNot }) => ({
      ...{ key, phase, role, state: backed ? 'pass' : 'inconclusive', backed: backed ? 'yes' : `no: ${whyNot}` },
      value: shortened(typeof value === 'string' ? value : JSON.stringify(value), valueAtMost),
    })),
    unwritten: stage.unwritten.map(({ key, writer }) => `${key} (${writer})`).join(', '),
    initial: Object.entries(stage.initialState).map(([key, value]) => ({
      key,
      value: shortened(JSON.stringify(value), valueAtMost),
    })),
    changes: identity.changes,
    open: identity.open ?? '',
    artifacts: identity.artifacts.map(({ name, digest, by, probes }) => ({ name, digest, by: by.join(', '), probes })),
    problems: [...new Set(identity.probes.flatMap(({ problems }) => problems))].slice(0, 20),
    rollbacks: stage.rollbacks.map(({ phase, command, ok, sentence, atMs }) => ({
      ...{ phase, command, sentence, at: relative(atMs), state: ok ? 'pass' : 'fail' },
    })),
    course: [
      ...stage.pauses.map(({ atMs, reason }) => ({ atMs, text: `It stopped: ${reason}.` })),
      ...stage.resumes.map(({ atMs, from }) => ({
        atMs,
        text: from === null ? 'It went on.' : `It went on from ${from}.`,
      })),
    ]
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ atMs, text }) => ({ at: relative(atMs), text })),
    lock: stage.lock.detail,
    lockLost: stage.lockLost ?? '',
    sideBySide: stage.sideBySide,
  };
}
