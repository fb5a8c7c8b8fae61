import type { Phase, PhaseContext } from '../phase.ts';
import { deploymentRecord } from './events.ts';
import { configuredSystem } from './system/configured.ts';
import { readHistory } from './system/history.ts';
import { stagingFiles } from './system/settings-of.ts';

const minuteMs = 60_000;

const deploy: Phase = {
  id: 'deploy',
  title: 'Deployment to staging',
  role: 'deployment-validator',
  listens: ['staging/deployment_requested'],
  emits: ['staging/monitoring_requested', 'staging/integration_testing_needed'],
  reads: ['feature_artifacts'],
  writes: ['deployment_status', 'deployment_history'],
  gates: [],
  partOf: 'rehearsal',
  deadlineMs: () => 30 * minuteMs,
  leftOut: ({ config }) => {
    const isConfigured = config.target.sample !== null || config.deployment.driver !== 'local';
    return isConfigured || configuredSystem(config) !== null
      ? null
      : 'the configuration does not say how the system is deployed, so what already runs is tested';
  },
  does: {
    kind: 'deployment',
    words: () => ['deploy', '--json'],
    undo: ({ folder, config }) => {
      const before = servedBefore(folder, config.version);
      return before === null ? ['deploy', '--down'] : ['deploy', '--version', before];
    },
  },
  state: ({ verdict, printed }) => {
    const record = deploymentRecord.safeParse(printed);
    return {
      deployment_status: {
        status: verdict === 'pass' ? 'deployed' : 'not_deployed',
        ...(record.success ? { version: record.data.version, number: record.data.number } : {}),
      },
      deployment_history: record.success
        ? [{ number: record.data.number, version: record.data.version, status: record.data.status }]
        : [],
    };
  },
};

const rehearsal: Phase = {
  id: 'rehearsal',
  title: 'Deployment rehearsal',
  role: 'deployment-validator',
  listens: ['staging/deployment_requested'],
  emits: [],
  reads: ['deployment_status', 'performance_results'],
  writes: [],
  after: ['capacity', 'acceptance'],
  gates: ['rehearsal'],
  sendsLoad: true,
  deadlineMs: () => 120 * minuteMs,
  leftOut: (context) => deploy.leftOut?.(context) ?? null,
  does: { kind: 'command', words: () => ['rehearse'] },
  state: () => ({}),
};

/** The version other than the candidate that served last; null: none did. */
function servedBefore(folder: PhaseContext['folder'], candidateVersion: string): string | null {
  const served = readHistory(stagingFiles(folder).history).filter(
    ({ status, version }) => status === 'success' && version !== candidateVersion,
  );
  return served.at(-1)?.version ?? null;
}

export const phases: readonly Phase[] = [deploy, rehearsal];
