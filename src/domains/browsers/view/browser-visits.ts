import type { BrowserVisitsResult, VisitCounts } from '../../../model/browser-visits.ts';
import type { Results } from '../../../model/results.ts';
import { type ConditionVital, uatConditions } from '../../../model/uat.ts';
import type { GateResult } from '../../../model/verdict.ts';
import { type VitalName, vitalNames } from '../../../model/vital.ts';
import {
  byteSize,
  count,
  duration,
  milliseconds,
  nothing,
  percent,
  plainNumber,
  plural,
} from '../../../report-kit/format.ts';
import { shortened } from '../../../report-kit/text.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import { conditionWords } from '../../../report-kit/vitals-table.ts';

interface VitalCell {
  state: GateResult['verdict'];
  word: string;
  p75: string;
  /** The same under the other conditions. */
  others: string;
}

export interface BrowserVisitsView {
  note: string;
  /** Why no browser visited anything; empty: they did. */
  notRun: string;
  facts: Fact[];
  vitals: string[];
  pages: { page: string; views: string; failed: string; cells: VitalCell[] }[];
}

const hostsShown = 5;

/** Of browser users and of scenarios: both wait for the same pages. */
export function vitalsOf({ sections: { browsers, uat } }: Results): ConditionVital[] {
  return [...(browsers?.vitals ?? []), ...(uat?.vitals ?? [])];
}

/** Browser users: how many pages they saw and how those did, page by page; null where none were asked for. */
export function browserVisitsView({ sections: { browsers } }: Results): BrowserVisitsView | null {
  const visits = browsers?.visits;
  if (visits === undefined) return null;
  const { notRun, counts } = visits;
  const seen = [...new Set(counts.flatMap(({ page }) => page ?? []))];
  const inOrder = visits.pages.map(({ name }) => name).filter((name) => seen.includes(name));
  return {
    note:
      notRun === null
        ? `${plural(visits.visitors, 'browser user')} in ${visits.browser ?? 'a browser'}, driven by k6 ${visits.k6 ?? ''}; nothing of it counts as replayed traffic`
        : `${plural(visits.visitors, 'browser user')} asked for`,
    notRun: notRun === null ? '' : shortened(notRun, 240),
    facts: notRun === null ? factsOf(visits) : [],
    vitals: [...vitalNames],
    pages: inOrder.map((page) => {
      const own = counts.filter((each) => each.page === page);
      return {
        page: shortened(page, 60),
        views: count(own.reduce((sum, { views }) => sum + views, 0)),
        failed: failures(own),
        cells: vitalNames.map((metric) => cellOf(visits, page, metric)),
      };
    }),
  };
}

/** The figure under load, or under what there was; the others beside it. */
function cellOf(visits: BrowserVisitsResult, page: string, metric: VitalName): VitalCell {
  const own = visits.pageVitals.filter((each) => each.page === page && each.metric === metric);
  const main = own.find(({ condition }) => condition === 'load') ?? own[0];
  if (main === undefined) return { state: 'not run', word: 'Not measured', p75: nothing, others: '' };
  const figure = (value: number | null) => (metric === 'CLS' ? plainNumber(value, 3) : milliseconds(value));
  const others = uatConditions
    .flatMap((condition) => own.find((each) => each.condition === condition && each !== main) ?? [])
    .map(({ condition, p75 }) => `${conditionWords[condition]} ${figure(p75)}`);
  return {
    state: main.verdict,
    word: main.verdict,
    p75: figure(main.p75),
    others: (main.condition === 'load' ? others : [conditionWords[main.condition], ...others]).join(', '),
  };
}

function failures(counts: readonly VisitCounts[]): string {
  const sums = new Map<string, number>();
  for (const { failed } of counts) for (const [why, n] of failed) sums.set(why, (sums.get(why) ?? 0) + n);
  return [...sums].map(([why, n]) => `${why} ${count(n)}`).join(', ') || '0';
}

function factsOf(visits: BrowserVisitsResult): Fact[] {
  const { traffic, blocked, crashes, endedEarly, counts } = visits;
  const views = uatConditions.flatMap((condition) => {
    const all = counts.find((each) => each.page === null && each.condition === condition);
    if (all === undefined) return [];
    const failed = all.views - all.loaded;
    const why = failed === 0 ? '' : ` of ${count(all.views)} failed (${failures([all])})`;
    const value = failed === 0 ? `${count(all.views)}, all loaded` : `${count(failed)}${why}`;
    return { name: `Page views, ${conditionWords[condition]}`, value };
  });
  const left = blocked.reduce((sum, each) => sum + each.count, 0);
  const hosts = blocked.slice(0, hostsShown).map(({ host }) => shortened(host, 50));
  const more = blocked.length > hosts.length ? ` and ${count(blocked.length - hosts.length)} more` : '';
  return [
    ...views,
    ...(views.length === 0 ? [{ name: 'Page views', value: 'none finished' }] : []),
    { name: 'Visited pages without load for', value: duration(visits.quietMs) },
    {
      name: 'Requests sent beside the replay',
      value: `${count(traffic.requests)}, ${byteSize(traffic.receivedBytes)} received`,
    },
    {
      name: 'Answered 5xx',
      value:
        traffic.requests === 0
          ? nothing
          : `${count(traffic.serverErrors)}, ${percent((100 * traffic.serverErrors) / traffic.requests)}`,
    },
    {
      name: 'Blocked, to hosts that are not allowed',
      value: left === 0 ? '0' : `${count(left)}: ${hosts.join(', ')}${more}`,
    },
    { name: 'Processor cores of k6 and browsers, mean', value: plainNumber(visits.cpuCoresMean, 2) },
    { name: 'Processor cores, peak', value: plainNumber(visits.cpuCoresMax, 2) },
    { name: 'Pages', value: visits.derived ? 'the recording’s busiest' : 'as configured' },
    { name: 'Vitals', value: visits.judged ? 'judged by their budgets' : 'shown, not judged' },
    ...(crashes === null
      ? []
      : [
          {
            name: 'Browsers that ended by themselves',
            value: `${count(crashes.count)}: ${shortened(crashes.why, 120)}`,
          },
        ]),
    ...(endedEarly === null ? [] : [{ name: 'Ended before the load', value: shortened(endedEarly, 200) }]),
  ];
}
