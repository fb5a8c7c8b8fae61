import { onPath } from '../../../../../environment/paths.ts';
import { runProgram } from '../../../../../environment/run-program.ts';
import type { AlertmanagerModel, Labels } from '../../alertmanager/model.ts';
import { routesOf } from '../../alertmanager/routing.ts';
import type { RouteMutant } from './mutate.ts';
import { outcomesOf } from './outcome.ts';

/** The alert of which something else becomes; null: it makes no difference to any. */
export function caughtBy(mutant: RouteMutant, model: AlertmanagerModel, alerts: readonly Labels[]): string | null {
  const before = outcomesOf(model, alerts);
  const after = outcomesOf(mutant.model, alerts);
  const changed = alerts.find((_, index) => before[index] !== after[index]);
  return changed?.alertname ?? null;
}

/**
 * Alerts that Alertmanager's own tool sends elsewhere than our reading of the routes does.
 * @returns null where there is no amtool
 */
export async function disagreements(
  file: string,
  model: AlertmanagerModel,
  alerts: readonly Labels[],
  signal: AbortSignal,
): Promise<string[] | null> {
  const [amtool] = onPath('amtool');
  if (amtool === undefined) return null;
  const found: string[] = [];
  const first = new Map(alerts.map((one) => [one.alertname, one]));
  for (const labels of first.values()) {
    const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    const outcome = await runProgram(amtool, ['config', 'routes', 'test', `--config.file=${file}`, ...pairs], {
      timeoutMs: 10_000,
      signal,
    });
    const said = outcome.kind === 'ended' && outcome.code === 0 ? outcome.stdout.trim() : null;
    const own = routesOf(model.route, labels).map(({ receiver }) => receiver);
    // It has each receiver once, in the order in which they were found.
    if (said === null) found.push(`${labels.alertname}: amtool could not be asked`);
    else if (said !== [...new Set(own)].join(',') && said !== own.join(','))
      found.push(`${labels.alertname}: ${said}, and not ${own.join(',')}`);
  }
  return found;
}
