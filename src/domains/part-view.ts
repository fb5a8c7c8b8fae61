import { verdictWord } from '../model/verdict.ts';
import { percent, plural } from '../report-kit/format.ts';
import { relative } from '../report-kit/time.ts';
import type { Coverage } from './part.ts';
import { leftOutWords, type PartsSection } from './part-section.ts';

const marksAtMost = 60;
const gapsAtMost = 40;
const order = ['fail', 'inconclusive', 'pass'];

/**
 * Each part: its checks, what they rest on, and what it did not cover; null: this run has none.
 * @param heading above what is covered and what was not done: `Monitoring coverage`
 * @param of what was looked at, where the heading does not say it
 */
export function partsView(heading: string, section: PartsSection | undefined, of = ''): object | null {
  if (section === undefined) return null;
  const { parts, notBegun, notAsked, coveragePercent } = section;
  const coverage = parts.flatMap(({ title, coverage: all }) => (all ?? []).map((one) => ({ title, ...one })));
  const gaps = [...new Set(coverage.flatMap((each) => each.gaps))];
  const isWhole =
    of === '' &&
    coverage.length === 0 &&
    notBegun.length === 0 &&
    notAsked.length === 0 &&
    leftOutWords(section).length === 0;
  return {
    heading: isWhole ? '' : heading,
    of,
    coverage: coverage.map(coverageRow),
    coveragePercent: coveragePercent === null ? '' : percent(coveragePercent),
    gaps: gaps.slice(0, gapsAtMost),
    gapsLeftOut: Math.max(0, gaps.length - gapsAtMost),
    parts: parts.map((each) => ({
      ...{ id: each.id, title: each.title, verdict: each.verdict, word: verdictWord[each.verdict] },
      checks: [...each.checks].sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict)),
      facts: each.figures,
      tables: (each.tables ?? []).filter(({ rows }) => rows.length > 0),
      runbook: each.runbook ?? [],
      marks: each.marks.slice(0, marksAtMost).map(({ atMs, text, kind }) => ({ at: relative(atMs), text, kind })),
      marksLeftOut: Math.max(0, each.marks.length - marksAtMost),
    })),
    notBegun: notBegun.map(({ title }) => title),
    notAsked: notAsked.map(({ title }) => title),
    leftOutParts: leftOutWords(section),
  };
}

function coverageRow({ title, of, covered, total }: Coverage & { title: string }): object {
  const share = total === 0 ? 'none there' : percent((100 * covered) / total);
  return { title, of, covered: `${covered} of ${plural(total, of.replace(/s$/, ''), of)}`, share };
}
