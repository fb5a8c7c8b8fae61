import { grouped } from '../../gate/words.ts';
import { duration, percent } from '../../report-kit/format.ts';

/** What is known for the assessment. What is not known is null: it is no low risk. */
export interface RiskInputs {
  /** Smallest distance of a measured figure of performance or capacity to its target, in percent of the target, of a share in percent of what it may miss, and of which. */
  readonly headroom: { percent: number; of: string } | null;
  /** Slowest rollback of the rehearsals, ms. */
  readonly rollbackMs: number | null;
  readonly isRollbackShown: boolean;
  /** Waivers in force, by the objective. */
  readonly waived: readonly string[];
  /** What no run that counts has shown, a few words each. */
  readonly untested: readonly string[];
  /** Changes since the version before. */
  readonly changes: number | null;
  /** Attempts that did not pass. */
  readonly missed: number;
  /** Least availability that was measured, in percent, and its target. */
  readonly availability: { percent: number; target: number } | null;
}

export interface Risk {
  readonly id: string;
  /** What could go wrong. */
  readonly title: string;
  /** 1 … 5; null: not known. */
  readonly likelihood: number | null;
  readonly impact: number;
  /** What it was made from. */
  readonly measured: string;
  /** How likelihood and impact follow from it. */
  readonly rule: string;
}

/** The first step that a value is at or above; the last where it is below all. */
function step(value: number, steps: readonly (readonly [atLeast: number, likelihood: number])[]): number {
  return steps.find(([atLeast]) => value >= atLeast)?.[1] ?? 5;
}

/** What is within its target has passed its own gate: it is a high risk to accept by name, never a second verdict on the same figure. */
const headroomSteps = [
  [50, 1],
  [25, 2],
  [0, 3],
] as const;
const changeSteps = [
  [200, 5],
  [50, 4],
  [20, 3],
  [5, 2],
  [0, 1],
] as const;
const countSteps = [
  [6, 5],
  [4, 4],
  [2, 3],
  [1, 2],
  [0, 1],
] as const;

function headroomWords({ of, percent: left }: { percent: number; of: string }): string {
  return left < 0 ? `${of}: past its target` : `${of}: ${percent(left)} from its target`;
}

/** Impact of a rollback that takes longer: users meet the fault until it is over. */
function rollbackImpact(ms: number): number {
  if (ms <= 10_000) return 1;
  if (ms <= 60_000) return 2;
  return ms <= 300_000 ? 3 : ms <= 1_800_000 ? 4 : 5;
}

/** Each risk with the rule that made it. The same inputs give the same table. */
export function risksOf(inputs: RiskInputs): Risk[] {
  const { headroom, rollbackMs, isRollbackShown, waived, untested, changes, missed, availability } = inputs;
  return [
    {
      ...{ id: 'headroom', title: 'Production’s load is more than it serves in time', impact: 4 },
      likelihood: headroom === null ? null : step(headroom.percent, headroomSteps),
      measured: headroom === null ? 'not measured' : headroomWords(headroom),
      rule: 'likelihood by the smallest distance to a target of performance or capacity: 1 from 50 %, 2 from 25 %, 3 within the target, else 5; impact 4',
    },
    {
      ...{ id: 'availability', title: 'It is not there when it is needed', impact: 5 },
      likelihood:
        availability === null
          ? null
          : availability.percent >= 100
            ? 1
            : availability.percent >= availability.target
              ? 2
              : 4,
      measured:
        availability === null
          ? 'not measured'
          : `${availability.percent.toFixed(3)} % against ${availability.target} %`,
      rule: 'likelihood 1 where nothing failed, 2 from the target on, else 4; impact 5',
    },
    {
      ...{ id: 'rollback', title: 'A deployment that has to go back harms users meanwhile' },
      likelihood: rollbackMs === null ? null : isRollbackShown ? 2 : 4,
      impact: rollbackMs === null ? 5 : rollbackImpact(rollbackMs),
      measured:
        rollbackMs === null
          ? 'no rollback was measured'
          : `${duration(rollbackMs)} at the slowest; the rehearsal ${isRollbackShown ? 'passed' : 'did not pass'}`,
      rule: 'likelihood 2 where the rehearsal passed, else 4; impact 1 up to 10 s, 2 up to 1 min, 3 up to 5 min, 4 up to 30 min, else 5',
    },
    {
      ...{ id: 'changes', title: 'Much changes at once', impact: 3 },
      likelihood: changes === null ? null : step(changes, changeSteps),
      measured: changes === null ? 'what changed is not known' : `${grouped(changes)} changes`,
      rule: 'likelihood 1 below 5 changes, 2 below 20, 3 below 50, 4 below 200, else 5; impact 3',
    },
    {
      ...{ id: 'untested', title: 'What was not tested is broken', impact: 4 },
      likelihood: step(untested.length, countSteps),
      measured: untested.length === 0 ? 'everything that is asked for was shown' : untested.join(', '),
      rule: 'likelihood 1 where everything was shown, 2 for one that was not, 3 from two, 4 from four, 5 from six; impact 4',
    },
    {
      ...{ id: 'waivers', title: 'What is waived does harm', impact: 4 },
      likelihood: step(waived.length, countSteps),
      measured: waived.length === 0 ? 'no waivers' : waived.join(', '),
      rule: 'likelihood 1 without waivers, 2 for one, 3 from two, 4 from four, 5 from six; impact 4',
    },
    {
      ...{ id: 'attempts', title: 'It passed by chance', impact: 4 },
      likelihood: step(missed, countSteps),
      measured: missed === 0 ? 'no attempt missed' : `${grouped(missed)} attempts did not pass`,
      rule: 'likelihood 1 where none missed, 2 for one, 3 from two, 4 from four, 5 from six; impact 4',
    },
  ];
}

export function scoreOf({ likelihood, impact }: Pick<Risk, 'likelihood' | 'impact'>): number | null {
  return likelihood === null ? null : likelihood * impact;
}

/** `moderate`, of a score from 1 to 25. */
export function levelOf(score: number): string {
  return score >= 16 ? 'very high' : score >= 10 ? 'high' : score >= 5 ? 'moderate' : 'low';
}
