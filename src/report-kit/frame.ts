import type { Results } from '../model/results.ts';
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

/**
 * @param verdict shape and colour of the page's icon
 * @param word the verdict's word, first in the title
 * @param kind what is reported, such as `production readiness of`
 * @param current file name of the page
 * @param links the pages that the run has
 */
export function frameView(
  results: {
    candidate: Pick<Results['candidate'], 'name' | 'version' | 'baselineVersion'>;
    environment: Results['environment'];
    run: Pick<Results['run'], 'id' | 'startedAt' | 'endedAt'>;
  },
  page: {
    verdict: GateResult['verdict'];
    word: string;
    kind: string;
    current: string;
    links: readonly { href: string; text: string }[];
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
    links: page.links.map(({ href, text }) => ({ href, text, isCurrent: href === page.current })),
  };
}
