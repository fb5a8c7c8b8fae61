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
    rows: stage.phases.filter(({ leftOut }) => leftOut === null).map(rowOf),
    leftOut: leftOutLines(stage),
    wall: duration(stage.wallMs),
    sum: duration(sumMs),
    next: stage.next,
  };
}

function rowOf(phase: PhaseResult): object {
  const { id, title, role, sentence, command, verdict, attempts, gates, partOf } = phase;
  const judged = gates.length > 0 ? gates : partOf === null ? [] : [partOf];
  return {
    ...{ id, title, sentence, command, state: verdict, word: verdictWord[verdict] },
    by: [stageRoles[role], ...(judged.length === 0 ? [] : [`gates: ${judged.join(', ')}`])].join('; '),
    took: attempts.length === 0 ? nothing : duration(tookMs(phase)),
    attempts: attempts.map(({ attempt, runId, verdict: of, isCut }) => ({
      name:
        attempts.length === 1
          ? (runId ?? nothing)
          : `${attempt}: ${runId ?? 'no run'}, ${isCut ? 'cut off' : verdictWord[of].toLowerCase()}`,
      href: runId === null ? '' : `../${runId}/index.html`,
    })),
  };
}

/** Phases that were left out, those with the same reason together. */
function leftOutLines({ phases }: StageSection): { names: string; by: string; reason: string }[] {
  const groups = new Map<string, { names: string[]; by: string; reason: string }>();
  for (const { title, leftOut } of phases) {
    if (leftOut === null) continue;
    const { by, reason } = leftOut;
    const group = groups.get(`${by} ${reason}`) ?? { names: [], by, reason };
    groups.set(`${by} ${reason}`, group);
    group.names.push(title);
  }
  return [...groups.values()].map(({ names, ...why }) => ({ names: names.join(', '), ...why }));
}

function tookMs({ attempts }: PhaseResult): number {
  return attempts.reduce((sum, { beganAtMs, endedAtMs }) => sum + Math.max(0, (endedAtMs ?? beganAtMs) - beganAtMs), 0);
}
