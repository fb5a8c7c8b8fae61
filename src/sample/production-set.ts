import { fileURLToPath } from 'node:url';
import type { SampleMonitoring } from '../model/sample-system.ts';

const at = (path: string) => fileURLToPath(new URL(`./monitoring/${path}`, import.meta.url));

/** How the sample system's production is watched: files as a team would have them in its repository. */
export const sampleMonitoring: SampleMonitoring = {
  prometheus: at('prometheus.yml'),
  alertmanager: at('alertmanager.yml'),
  rules: at('rules'),
  ruleTests: at('tests'),
  dashboards: at('dashboards'),
};
