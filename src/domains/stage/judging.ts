import { inSentence } from '../../gate/words.ts';
import type { Objective, Verdict } from '../../model/verdict.ts';
import { asSentence } from '../../report-kit/text.ts';
import type { Doubt, Judging, Metric } from '../domain.ts';
import { policyAsksFor } from '../part-objectives.ts';
import { whyNotBacked } from './backing.ts';
import { events, type PlannedPhase } from './events.ts';
import { StageFold } from './fold.ts';
import type { PhaseResult, StageSection } from './section.ts';
import { stageSection } from './section-of.ts';

const metricId = 'stage_phase';

/** A phase in one gate: what its run showed of that, or the whole of it where it judges none by itself. */
function objectiveOf({ id, title }: PlannedPhase, gate: string): Objective {
  return {
    ...{
      id: `stage-${id}-${gate}`,
      title: `${title}: ${gate}`,
      gate,
      metric: metricId,
      statistic: 'value',
      comparison: '<=',
    },
    ...{ target: 0, unit: 'count', weight: 1, key: true, minimumSamples: 1 },
  };
}

/** Those that nobody asked for are no part of this stage; those that were left out with a reason are, and stay open. */
function isAsked({ leftOut }: PlannedPhase): boolean {
  return leftOut === null || leftOut.by === '--skip';
}

/**
 * What the stage is judged by. A policy that names a gate rests on every phase of it. A phase that is only a part of a gate never passes it by itself:
 * it counts beside one that judges the gate, or where it failed.
 */
function objectivesOf(fold: StageFold, config: unknown): Objective[] {
  const phases = fold.planned?.phases ?? [];
  const isCounted = (phase: PlannedPhase, gate: string) => isAsked(phase) || policyAsksFor(gate, config);
  const judged = phases.flatMap((phase) =>
    phase.gates.filter((gate) => isCounted(phase, gate)).map((gate) => objectiveOf(phase, gate)),
  );
  const parts = phases.flatMap((phase) => {
    const { id, partOf } = phase;
    if (partOf === null || !isCounted(phase, partOf)) return [];
    const isBeside = judged.some(({ gate }) => gate === partOf) || policyAsksFor(partOf, config);
    return isBeside || fold.verdictOf(id) === 'fail' ? [objectiveOf(phase, partOf)] : [];
  });
  const all = [...judged, ...parts];
  // As the phases come.
  return phases.flatMap(({ id }) => all.filter((one) => one.id === `stage-${id}-${one.gate}`));
}

const metric: Metric<StageFold, StageSection> = {
  id: metricId,
  words: 'number of phases of the stage that failed',
  // The gate stands beside it in the table.
  shortWords: ({ title, gate }) => inSentence(title.slice(0, -`: ${gate}`.length)),
  subject: ({ title }) => inSentence(title),
  unit: 'count',
  isCount: true,
  side: 'below',
  // It is what they found, by whatever cause: the headline is this domain's own.
  cause: 'function',
  tile: (_, value) => (value === 0 ? 'passed' : 'failed'),
  read({ section }, { id, gate }) {
    const phase = section?.phases.find((each) => id === `stage-${each.id}-${gate}`);
    if (phase === undefined) return { value: null, samples: 0, absent: 'the stage does not have this phase' };
    if (phase.leftOut !== null)
      return { value: null, samples: 0, absent: `it was left out: ${withoutStop(phase.leftOut.reason)}` };
    const { verdict, sentence, summary } = found(phase, gate);
    const words = { observed: summary, wanted: 'passed' };
    // The headline of the stage says that nothing failed.
    const reason = asSentence(`${phase.title}: ${sentence.replace(/^Nothing failed, but (?:this is [a-z]+: )?/, '')}`);
    if (verdict === 'fail') return { value: 1, samples: 1, words, reason };
    return verdict === 'pass' ? { value: 0, samples: 1, words } : { value: 0, samples: 1, words, open: reason };
  },
};

/** What a phase says of a gate. One whose run failed for something else still failed. */
function found(phase: PhaseResult, gateId: string): { verdict: Verdict; sentence: string; summary: string } {
  const last = phase.attempts.at(-1);
  const whole = { verdict: phase.verdict, sentence: phase.sentence, summary: words[phase.verdict] };
  const gate = last?.gates.find(({ id }) => id === gateId);
  if (last === undefined || gate === undefined) return whole;
  const isOpen = phase.verdict === 'inconclusive' && last.verdict !== 'inconclusive';
  if (isOpen) return whole;
  const isFailedElsewhere = phase.verdict === 'fail' && !last.gates.some(({ verdict }) => verdict === 'fail');
  return isFailedElsewhere && last.gates[0]?.id === gateId ? whole : gate;
}

const words: Record<Verdict, string> = { pass: 'passed', fail: 'failed', inconclusive: 'not shown' };

function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}

export const judging: Judging<StageFold, StageSection> = {
  events,
  begin: () => new StageFold(),
  add: (fold, event) => fold.add(event),
  metrics: [metric],
  objectives: (fold, _, config) => objectivesOf(fold, config),
  gates: (fold, { started }) => [...new Set(objectivesOf(fold, started.config).map(({ gate }) => gate))],
  section: async (fold, { facts }) =>
    fold.planned === null ? null : stageSection(fold, facts, (attempt) => whyNotBacked(facts.folder, attempt)),
  doubts: (fold, section, { started }) =>
    section === null
      ? []
      : doubtsOf(
          section,
          objectivesOf(fold, started.config).map(({ id }) => id),
        ),
  missing: (_, section) => (section === null ? [] : missingOf(section)),
  headline({ phases }, main, failing) {
    if (main.objective.metric !== metricId) return null;
    const isOurs = ({ objective }: { objective: Objective }) => objective.metric === metricId;
    const failed = phases.filter(({ verdict, leftOut }) => verdict === 'fail' && leftOut === null);
    const [first, ...others] = failed;
    if (first === undefined) return null;
    const also = others.length === 0 ? '' : ` Failed too: ${others.map(({ id }) => id).join(', ')}.`;
    return { text: `${asSentence(`${first.title} failed: ${first.sentence}`)}${also}`, isWhole: failing.every(isOurs) };
  },
};

/** @param counted ids of the objectives: what stands in none of them is a doubt where it did not succeed */
function doubtsOf({ phases, identity, lockLost }: StageSection, counted: readonly string[]): Doubt[] {
  const doubts: Doubt[] = [];
  const [change] = identity.changes;
  if (change !== undefined)
    doubts.push({
      clause: `the candidate did not stay the same: ${withoutStop(change)}`,
      missing: `The candidate did not stay the same, so what was found is of no one candidate: ${identity.changes.join(' ')}`,
      voids: true,
    });
  if (lockLost !== null)
    doubts.push({ clause: 'another stage may have been at work beside it', missing: asSentence(lockLost) });
  const waiting = onlyPeopleMissing(phases);
  if (waiting !== null)
    doubts.push({
      clause: `people have not decided on ${waiting} yet`,
      missing: `People have not decided yet. Sign the run ${waiting}, then go on with the stage.`,
    });
  for (const problem of identity.problemsWithin)
    doubts.push({ clause: 'the candidate could not be asked what it is after every phase', missing: problem });
  for (const { id, title, verdict, leftOut, sentence, gates, partOf } of phases) {
    const isCounted = [...gates, partOf].some((gate) => counted.includes(`stage-${id}-${gate}`));
    if (leftOut === null && verdict !== 'pass' && !isCounted)
      doubts.push({ clause: `${inSentence(title)} did not succeed`, missing: asSentence(`${title}: ${sentence}`) });
  }
  return doubts;
}

/** The run that people have not decided on, where every phase before them passed but the one that made it, which asks for them too; null: more is missing. */
function onlyPeopleMissing(phases: readonly PhaseResult[]): string | null {
  const at = phases.findIndex(({ attempts }) => attempts.at(-1)?.isWaiting);
  const run = phases[at]?.attempts.at(-1)?.runId ?? null;
  const isOpen = ({ verdict, leftOut, attempts }: PhaseResult) =>
    leftOut?.by !== 'configuration' && verdict !== 'pass' && attempts.at(-1)?.runId !== run;
  return run === null || phases.slice(0, at).some(isOpen) ? null : run;
}

function missingOf({ phases, identity, rollbacks, sideBySide }: StageSection): string[] {
  const leftOut = phases.flatMap(({ id, title, leftOut: why }) => (why === null ? [] : [{ id, title, ...why }]));
  // Those that nobody asked for have one reason.
  const notAsked = leftOut.filter(({ by }) => by === '--only' || by === '--from').map(({ id }) => id);
  return [
    ...leftOut
      .filter(({ id }) => !notAsked.includes(id))
      .map(({ title, by, reason }) => asSentence(`${title} was left out (${by}): ${reason}`)),
    ...(notAsked.length === 0 ? [] : [`Phases that were not asked for: ${notAsked.join(', ')}.`]),
    ...(identity.open === null ? [] : [identity.open]),
    ...rollbacks.filter(({ ok }) => !ok).map(({ command, sentence }) => `The rollback ${command} failed: ${sentence}`),
    ...(phases.some(({ attempts }) => attempts.length > 0) ? [sideBySide] : []),
  ];
}
