import type { Metric } from '../../../gate/metric.ts';
import { duration, list, targetAmount } from '../../../gate/words.ts';
import type { AlertSpan } from '../../../model/stability.ts';
import { lengthMs, without } from '../../../stats/periods.ts';
import type { Watched } from '../fold.ts';
import type { MonitoringSection } from '../section.ts';
import { expectedPeriods, mostlyPlanned } from '../stability/downtime.ts';

type MonitoringMetric = Metric<Watched, MonitoringSection>;

/** What monitoring systems call lesser alerts; those without a severity may be of any. */
const lesser = /^(warn|warning|info|information|informational|notice|minor|low|debug|ticket|p[3-5]|sev-?[3-5])$/i;
/** An alert that always fires, to show that alerting works. */
const always = /^none$/i;

const namedAtMost = 3;
/** More of the time without an answer, and alerts may have come and gone unseen. */
const unreadAtMost = 0.05;

/** Alerts that fired though neither a fault nor a plan was the reason, worst first. */
function alertsOf(isMeant: (severity: string) => boolean, id: string, words: string): MonitoringMetric {
  return {
    id,
    words,
    shortWords: words.replace(/^number of /, ''),
    unit: 'count',
    cause: 'errors',
    isCount: true,
    read: ({ state, section, facts }, objective) => {
      const alerts = section?.stability?.alerts ?? [];
      const expected = expectedPeriods(state, facts);
      const firing = alerts.filter(({ severity }) => !always.test(severity ?? '') && isMeant(severity ?? ''));
      const unexpected = firing.filter((alert) => without([atLeastAMoment(alert)], expected).length > 0);
      const { endMs } = facts.judged;
      const checked = state.checked.get('alerts');
      if (unexpected.length === 0 && (checked === undefined || checked.samples === 0))
        return { value: null, samples: 0, absent: 'nothing shows that the alerts of Prometheus could be read' };
      const unreadMs = lengthMs(checked?.missing(endMs) ?? []);
      const unread = `The alerts of Prometheus could not be read for ${duration(unreadMs)} of ${duration(endMs)}.`;
      const open = mostlyPlanned(state, facts) ?? (unreadMs > unreadAtMost * endMs ? unread : undefined);
      return {
        value: unexpected.length,
        samples: checked?.samples ?? 0,
        ...(open === undefined ? {} : { open }),
        ...(unexpected.length === 0
          ? {}
          : { reason: `${alertWords(unexpected)}; ${targetAmount(objective)} may fire without a plan or a fault.` }),
      };
    },
  };
}

/** One that began and ended between two looks fired all the same. */
function atLeastAMoment({ fromMs, toMs }: AlertSpan): { fromMs: number; toMs: number } {
  return { fromMs, toMs: Math.max(toMs, fromMs + 1) };
}

function alertWords(alerts: readonly AlertSpan[]): string {
  const longest = alerts.toSorted((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  const more = longest.length - namedAtMost;
  const names = longest
    .slice(0, namedAtMost)
    .map(({ name, severity, fromMs, toMs }) => `${name} (${severity ?? 'no severity'}) for ${duration(toMs - fromMs)}`);
  return `Alerts fired: ${list([...names, ...(more > 0 ? [`${more} more`] : [])])}`;
}

export const criticalAlerts = alertsOf(
  (severity) => !lesser.test(severity),
  'critical_alerts',
  'number of critical alerts that fired',
);
export const lesserAlerts = alertsOf(
  (severity) => lesser.test(severity),
  'lesser_alerts',
  'number of lesser alerts that fired',
);
