import { type Phase, type PhaseOutcome, talliesOf } from '../phase.ts';

const minuteMs = 60_000;
const gates = ['security', 'functional', 'compliance', 'data'] as const;
const status = {
  pass: 'deployment_validated',
  fail: 'deployment_refused',
  inconclusive: 'deployment_validation_inconclusive',
} as const;
const changesAtMost = 40;

/** Takes in what is tested: the artifacts by their digests, and what changed since the version before. */
const candidate: Phase = {
  id: 'candidate',
  title: 'Artifacts and changes of the candidate',
  role: 'feature-developer',
  listens: ['staging/development_requested'],
  emits: ['staging/deployment_requested'],
  reads: ['infrastructure_provisioned'],
  writes: ['feature_artifacts', 'development_changes'],
  gates: ['candidate'],
  deadlineMs: () => 10 * minuteMs,
  does: { kind: 'command', words: () => ['validate', 'final', '--only', 'final.candidate'] },
  state: ({ results }) => ({
    feature_artifacts: results?.candidate.artifacts ?? [],
    development_changes: changesOf(results),
  }),
};

const final: Phase = {
  id: 'final',
  title: 'Final validation',
  role: 'deployment-validator',
  listens: ['staging/validation_requested'],
  emits: ['staging/production_readiness_check'],
  reads: ['performance_results', 'test_results', 'health_status', 'environment_status'],
  writes: ['validation_results', 'validation_status'],
  after: ['capacity', 'rehearsal'],
  gates,
  deadlineMs: () => 120 * minuteMs,
  does: { kind: 'command', words: () => ['validate', 'final'] },
  state: ({ verdict, sentence, results }) => ({
    validation_status: status[verdict],
    validation_results: {
      verdict,
      sentence,
      ...talliesOf(results, results?.gates.map(({ id }) => id) ?? []),
    },
  }),
};

function changesOf(results: PhaseOutcome['results']): readonly string[] {
  const part = results?.sections.final?.parts.find(({ id }) => id === 'candidate');
  const table = part?.tables?.find(({ head }) => head[0] === 'Change');
  return (table?.rows ?? []).slice(0, changesAtMost).map(([line]) => line ?? '');
}

export const phases: readonly Phase[] = [candidate, final];
