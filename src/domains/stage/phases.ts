import type { Results } from '../../model/results.ts';
import type { Phase } from '../phase.ts';

const minuteMs = 60_000;

const provision: Phase = {
  id: 'provision',
  title: 'Provisioning of the environment',
  role: 'environment-manager',
  listens: ['swarm/started'],
  emits: ['staging/environment_setup_requested', 'staging/development_requested'],
  reads: [],
  writes: ['infrastructure_provisioned'],
  gates: [],
  deadlineMs: ({ config }) => (config.stage.provision?.timeoutS ?? 0) * 1000 || 30 * minuteMs,
  leftOut: ({ config }) =>
    config.stage.provision === null
      ? 'no stage.provision is configured, so the environment that is there is used'
      : null,
  does: { kind: 'program', argv: ({ config }) => config.stage.provision?.command ?? [] },
  state: ({ verdict }) => ({ infrastructure_provisioned: verdict === 'pass' }),
};

const readiness: Phase = {
  id: 'readiness',
  title: 'Production readiness',
  role: 'deployment-validator',
  listens: ['staging/production_readiness_check'],
  emits: [],
  reads: ['validation_status'],
  writes: ['readiness_checklist', 'gate_evaluations'],
  gates: ['readiness'],
  deadlineMs: () => 60 * minuteMs,
  does: { kind: 'command', words: () => ['readiness'] },
  state: ({ verdict, sentence, results }) => ({
    readiness_checklist: { verdict: gateOf(results, 'readiness')?.verdict ?? verdict, sentence },
    gate_evaluations: (results?.gates ?? []).map(({ id, verdict: of, summary }) => ({
      gate: id,
      verdict: of,
      summary,
    })),
  }),
};

const approval: Phase = {
  id: 'approval',
  title: 'Approval by people',
  role: 'deployment-validator',
  listens: ['staging/production_readiness_check'],
  emits: [],
  reads: ['readiness_checklist'],
  writes: [],
  gates: [],
  partOf: 'approval',
  deadlineMs: () => 0,
  does: { kind: 'people', decideOn: 'readiness' },
  state: () => ({}),
};

const promotion: Phase = {
  id: 'promotion',
  title: 'Promotion',
  role: 'deployment-validator',
  listens: ['staging/production_readiness_check'],
  emits: [
    { event: 'staging/deployment_approved', when: ({ results }) => gateOf(results, 'approval')?.verdict === 'pass' },
  ],
  reads: ['gate_evaluations'],
  writes: ['deployment_approved', 'production_ready'],
  after: ['approval'],
  gates: ['approval'],
  isWhole: true,
  deadlineMs: () => 60 * minuteMs,
  does: { kind: 'command', words: () => ['promote'] },
  state: ({ results }) => ({
    deployment_approved: gateOf(results, 'approval')?.verdict === 'pass',
    production_ready: results?.word === 'READY',
  }),
};

function gateOf(results: Results | null, id: string) {
  return results?.gates.find((gate) => gate.id === id);
}

/** What no other domain has: the environment before there is anything, and what people decide. */
export const phases: readonly Phase[] = [provision, readiness, approval, promotion];
