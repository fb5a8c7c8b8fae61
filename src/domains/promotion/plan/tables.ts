import { duration } from '../../../report-kit/format.ts';
import type { Table } from '../../part.ts';
import type { Plan, RehearsalRun, Rehearsed, Step } from './evidence.ts';

/** The plan as tables: for the page, and for the Markdown that somebody goes by. */
export function planTables(plan: Plan, run: RehearsalRun | undefined, move: Rehearsed | undefined): Table[] {
  const triggers = [...plan.triggers, ...(move?.triggers ?? [])];
  return [
    {
      title: 'What is deployed',
      head: ['Artifact', 'Digest'],
      rows: [
        ...plan.artifacts.map(({ name, digest }) => [name, digest]),
        ...(plan.commit === null ? [] : [['Commit, as declared', plan.commit]]),
      ],
      figures: 0,
    },
    stepsTable('Before', plan.before),
    stepsTable('Deployment', plan.deploy),
    stepsTable('Afterwards', plan.after),
    stepsTable('Rollback', plan.rollback),
    timesTable('Measured in the rehearsal: deployment', move?.deploy ?? []),
    timesTable('Measured in the rehearsal: rollback', move?.rollback ?? []),
    {
      title: 'Rollback triggers',
      head: ['The traffic goes back when'],
      rows: triggers.map((each) => [each]),
      figures: 0,
    },
    { title: 'Go and no-go', head: ['When', 'Go', 'No-go'], rows: decisions(plan, run), figures: 0 },
    {
      title: 'Also rehearsed in that run',
      head: ['Rehearsal', 'Verdict'],
      rows: (run?.others ?? []).map(({ title, verdict }) => [title, verdict]),
      figures: 0,
    },
  ];
}

function stepsTable(title: string, steps: readonly Step[]): Table {
  return {
    title,
    head: ['Step', 'Owner', 'Command', 'Go on when', 'Stated'],
    rows: steps.map(({ title: what, owner, command, goWhen, minutes }, index) => [
      `${index + 1}. ${what}`,
      owner ?? 'nobody',
      command ?? '',
      goWhen ?? 'it is done',
      minutes === null ? '' : duration(minutes * 60_000),
    ]),
    figures: 1,
  };
}

function timesTable(title: string, times: readonly { what: string; ms: number | null }[]): Table {
  return {
    title,
    head: ['Step', 'Took'],
    rows: times.map(({ what, ms }) => [what, ms === null ? 'not known' : duration(ms)]),
    figures: 1,
  };
}

function decisions({ artifacts, previous }: Plan, run: RehearsalRun | undefined): string[][] {
  return [
    [
      'Before anything is done',
      `The certificate is right for ${artifacts.length === 0 ? 'what is deployed' : 'these digests'}: shakedown verify says so`,
      'It is missing, changed, expired, or of another build',
    ],
    [
      'When the window opens',
      'It is open, nothing is frozen, and the people named are there',
      'There is less time left than deployment and rollback take',
    ],
    [
      'Before the traffic is moved',
      'Every instance of the candidate is healthy and says that it is this build',
      'One is not, or says something else',
    ],
    [
      'While it has traffic',
      'None of the triggers',
      `One of them: the traffic goes back to ${previous ?? 'the version before'} at once, and the reason is looked for afterwards`,
    ],
    ...(run === undefined
      ? []
      : [['At the end', 'All was as in the rehearsal', `Something was not: see ${run.runId}`]]),
  ];
}
