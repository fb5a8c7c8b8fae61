import { spawnSync } from 'node:child_process';
import { it } from 'vitest';

const programs = ['prometheus', 'promtool', 'amtool'];
const missing = programs.filter((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status !== 0);
const alertmanagers = ['alertmanager', 'prometheus-alertmanager'];
/** Path of Alertmanager, whatever the distribution calls it. */
const alertmanagerProgram =
  alertmanagers.find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0) ?? '';
if (alertmanagerProgram === '') missing.push('alertmanager');

/** A test that needs the real programs: in CI it always runs, elsewhere it is skipped where they are not, and its title says so. */
export const itWithMonitoring = (title: string, body: () => Promise<void>): void => {
  const skipped = missing.length > 0 && !process.env.CI;
  it.skipIf(skipped)(skipped ? `${title} (skipped: no ${missing.join(', ')} on the PATH)` : title, body, 90_000);
};
