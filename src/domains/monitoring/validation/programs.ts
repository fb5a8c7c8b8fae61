import { findMonitoringProgram, type MonitoringProgramName } from '../../../environment/monitoring-programs.ts';
import type { ResolvedConfig } from '../../../model/config.ts';
import { exitCodes, ShakedownError } from '../../../model/error.ts';

/** What a part does its work with, on the sample system. */
function programsOf(part: string, { monitoring }: ResolvedConfig): MonitoringProgramName[] {
  if (part === 'rules' || part === 'mutants') return ['promtool'];
  // Log stores that are configured are asked without a Prometheus.
  if (part === 'logs' && monitoring.logs.length > 0) return [];
  return ['prometheus', 'promtool', 'alertmanager'];
}

/** Debian's packages. */
const packages = { prometheus: 'prometheus', promtool: 'prometheus', alertmanager: 'prometheus-alertmanager' } as const;

/**
 * The sample system's monitoring is started here, so that without its programs there is nothing to validate; a user's own runs elsewhere.
 * @param parts ids of those that were chosen
 * @throws ShakedownError MONITORING_PROGRAM_MISSING with everything that has to be installed
 */
export async function needProgramsOfSample(
  config: ResolvedConfig,
  parts: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  if (config.target.sample === null || config.monitoring.prometheus !== null) return;
  const needed = new Set(parts.flatMap((part) => programsOf(part, config)));
  const missing: { name: keyof typeof packages; why: string }[] = [];
  for (const name of ['prometheus', 'promtool', 'alertmanager'] as const) {
    const found = needed.has(name) ? await findMonitoringProgram(name, env) : null;
    if (found !== null && 'why' in found) missing.push({ name, why: found.why });
  }
  if (missing.length === 0) return;
  const install = [...new Set(missing.map(({ name }) => packages[name]))].join(' ');
  const why = missing.map((one) => one.why).join(', ');
  const message = `The monitoring of the sample system cannot be validated: ${why}. Install it: apt install ${install}.`;
  throw new ShakedownError('MONITORING_PROGRAM_MISSING', message, { exitCode: exitCodes.missingProgram });
}
