import type { PrometheusApi, Series } from '../prometheus/api.ts';
import type { Of } from './evidence.ts';
import type { Attempt } from './gather-server.ts';

export interface Planned {
  fromS: number;
  toS: number;
}

/** Prometheus gives no more of one series. */
const pointsAtMost = 10_000;
/** An alert that begins so much later is of something else. */
const alertWithinS = 900;

/** When targets were down, by their scrapes, and which alert said so how long after. @param stepS seconds between looks; the scrape interval */
export async function gatherAvailability(
  api: PrometheusApi,
  attempt: Attempt,
  { nowS, backS, stepS: wantedS, planned }: { nowS: number; backS: number; stepS: number; planned: readonly Planned[] },
): Promise<Of<'availability'>[]> {
  const stepS = Math.max(wantedS, backS / pointsAtMost);
  // On the same moments for all, so that alerts and scrapes can be compared.
  const span = { fromS: Math.floor((nowS - backS) / stepS) * stepS, toS: Math.floor(nowS / stepS) * stepS, stepS };
  const ups = await attempt('uptime', () => api.range('up', span));
  const alerts = await attempt('uptime', () => api.range('ALERTS{alertstate="firing"}', span));
  return (ups ?? []).map((series) => availabilityOf(series, alerts ?? [], { stepS, planned }));
}

/** What one target's scrapes come to. A moment without a scrape is neither up nor down. */
export function availabilityOf(
  { labels, samples }: Series,
  alerts: readonly Series[],
  { stepS, planned }: { stepS: number; planned: readonly Planned[] },
): Of<'availability'> {
  const down: { fromS: number; toS: number | null }[] = [];
  let previousS = Number.NEGATIVE_INFINITY;
  for (const { atS, value } of samples) {
    const last = down.at(-1);
    const isGap = atS - previousS > 2.5 * stepS;
    if (last !== undefined && last.toS === null && (value > 0 || isGap)) last.toS = isGap ? previousS + stepS : atS;
    if (value === 0 && (last === undefined || last.toS !== null)) down.push({ fromS: atS, toS: null });
    previousS = atS;
  }
  const lost = samples.filter(({ value }) => value === 0).length;
  return {
    kind: 'availability',
    ...{ job: labels.job ?? '', instance: labels.instance ?? '', stepS },
    measuredS: samples.length * stepS,
    upS: (samples.length - lost) * stepS,
    outages: down.map(({ fromS, toS }) => {
      const endS = toS ?? previousS + stepS;
      const plannedS = planned.reduce(
        (sum, one) => sum + Math.max(0, Math.min(one.toS, endS) - Math.max(one.fromS, fromS)),
        0,
      );
      const alert = alertOf(labels, alerts, { fromS, toS: endS, stepS });
      return {
        ...{ fromS, toS, plannedS },
        alert: alert?.name ?? null,
        detectedAfterS: alert === null ? null : alert.atS - fromS,
      };
    }),
  };
}

/** The first alert about this target that began while it was down, or soon after. */
function alertOf(
  { job, instance }: Record<string, string>,
  alerts: readonly Series[],
  { fromS, toS, stepS }: { fromS: number; toS: number; stepS: number },
): { name: string; atS: number } | null {
  let first: { name: string; atS: number } | null = null;
  for (const { labels, samples } of alerts) {
    // One of another target, or of none, does not speak of this one.
    const isOfIt = labels.job === job && (labels.instance === undefined || labels.instance === instance);
    if (!isOfIt) continue;
    // It begins where it was not firing a step before.
    const begins = ({ atS }: { atS: number }, i: number) =>
      atS - (samples[i - 1]?.atS ?? Number.NEGATIVE_INFINITY) > 1.5 * stepS;
    const at = samples.find((one, i) => one.atS >= fromS && begins(one, i))?.atS;
    if (at === undefined || at > Math.min(toS, fromS + alertWithinS)) continue;
    if (first === null || at < first.atS) first = { name: labels.alertname ?? 'alert', atS: at };
  }
  return first;
}
