import { duration, plural } from '../../../../report-kit/format.ts';
import type { Of } from './evidence.ts';
import type { Found, Piece } from './piece.ts';

/** What was up for how long, how soon an alert said that it was not, and how soon it was again. These are figures; objectives of a run judge them. */
export function judgeUptime(found: Found): Piece {
  const all = found('availability');
  if (all.length === 0) return { checks: [] };
  const outages = all.flatMap((one) =>
    one.outages.map((outage) => ({ ...outage, target: nameOf(one), stepS: one.stepS })),
  );
  const measuredS = sum(all.map((one) => one.measuredS));
  const upS = sum(all.map(({ upS: up }) => up));
  const plannedS = sum(outages.map((one) => one.plannedS));
  const unplannedS = Math.max(0, measuredS - upS - plannedS);
  const seen = outages.filter(({ plannedS: planned }) => planned === 0);
  const detected = seen.flatMap(({ detectedAfterS }) => detectedAfterS ?? []);
  const recovered = seen.flatMap(({ fromS, toS }) => (toS === null ? [] : [toS - fromS]));
  const steps = [...new Set(all.map(({ stepS }) => stepS))];
  const mean = (values: readonly number[]) => (values.length === 0 ? null : sum(values) / values.length);
  const words = (value: number | null, why: string) => (value === null ? why : duration(value * 1000));
  const without = seen.length === 0 ? 'nothing was down' : 'not seen';
  return {
    checks: [],
    figures: [
      { name: 'Uptime of targets', value: measuredS === 0 ? 'not known' : `${percent(upS, measuredS - plannedS)} %` },
      { name: 'Unplanned downtime', value: duration(unplannedS * 1000) },
      { name: 'Planned downtime', value: duration(plannedS * 1000) },
      { name: 'Time to detect, mean', value: words(mean(detected), without) },
      { name: 'Time to respond', value: 'not measured: no acknowledgement was received' },
      { name: 'Time to recover, mean', value: words(mean(recovered), without) },
    ],
    tables: outages.length === 0 ? [] : [table(outages, steps)],
  };
}

function table(
  outages: readonly (Of<'availability'>['outages'][number] & { target: string })[],
  steps: readonly number[],
) {
  const rows = outages
    .slice(0, 50)
    .map(({ target, fromS, toS, plannedS, alert, detectedAfterS }) => [
      target,
      new Date(fromS * 1000).toISOString().replace('.000Z', 'Z'),
      toS === null ? 'still down' : duration((toS - fromS) * 1000),
      plannedS > 0 ? 'yes' : 'no',
      alert ?? 'no alert fired',
      detectedAfterS === null ? '' : duration(detectedAfterS * 1000),
    ]);
  return {
    title: `${plural(outages.length, 'outage')}, by scrapes every ${steps.join(' or ')} s, and as exact as that`,
    head: ['Target', 'From', 'For', 'Planned', 'Alert', 'After'],
    rows,
    figures: 1,
  };
}

/** Cut, not rounded: a moment of downtime must not become 100 %. */
function percent(part: number, whole: number): string {
  return whole <= 0 ? '0' : String(Math.floor((1e5 * Math.min(part, whole)) / whole) / 1e3);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

function nameOf({ job, instance }: { job: string; instance: string }): string {
  return instance === '' ? job : `${job} at ${instance}`;
}
