import type { RunFacts } from '../../../model/run-facts.ts';
import { pointLengthMs, routePointLengthMs } from './series.ts';

/** Two runs are comparable when all of these are the same. */
export function conditionsOf(facts: RunFacts): Record<string, string> {
  const plan = facts.plan?.plan;
  const options = plan?.options;
  return {
    recording: plan?.recording.shardsSha256 ?? '',
    mode: options?.mode ?? '',
    rate: String(options?.ratePerSecond ?? `scale ${options?.scale ?? 1}`),
    speed: String(options?.speed ?? 1),
    shape: JSON.stringify(options?.shape ?? null),
    writes: options?.writes ?? '',
    target: facts.started.environment.name,
    'window length': `${pointLengthMs(facts)} ms, of routes ${routePointLengthMs(facts)} ms`,
    engine: `${facts.engine?.name ?? ''} (${facts.engine?.build ?? ''})`,
  };
}

/** Of the machine that the harness and, unless pods do so, the load generator run on. */
export function hardwareOf({ started: { host } }: Pick<RunFacts, 'started'>): string {
  const { cpus, cpuModel } = host;
  return `${cpus} ${cpus === 1 ? 'core' : 'cores'}${cpuModel === undefined ? '' : ` of ${cpuModel}`}`;
}

/** In what an earlier run is not comparable, in words; null: in nothing. */
export function differenceOf(
  earlier: { conditions: Readonly<Record<string, string>> },
  facts: RunFacts,
): string | null {
  for (const [what, now] of Object.entries(conditionsOf(facts))) {
    const then = earlier.conditions[what] ?? 'none';
    const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 12)}…` : text);
    if (then !== now) return `another ${what} (${brief(then)}; now ${brief(now)})`;
  }
  return null;
}
