import type { Results } from '../../../model/results.ts';
import type { StabilityResult } from '../../../model/stability.ts';
import { count, duration, more, nothing, percent, plural } from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import { clock, relative } from '../../../report-kit/time.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import { businessFacts } from './business.ts';

export interface BreakRow {
  from: string;
  clock: string;
  length: string;
  kind: string;
  why: string;
}

export interface StabilityView {
  lead: string;
  facts: Fact[];
  /** Periods not measured, and downtime, in order. */
  breaks: BreakRow[];
  breaksLeftOut: string;
  alerts: { name: string; severity: string; from: string; clock: string; length: string }[];
  alertsLeftOut: string;
  logs: { source: string; count: string; first: string; example: string }[];
  logsLeftOut: string;
  generators: { at: string; clock: string; shard: string; reason: string; detail: string }[];
  generatorsLeftOut: string;
}

const mostRows = 12;

const reasons: ReadonlyMap<string, string> = new Map(
  Object.entries({
    start: 'first start',
    relay: 'hand-over, as planned',
    replacement: 'replaced a dead one',
    resume: 'run resumed',
  }),
);

/** How many generators were started and why: `12 hand-overs, 1 replacement, 1 resume`; empty where there was only the start. */
export function generatorWords({ generators }: StabilityResult): string {
  const of = (reason: string) => generators.filter((own) => own.reason === reason).length;
  return (
    [
      [of('hand-over'), 'hand-over'],
      [of('replacement'), 'replacement'],
      [of('resume'), 'resume'],
    ] as const
  )
    .filter(([number]) => number > 0)
    .map(([number, word]) => plural(number, word))
    .join(', ');
}

function leadOf(stability: StabilityResult): string {
  const { coveredMs, requiredMs, gaps, lostWithGenerators: lost } = stability;
  const isEnough = coveredMs >= requiredMs;
  const missing = gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const covered = `${duration(coveredMs)} ${isEnough ? 'were measured; ' : 'of the '}${duration(requiredMs)}${isEnough ? ' are required.' : ' required were measured.'}`;
  const gone = gaps.length === 1 ? 'was' : 'were';
  return [
    covered,
    ...(gaps.length === 0 ? [] : [`${plural(gaps.length, 'period')} of ${duration(missing)} in all ${gone} not.`]),
    ...(lost === 0
      ? []
      : [`${plural(lost, 'request')} ${lost === 1 ? 'was' : 'were'} lost with load generators that died.`]),
  ].join(' ');
}

function breaksOf(stability: StabilityResult, start: string): BreakRow[] {
  const gaps = stability.gaps.map(({ fromMs, toMs, reason }) => ({ fromMs, toMs, reason, kind: 'Not measured' }));
  const down = stability.downtime.map(({ fromMs, toMs, reason, planned }) => ({
    ...{ fromMs, toMs, reason },
    kind: planned ? 'Down, planned' : 'Down',
  }));
  return [...gaps, ...down]
    .sort((a, b) => a.fromMs - b.fromMs)
    .map(({ fromMs, toMs, reason, kind }) => ({
      from: relative(fromMs),
      clock: clock(start, fromMs, true),
      length: duration(toMs - fromMs),
      kind,
      why: shortened(reason, 160),
    }));
}

/** Whether the target stood firm over the run; null for results that hold nothing of it. */
export function stabilityView(results: Results): StabilityView | null {
  const {
    run,
    sections: { monitoring },
  } = results;
  const stability = monitoring?.stability;
  if (stability === undefined) return null;
  const start = run.loadStartedAt ?? run.startedAt;
  const unplanned = stability.downtime.filter(({ planned }) => !planned).length;
  const breaks = breaksOf(stability, start);
  const times = (number: number) => (number === 0 ? '' : `, ${plural(number, 'time')}`);
  const started = generatorWords(stability);
  return {
    lead: leadOf(stability),
    facts: [
      { name: 'Up, without planned downtime', value: percent(stability.uptimePercent) },
      { name: 'Health checks', value: count(stability.healthChecks) },
      { name: 'Down, unplanned', value: `${duration(stability.unplannedDowntimeMs)}${times(unplanned)}` },
      {
        name: 'Down, planned',
        value: `${duration(stability.plannedDowntimeMs)}${times(stability.downtime.length - unplanned)}`,
      },
      {
        name: 'Mean time between failures',
        value: stability.mtbfMs === null ? 'no failure' : duration(stability.mtbfMs),
      },
      { name: 'Mean time to recover', value: stability.mttrMs === null ? nothing : duration(stability.mttrMs) },
      ...businessFacts(results),
      { name: 'Generators started', value: started === '' ? count(stability.generators.length) : started },
      { name: 'Requests lost with a generator', value: count(stability.lostWithGenerators) },
    ],
    breaks: breaks.slice(0, mostRows),
    breaksLeftOut: more(breaks.length, mostRows),
    alerts: stability.alerts.slice(0, mostRows).map((alert) => ({
      name: shortened(alert.name, 80),
      severity: alert.severity === null ? nothing : shortened(alert.severity, 30),
      from: relative(alert.fromMs),
      clock: clock(start, alert.fromMs, true),
      length: alert.open ? `${duration(alert.toMs - alert.fromMs)}, still firing` : duration(alert.toMs - alert.fromMs),
    })),
    alertsLeftOut: more(stability.alerts.length, mostRows),
    logs: stability.errorLogs
      .toSorted((a, b) => b.count - a.count)
      .slice(0, mostRows)
      .map((log) => ({
        source: shortened(log.source, 60),
        count: count(log.count),
        first: clock(start, log.firstAtMs, true),
        example: shortened(log.example, 200),
      })),
    logsLeftOut: more(stability.errorLogs.length, mostRows),
    ...generatorRows(stability, start),
  };
}

/** Consecutive hand-overs are one row: they are many, and as planned. */
function generatorRows({ generators }: StabilityResult, start: string) {
  const groups: StabilityResult['generators'][] = [];
  for (const own of generators.toSorted((a, b) => a.atMs - b.atMs)) {
    const last = groups.at(-1);
    if (own.reason === 'hand-over' && last?.[0]?.reason === 'hand-over') last.push(own);
    else groups.push([own]);
  }
  const rows = groups.flatMap((group) => {
    const [first] = group;
    const last = group.at(-1);
    if (first === undefined || last === undefined) return [];
    const { atMs, shard, reason, detail } = first;
    const said = detail === null ? '' : shortened(detail, 120);
    return {
      at: relative(atMs),
      clock: clock(start, atMs, true),
      shard: count(shard),
      reason:
        group.length > 1
          ? `${plural(group.length, 'hand-over')}, as planned`
          : (reasons.get(reason) ?? shortened(reason, 40)),
      detail: group.length > 1 ? `the last at ${relative(last.atMs)}${said === '' ? '' : `; ${said}`}` : said,
    };
  });
  return { generators: rows.slice(0, mostRows), generatorsLeftOut: more(rows.length, mostRows) };
}
