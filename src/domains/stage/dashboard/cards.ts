import type { Results } from '../../../model/results.ts';
import type { Verdict } from '../../../model/verdict.ts';
import { milliseconds, percent, perSecond, quantity } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import type { RunFigures } from '../../live.ts';
import { type StageKey, stageKeys } from '../../phase.ts';
import type { StageSection } from '../section.ts';

interface Row {
  name: string;
  value: string;
  /** `none`: neither good nor bad. */
  state: Verdict | 'none';
}

export interface Card {
  id: string;
  title: string;
  rows: (Row & { isJudged: boolean })[];
}

const valueAtMost = 120;
const rowsAtMost = 12;

/** Where the figures of a domain's live view are shown; those of others are about the load. */
const cardOf: Readonly<Record<string, string>> = { monitoring: 'health', rehearsal: 'deployment', uat: 'acceptance' };

const keysOf: Readonly<Record<string, readonly StageKey[]>> = {
  health: ['infrastructure_provisioned', 'environment_status', 'monitoring_configured', 'health_status'],
  performance: ['performance_results'],
  deployment: ['deployment_status', 'deployment_approved', 'production_ready'],
  acceptance: ['test_results', 'test_failures', 'integration_test_results'],
};

/**
 * Environment health, performance, deployment status, acceptance and feedback, as the stage has them by now.
 * @param running of the run that is under way; null: none is
 * @param resultsOf of the newest run of a phase; null: there are none
 */
export function cardsOf(
  stage: StageSection,
  running: RunFigures | null,
  resultsOf: (phase: string) => Results | null,
): Card[] {
  const panels = (card: string) =>
    (running?.panels ?? [])
      .filter(({ id }) => (cardOf[id] ?? 'performance') === card)
      .flatMap(({ figures }) => figures)
      .filter(({ value }) => value !== null)
      .map(({ name, value, state }): Row => ({ name, value: value ?? '', state: state ?? 'none' }));
  const state = (card: string) => (keysOf[card] ?? []).flatMap((key) => stateRow(stage, key));
  const rollbacks = stage.rollbacks.map(
    ({ command, ok }): Row => ({ name: 'Rolled back', value: command, state: ok ? 'pass' : 'fail' }),
  );
  const cards = [
    { id: 'health', title: 'Environment health', rows: [...panels('health'), ...state('health')] },
    {
      id: 'performance',
      title: 'Performance under simulation',
      rows: [
        ...loadRows(running),
        ...panels('performance'),
        ...judgedRows(resultsOf('simulation')),
        ...state('performance'),
      ],
    },
    {
      id: 'deployment',
      title: 'Deployment status',
      rows: [...panels('deployment'), ...state('deployment'), ...rollbacks],
    },
    {
      id: 'acceptance',
      title: 'User acceptance and feedback',
      rows: [
        ...panels('acceptance'),
        ...state('acceptance'),
        ...feedbackRows(resultsOf('acceptance') ?? resultsOf('simulation')),
      ],
    },
  ];
  return cards.map((card) => ({
    ...card,
    rows: card.rows.slice(0, rowsAtMost).map((row) => ({ ...row, isJudged: row.state !== 'none' })),
  }));
}

function stateRow({ state }: StageSection, key: StageKey): Row[] {
  const found = state.find((each) => each.key === key && stageKeys.includes(key));
  if (found === undefined) return [];
  const { value, backed } = found;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [{ name: key, value: shortened(text, valueAtMost), state: backed ? verdictIn(value) : 'inconclusive' }];
}

/** What a value of the state says of itself, where it does. */
function verdictIn(value: unknown): Row['state'] {
  const { verdict } = (typeof value === 'object' && value !== null ? value : {}) as { verdict?: unknown };
  return verdict === 'pass' || verdict === 'fail' || verdict === 'inconclusive' ? verdict : 'none';
}

function loadRows(running: RunFigures | null): Row[] {
  const load = running?.load ?? null;
  if (load === null) return [];
  return [
    {
      name: 'Rate, last window',
      value: `${perSecond(load.ratePerSecond)} of ${perSecond(load.plannedRatePerSecond)}`,
      state: 'none',
    },
    { name: 'Response p95, p99', value: `${milliseconds(load.p95Ms)}, ${milliseconds(load.p99Ms)}`, state: 'none' },
    { name: 'Errors', value: percent(load.errorPercent), state: 'none' },
    ...(load.isInvalid
      ? [{ name: 'Window', value: 'the generator was the bottleneck', state: 'inconclusive' as const }]
      : []),
  ];
}

function judgedRows(results: Results | null): Row[] {
  return (results?.objectives ?? [])
    .filter(({ objective, value }) => objective.gate === 'performance' && objective.key && value !== null)
    .map(({ subject, value, objective, verdict }) => ({
      name: subject,
      value: quantity(value, objective.unit, objective.target),
      state: verdict,
    }));
}

function feedbackRows(results: Results | null): Row[] {
  const feedback = results?.sections.uat?.feedback;
  if (feedback === undefined) return [];
  const { satisfied, promoters, scores } = feedback;
  const answers = scores.reduce((sum, one) => sum + one, 0);
  const score = satisfied === null ? promoters?.score : undefined;
  return [
    { name: 'Feedback', value: `${answers} answers`, state: 'none' },
    ...(score === undefined
      ? []
      : [{ name: 'Promoters less detractors', value: String(Math.round(score)), state: 'none' as const }]),
  ];
}
