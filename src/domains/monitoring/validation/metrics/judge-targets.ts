import type { Of } from './evidence.ts';
import { isTimeout } from './exporters.ts';
import { checkOfMany, troubleOf } from './finding.ts';
import type { Found, Piece } from './piece.ts';

/** A scrape that takes so much of its timeout is cut off on a busy day. */
const nearTimeout = 0.8;

/** Whether every target is up and fresh, in time, and does not hide what it asks. */
export function judgeTargets(found: Found): Piece {
  const targets = found('target');
  const [server] = found('server');
  const troubles = found('trouble');
  const none = targets.length === 0 ? (troubleOf(troubles, 'targets') ?? 'it has no target') : null;
  const wantedS = server?.required.scrapeIntervalS;
  const missing = found('missing').map(({ job, why }) => `there is no target of job ${job}: ${why}`);
  const up = targets.filter(({ health }) => health === 'up');
  return {
    figures: [{ name: 'Targets up', value: `${up.length} of ${targets.length}` }],
    coverage: [
      {
        ...{ of: 'targets', covered: up.length, total: targets.length + missing.length },
        gaps: [
          ...missing,
          ...targets.filter(({ health }) => health !== 'up').map((one) => `${nameOf(one)}: ${one.error || one.health}`),
        ],
      },
    ],
    checks: [
      checkOfMany('up', 'Every target is up', {
        wrong: targets.filter(({ health }) => health === 'down').map((one) => `${nameOf(one)} is down: ${one.error}`),
        open: [
          ...missing,
          ...targets
            .filter(({ health }) => !['up', 'down'].includes(health))
            .map((one) => `${nameOf(one)} was not scraped yet`),
        ],
        ...{ none, fine: `${up.length} of ${targets.length}` },
      }),
      checkOfMany('fresh', 'Every target was scraped within two intervals', {
        wrong: targets.flatMap((one) => {
          const { lastScrapeAgeS: age, intervalS } = one;
          if (age === null || intervalS === null || age <= 2 * intervalS) return [];
          return [`${nameOf(one)} was scraped ${age.toFixed(0)} s ago, and its interval is ${intervalS} s`];
        }),
        open: targets.flatMap((one) =>
          one.lastScrapeAgeS === null
            ? [`${nameOf(one)} was not scraped yet`]
            : one.intervalS === null
              ? [`the interval of ${nameOf(one)} is not known`]
              : [],
        ),
        ...{ none, fine: 'all were' },
      }),
      checkOfMany('interval', 'Targets are scraped as often as required', {
        wrong: targets.flatMap((one) =>
          wantedS !== undefined && one.intervalS !== null && one.intervalS > wantedS
            ? [`${nameOf(one)} is scraped every ${one.intervalS} s, and ${wantedS} s are required`]
            : [],
        ),
        open: targets.flatMap((one) => (one.intervalS === null ? [`the interval of ${nameOf(one)} is not known`] : [])),
        ...{ none, fine: `every ${intervals(targets)} s, and ${wantedS} s are required` },
      }),
      checkOfMany('scrape-time', 'Scrapes have time to spare', {
        wrong: targets.flatMap(slow),
        open: targets.flatMap((one) =>
          slow(one).length === 0 && one.timeoutS !== null && (one.slowestS ?? 0) > nearTimeout * one.timeoutS
            ? [
                `a scrape of ${nameOf(one)} took ${seconds(one.slowestS)}, and its timeout is ${one.timeoutS} s (${one.cutOff ?? 'some'} were cut off)`,
              ]
            : [],
        ),
        ...{ none, fine: `the slowest took ${seconds(Math.max(0, ...targets.map(({ slowestS }) => slowestS ?? 0)))}` },
      }),
      hidden(found),
    ],
  };
}

function slow(one: Of<'target'>): string[] {
  const { timeoutS, usualS, cutOff } = one;
  if (timeoutS === null) return [];
  if (isTimeout(one.error))
    return [
      `scrapes of ${nameOf(one)} take longer than their timeout of ${timeoutS} s (${cutOff ?? 'some'} were cut off)`,
    ];
  if (usualS === null || usualS <= nearTimeout * timeoutS) return [];
  return [`a scrape of ${nameOf(one)} in ten takes ${seconds(usualS)} or more, and its timeout is ${timeoutS} s`];
}

/** What an exporter asks may be down while nothing says so. */
function hidden(found: Found) {
  const exporters = found('exporter');
  const known = new Set(exporters.map(nameOf));
  const timedOut = found('target').filter((one) => isTimeout(one.error) && !known.has(nameOf(one)));
  return checkOfMany('hidden', 'What exporters ask cannot be down unseen', {
    wrong: [
      ...exporters.flatMap((one) => {
        if (one.value !== null) return [];
        if (one.timedOut)
          return [
            `${nameOf(one)} does not answer before its scrape times out, so there is no ${one.metric}: what it asks may be down, and a rule that waits for ${one.metric} == 0 does not fire`,
          ];
        return one.targetUp ? [`${nameOf(one)} is up and gives no ${one.metric}`] : [];
      }),
      ...timedOut.map(
        (one) =>
          `${nameOf(one)} has only timed out: if it asks another system, that may be down, and no metric says so`,
      ),
    ],
    open: exporters.flatMap((one) =>
      one.value === null && !one.timedOut && !one.targetUp
        ? [`${nameOf(one)} is down, so there is no ${one.metric}`]
        : [],
    ),
    none: null,
    fine:
      exporters.length === 0
        ? 'no exporter of another system is known among the targets'
        : exporters.map((one) => `${nameOf(one)} gives ${one.metric} ${one.value}`).join(', '),
  });
}

function nameOf({ job, instance }: { job: string; instance: string }): string {
  return instance === '' ? `job ${job}` : `job ${job} at ${instance}`;
}

function intervals(targets: readonly Of<'target'>[]): string {
  return [...new Set(targets.flatMap(({ intervalS }) => intervalS ?? []))].sort((a, b) => a - b).join(' or ');
}

function seconds(value: number | null): string {
  return value === null ? 'not known' : `${value < 1 ? value.toFixed(3) : value.toFixed(1)} s`;
}
