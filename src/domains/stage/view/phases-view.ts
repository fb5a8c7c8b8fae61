import { verdictWord } from '../../../model/verdict.ts';
import { duration, nothing } from '../../../report-kit/format.ts';
import { stageRoles } from '../../phase.ts';
import type { PhaseResult, StageSection } from '../section.ts';

/** The phases, each with the run of every attempt; null: this run is no stage. */
export function phasesView(stage: StageSection | undefined): object | null {
  if (stage === undefined) return null;
  const done = stage.phases.filter(({ attempts }) => attempts.length > 0);
  const sumMs = done.reduce((sum, phase) => sum + tookMs(phase), 0);
  return {
    rows: stage.phases.map((phase) => {
      const state = phase.leftOut === null ? phase.verdict : 'not run';
      return {
        ...{ id: phase.id, title: phase.title, sentence: phase.sentence, command: phase.command },
        state,
        word: phase.leftOut === null ? verdictWord[phase.verdict] : 'LEFT OUT',
        role: stageRoles[phase.role],
        gates:
          (phase.gates.length > 0 ? phase.gates : phase.partOf === null ? [] : [phase.partOf]).join(', ') || nothing,
        took: phase.attempts.length === 0 ? nothing : duration(tookMs(phase)),
        attempts: phase.attempts.map(({ attempt, runId, verdict, isCut }) => ({
          name:
            phase.attempts.length === 1
              ? (runId ?? '')
              : `${attempt}: ${runId ?? 'no run'}, ${isCut ? 'cut off' : verdictWord[verdict].toLowerCase()}`,
          href: runId === null ? '' : `../${runId}/index.html`,
        })),
      };
    }),
    wall: duration(stage.wallMs),
    sum: duration(sumMs),
    next: stage.next,
  };
}

function tookMs({ attempts }: PhaseResult): number {
  return attempts.reduce((sum, { beganAtMs, endedAtMs }) => sum + Math.max(0, (endedAtMs ?? beganAtMs) - beganAtMs), 0);
}
