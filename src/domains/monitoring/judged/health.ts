import type { Metric } from '../../../gate/metric.ts';
import { amount, duration, requirement } from '../../../gate/words.ts';
import type { StabilityResult } from '../../../model/stability.ts';
import type { Watched } from '../fold.ts';
import type { MonitoringSection } from '../section.ts';
import { mostlyPlanned } from '../stability/downtime.ts';

type MonitoringMetric = Metric<Watched, MonitoringSection>;

/** Health checks that speak for less of the measured time say too little of it. */
const checkedAtLeast = 0.95;
/** The first check is made a second after the load began, and written down after its answer. */
const graceMs = 5000;

/** However long an outage may be, health checks that fail for more of the time are no moment. */
const forgivenShare = 0.05;

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

/** What not even such a machine can cause: downtime that the target itself reported. */
function certainDowntime({ downtime }: StabilityResult): { longestMs: number; allMs: number } {
  const lengths = downtime.filter(isCertain).map(({ fromMs, toMs }) => toMs - fromMs);
  return { longestMs: Math.max(0, ...lengths), allMs: lengths.reduce((sum, ms) => sum + ms, 0) };
}

/**
 * Whether all downtime together is no longer than one outage may be: in a run of minutes a single failed check is a larger share than a target for
 * days allows, and the two would contradict each other.
 */
function isMomentary({ unplannedDowntimeMs, plannedDowntimeMs, ...of }: StabilityResult): boolean {
  const { allowedOutageMs = 0, healthCheckedMs = 0 } = of;
  const mostMs = Math.min(allowedOutageMs, forgivenShare * (healthCheckedMs - plannedDowntimeMs));
  return unplannedDowntimeMs <= mostMs;
}

/** Share of the measured time, without planned downtime, in which health checks found the target up. */
export const healthUp: MonitoringMetric = {
  id: 'health_up',
  words: 'uptime by health checks',
  shortWords: 'up',
  unit: '%',
  cause: 'errors',
  read: ({ state, section, facts }, objective) => {
    const stability = section?.stability;
    if (stability === undefined || stability.uptimePercent === null) return none;
    const worst = longestOutage(stability);
    const open = mostlyPlanned(state, facts) ?? tooFew(stability);
    const isForgiven = worst !== null && isMomentary(stability);
    return {
      value: isForgiven ? 100 : stability.uptimePercent,
      samples: stability.healthChecks,
      ...(isForgiven
        ? {
            words: {
              observed: `${amount(stability.uptimePercent, '%')}, and no longer down in all (${duration(stability.unplannedDowntimeMs)}) than a single outage may last`,
              wanted: requirement(objective),
            },
          }
        : {}),
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
  read: ({ state, section, facts }, { target }) => {
    const stability = section?.stability;
    if (stability === undefined || stability.uptimePercent === null) return none;
    const worst = longestOutage(stability);
    const lastedMs = worst === null ? 0 : worst.toMs - worst.fromMs;
    const open = mostlyPlanned(state, facts) ?? tooFew(stability);
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
