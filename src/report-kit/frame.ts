import type { FlatResults } from '../model/results.ts';
import type { GateResult } from '../model/verdict.ts';
import { pageIcon } from './chart/marks.ts';
import { shortened } from './text.ts';
import { days } from './time.ts';

/** A link to another report of the run's folder. */
export interface PageLink {
  href: string;
  text: string;
  isCurrent: boolean;
}

/** What `frame.hbs` needs around any report's content. */
export interface FrameView {
  /** `<title>`: the verdict first, for a row of tabs. */
  title: string;
  /** What the report is about, in the line at the top: `production readiness of`. */
  kind: string;
  candidate: string;
  baseline: string | null;
  environment: string;
  dates: string;
  runId: string;
  icon: string;
  links: PageLink[];
}

const longestName = 60;

/** Parts that have pages of their own. */
type ShownBy = 'chaos' | 'journeys' | 'feedback' | 'vitals' | 'browserVisits';

/**
 * @param verdict shape and colour of the page's icon
 * @param word the verdict's word, first in the title
 * @param kind what is reported, such as `production readiness of`
 * @param current file name of the page
 */
export function frameView(
  results: Pick<FlatResults, ShownBy | 'candidate' | 'environment'> & {
    uat?: unknown;
    run: Pick<FlatResults['run'], 'id' | 'startedAt' | 'endedAt'>;
  },
  page: {
    verdict: GateResult['verdict'];
    word: string;
    kind: string;
    current: string;
    /** Absent: those of a run under load. */
    reports?: readonly { href: string; text: string }[];
  },
): FrameView {
  const { candidate, run } = results;
  const name = shortened(`${candidate.name} ${candidate.version}`.trim(), longestName);
  return {
    title: `${page.word} · ${name} · shakedown`,
    kind: page.kind,
    candidate: name,
    baseline: candidate.baselineVersion === null ? null : shortened(candidate.baselineVersion, longestName),
    environment: shortened(results.environment.name, longestName),
    dates: days(run.startedAt, run.endedAt),
    runId: shortened(run.id, longestName),
    icon: pageIcon(page.verdict),
    links: (page.reports ?? reportPages(results)).map(({ href, text }) => ({
      href,
      text,
      isCurrent: href === page.current,
    })),
  };
}

/** Whether a run has anything for `journeys.html`. */
export function hasJourneys({ journeys, feedback }: Pick<FlatResults, 'journeys' | 'feedback'>): boolean {
  return feedback !== undefined || (journeys !== undefined && journeys.journeys.length + journeys.features.length > 0);
}

/** Whether a run has anything for `browsers.html`. */
export function hasBrowsers({ vitals, browserVisits }: Pick<FlatResults, 'vitals' | 'browserVisits'>): boolean {
  return browserVisits !== undefined || (vitals ?? []).length > 0;
}

/** The pages that this run has. */
function reportPages(results: Pick<FlatResults, ShownBy> & { uat?: unknown }): { href: string; text: string }[] {
  return [
    { href: 'index.html', text: 'Readiness' },
    { href: 'performance.html', text: 'Performance' },
    ...(results.chaos === undefined ? [] : [{ href: 'resilience.html', text: 'Resilience' }]),
    ...(hasJourneys(results) ? [{ href: 'journeys.html', text: 'Journeys' }] : []),
    ...(hasBrowsers(results) ? [{ href: 'browsers.html', text: 'In browsers' }] : []),
    ...(results.uat === undefined ? [] : [{ href: 'uat.html', text: 'User acceptance' }]),
  ];
}
