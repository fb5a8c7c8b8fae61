import type { Metric } from '../../../gate/metric.ts';
import { amount, duration } from '../../../gate/words.ts';
import type { StabilityResult } from '../../../model/stability.ts';
import type { Watched } from '../fold.ts';
import type { MonitoringSection } from '../section.ts';

type MonitoringMetric = Metric<Watched, MonitoringSection>;

/** Health checks that speak for less of the measured time say too little of it. */
const checkedAtLeast = 0.95;
/** The first check is made a second after the load began, and written down after its answer. */
const graceMs = 5000;

const none = { value: null, samples: 0, absent: 'no health check was made' } as const;

/** Why health checks show too little to pass by; undefined: they show enough. */
function tooFew({ coveredMs, healthCheckedMs = 0, plannedDowntimeMs }: StabilityResult): string | undefined {
  const asked = Math.max(0, coveredMs - graceMs);
  if (healthCheckedMs + plannedDowntimeMs >= checkedAtLeast * asked) return undefined;
  return `Health checks speak for ${duration(healthCheckedMs)} of the ${duration(coveredMs)} measured.`;
}

/** The first of the longest unplanned outages. */
function longestOutage({ downtime }: StabilityResult): StabilityResult['downtime'][number] | null {
  const unplanned = downtime.filter(({ planned }) => !planned);
  return unplanned.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs))[0] ?? null;
}

/** Without an answer in time, a machine that is too busy for its own generator may be the reason. */
const isCertain = ({ planned, reason }: StabilityResult['downtime'][number]) =>
  !planned && !/no answer within|timeout|timed out|ETIMEDOUT/i.test(reason);

/** What not even such a machine can cause: downtime that the target told of itself. */
function certainDowntime({ downtime }: StabilityResult): { longestMs: number; allMs: number } {
  const lengths = downtime.filter(isCertain).map(({ fromMs, toMs }) => toMs - fromMs);
  return { longestMs: Math.max(0, ...lengths), allMs: lengths.reduce((sum, ms) => sum + ms, 0) };
}

/** Share of the measured time, without planned downtime, in which health checks found the target up. */
export const healthUp: MonitoringMetric = {
  id: 'health_up',
  words: 'share of time that health checks found the target up',
  shortWords: 'up',
  unit: '%',
  cause: 'errors',
  read: ({ section }) => {
    const stability = section?.stability;
    if (stability === undefined || stability.uptimePercent === null) return none;
    const worst = longestOutage(stability);
    const open = tooFew(stability);
    return {
      value: stability.uptimePercent,
      samples: stability.healthChecks,
      certain: {
        value: 100 * (1 - certainDowntime(stability).allMs / Math.max(stability.healthCheckedMs ?? 0, 1)),
        samples: stability.healthChecks,
      },
      ...(open === undefined ? {} : { open }),
      ...(worst === null
        ? {}
        : {
            reason: `Health checks found the target up ${amount(stability.uptimePercent, '%')} of the time: it was down for ${duration(stability.unplannedDowntimeMs)}, first from ${duration(firstFrom(stability))} on (${worst.reason}).`,
          }),
    };
  },
};

function firstFrom({ downtime }: StabilityResult): number {
  return downtime.find(({ planned }) => !planned)?.fromMs ?? 0;
}

/** How long the target was down at a time, without a fault or a plan. */
export const outage: MonitoringMetric = {
  id: 'longest_outage',
  words: 'longest unplanned outage',
  shortWords: 'outage',
  unit: 'ms',
  cause: 'errors',
  read: ({ section }, { target }) => {
    const stability = section?.stability;
    if (stability === undefined || stability.uptimePercent === null) return none;
    const worst = longestOutage(stability);
    const lastedMs = worst === null ? 0 : worst.toMs - worst.fromMs;
    const open = tooFew(stability);
    const allowed = `at most ${duration(target)}`;
    return {
      value: lastedMs,
      samples: stability.healthChecks,
      certain: { value: certainDowntime(stability).longestMs, samples: stability.healthChecks },
      words: { observed: worst === null ? 'none' : duration(lastedMs), wanted: allowed },
      ...(open === undefined ? {} : { open }),
      ...(worst === null
        ? {}
        : {
            reason: `The target was down for ${duration(lastedMs)} from ${duration(worst.fromMs)} on (${worst.reason}); ${allowed} is allowed.`,
          }),
    };
  },
};
