import type { RunFacts } from '../../../model/run-facts.ts';
import type { DowntimePeriod } from '../../../model/stability.ts';
import type { Watched } from '../fold.ts';
import { faultPeriods } from './downtime.ts';

/** Something that happened at a moment, and may be why a figure changed then. */
export interface Incident {
  atMs: number;
  text: string;
}

const generatorWords = {
  'hand-over': 'handed over to the next',
  replacement: 'was replaced',
  resume: 'was restarted',
} as const;
const laneWords = { faults: 'fault: ', deployments: 'deployment: ', uat: 'UAT: ', info: '' } as const;

/** All that the journal knows to have happened, the likelier causes first. */
export function incidentsOf(
  { generators, alerts, logs }: Watched,
  { marks, spans, engine }: RunFacts,
  downtime: readonly DowntimePeriod[],
): Incident[] {
  const found: Incident[] = marks.map(({ atMs, lane, label }) => ({ atMs, text: `${laneWords[lane]}${label}` }));
  for (const { fromMs, toMs, planned, reason } of downtime) {
    const what = planned ? `planned downtime (${reason})` : 'health check failed';
    found.push({ atMs: fromMs, text: what }, { atMs: toMs, text: planned ? `end of ${what}` : 'target was up again' });
  }
  for (const { fromMs, toMs, reason } of faultPeriods(spans)) {
    found.push({ atMs: fromMs, text: reason }, { atMs: toMs, text: `end of ${reason}` });
  }
  for (const { atMs, reason } of generators) {
    if (reason !== 'start')
      found.push({ atMs, text: `${engine?.name ?? 'the load generator'} ${generatorWords[reason]}` });
  }
  for (const { fromMs, name } of alerts) found.push({ atMs: fromMs, text: `alert: ${name}` });
  for (const { firstAtMs, source } of logs.values())
    found.push({ atMs: firstAtMs, text: `first error in the log of ${source}` });
  return found;
}

/** The likeliest of what happened within `withinMs` of a moment; null: nothing known. */
export function incidentAt(incidents: readonly Incident[], atMs: number, withinMs: number): string | null {
  return incidents.find((one) => Math.abs(one.atMs - atMs) <= withinMs)?.text ?? null;
}
