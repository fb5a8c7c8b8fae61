import { stat } from 'node:fs/promises';
import type { ResolvedConfig } from '../../../model/config.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { ResolvedMonitoring } from './configuration.ts';

interface Named {
  readonly key: string;
  readonly path: string;
  readonly isFile: boolean;
}

/**
 * That everything is there that the configuration names, before anything is started: a path with a slip in it is a wrong configuration, and no outcome.
 * @throws ShakedownError RULES_NOT_FOUND, MONITORING_FILE_NOT_FOUND
 */
export async function needNamedFiles(monitoring: ResolvedMonitoring): Promise<void> {
  for (const { key, path, isFile } of namedIn(monitoring)) {
    const about = await stat(path).catch((error: NodeJS.ErrnoException) => error);
    const code = /^rule/.test(key) ? 'RULES_NOT_FOUND' : 'MONITORING_FILE_NOT_FOUND';
    const hint = `Correct \`monitoring.${key}\` in the configuration, or leave it out.`;
    if (about instanceof Error) {
      const what =
        about.code === 'ENOENT' || about.code === 'ENOTDIR' ? 'is not there' : `cannot be read (${about.code})`;
      throw new ShakedownError(code, `\`monitoring.${key}\` names ${path}, which ${what}.`, { hint });
    }
    if (isFile && about.isDirectory())
      throw new ShakedownError(code, `\`monitoring.${key}\` names ${path}, which is a folder and no file.`, { hint });
  }
}

function namedIn({ prometheus, alertmanager, files, rules, ruleTests, dashboards }: ResolvedMonitoring): Named[] {
  const file = (key: string, path: string | null | undefined) => (path == null ? [] : [{ key, path, isFile: true }]);
  const all = (key: string, paths: readonly string[]) => paths.map((path) => ({ key, path, isFile: false }));
  return [
    ...all('rules', rules),
    ...all('ruleTests', ruleTests),
    ...file('prometheus.configFile', files.prometheus),
    ...file('prometheus.caFile', prometheus?.caFile),
    ...file('alertmanager.configFile', files.alertmanager),
    ...file('alertmanager.caFile', alertmanager?.caFile),
    ...all('alertmanager.alertmanagerConfigs', files.alertmanagerConfigs),
    ...all('dashboards.files', dashboards.files),
    ...file('dashboards.grafana.caFile', dashboards.grafana?.caFile),
  ];
}

/** What is validated, for people: the sample system only where nothing of the user's own stands in its place. */
export function nameOfValidated(
  { prometheus, alertmanager, rules, dashboards }: ResolvedMonitoring,
  { sample, baseUrl }: ResolvedConfig['target'],
  name: (path: string) => string,
): string {
  const servers = [prometheus, alertmanager].flatMap((one) => (one === null ? [] : [one.url]));
  if (servers.length > 0) return servers.join(' and ');
  const [first, ...others] = [...rules, ...dashboards.files].map(name);
  const files = first === undefined ? [] : [others.length > 0 ? `${first} and ${others.length} more` : first];
  if (sample !== null) return [...files, 'the sample system'].join(' on ');
  return files[0] ?? baseUrl ?? 'nothing that is named';
}
