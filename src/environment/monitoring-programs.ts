import { exitCodes, ShakedownError } from '../model/error.ts';
import { onPath } from './paths.ts';
import { runProgram } from './run-program.ts';

/** `version`: `2.42.0`. */
export interface MonitoringProgram {
  readonly path: string;
  readonly version: string;
}

interface Sought {
  /** For people. */
  readonly title: string;
  /** Names of its file, the first one that is there counts: Debian's package puts the distribution's name before it. */
  readonly names: readonly string[];
  readonly variable: string;
  /** Debian's package. */
  readonly package: string;
  /** Oldest version that has what is used of it. */
  readonly oldest: readonly [number, number];
}

const sought = {
  prometheus: {
    ...{ title: 'Prometheus', names: ['prometheus'], variable: 'SHAKEDOWN_PROMETHEUS' },
    ...{ package: 'prometheus', oldest: [2, 30] },
  },
  promtool: {
    ...{ title: 'promtool', names: ['promtool'], variable: 'SHAKEDOWN_PROMTOOL' },
    ...{ package: 'prometheus', oldest: [2, 30] },
  },
  alertmanager: {
    ...{ title: 'Alertmanager', names: ['alertmanager', 'prometheus-alertmanager'] },
    ...{ variable: 'SHAKEDOWN_ALERTMANAGER', package: 'prometheus-alertmanager', oldest: [0, 24] },
  },
  amtool: {
    ...{ title: 'amtool', names: ['amtool'], variable: 'SHAKEDOWN_AMTOOL' },
    ...{ package: 'prometheus-alertmanager', oldest: [0, 24] },
  },
  nodeExporter: {
    ...{ title: 'node_exporter', names: ['node_exporter', 'prometheus-node-exporter'] },
    ...{ variable: 'SHAKEDOWN_NODE_EXPORTER', package: 'prometheus-node-exporter', oldest: [1, 0] },
  },
  postgresExporter: {
    ...{ title: 'postgres_exporter', names: ['postgres_exporter', 'prometheus-postgres-exporter'] },
    ...{ variable: 'SHAKEDOWN_POSTGRES_EXPORTER', package: 'prometheus-postgres-exporter', oldest: [0, 10] },
  },
} as const satisfies Record<string, Sought>;

export type MonitoringProgramName = keyof typeof sought;

/**
 * Finds a program of the monitoring: what its variable names, then the PATH.
 * @returns `why` says why none can be used, within a sentence
 */
export async function findMonitoringProgram(
  name: MonitoringProgramName,
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<MonitoringProgram | { why: string }> {
  const { title, names, variable, oldest } = sought[name] as Sought;
  const named = env[variable];
  const places = named === undefined || named === '' ? names.flatMap((one) => onPath(one, env)) : [named];
  let why = `there is no ${title}`;
  for (const path of places) {
    const answer = await runProgram(path, ['--version'], { timeoutMs: 20_000, env, signal });
    // `prometheus, version 2.42.0+ds (branch: …)`; some exporters write it to standard error.
    const told = answer.kind === 'ended' && answer.code === 0 ? answer.stdout + answer.stderr : '';
    const [, major, minor, rest = ''] = /version (\d+)\.(\d+)(\.\d+)?/.exec(told) ?? [];
    if (major === undefined || minor === undefined) {
      why = `${path} does not answer as ${title} does${answer.kind === 'failed' ? ` (${answer.reason})` : ''}`;
      continue;
    }
    const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
    if (!isOld) return { path, version: `${major}.${minor}${rest}` };
    why = `${title} ${major}.${minor}${rest} at ${path} is older than ${oldest.join('.')}`;
  }
  return { why };
}

/**
 * The same where it cannot be done without.
 * @throws ShakedownError MONITORING_PROGRAM_MISSING, with what to install
 */
export async function needMonitoringProgram(
  name: MonitoringProgramName,
  env: NodeJS.ProcessEnv = process.env,
  signal?: AbortSignal,
): Promise<MonitoringProgram> {
  const found = await findMonitoringProgram(name, env, signal);
  if (!('why' in found)) return found;
  const { title, package: debian, variable } = sought[name];
  throw new ShakedownError('MONITORING_PROGRAM_MISSING', `${title} is needed, and ${found.why}.`, {
    hint: `Install it (Debian: apt install ${debian}), or name it by ${variable}.`,
    exitCode: exitCodes.missingProgram,
  });
}
