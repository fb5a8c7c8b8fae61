import type { Gate, Page } from '../domains/domain.ts';
import type { Results } from '../model/results.ts';
import { frameView } from '../report-kit/frame.ts';
import { objectivesView } from '../report-kit/objectives-table.ts';
import { renderPage } from '../report-kit/render.ts';
import { shortened } from '../report-kit/text.ts';
import type { VerdictView } from '../report-kit/verdict.ts';
import type { RunContent } from './content.ts';
import type { RunParts } from './parts.ts';
import { gatesView } from './view/gates.ts';
import { highlightsView } from './view/highlights.ts';
import { pageVerdict } from './view/verdict.ts';

const mostWarnings = 20;
const index = 'index.html';

function linksOf({ policy }: Results, pages: readonly Page[]): { href: string; text: string }[] {
  return [
    { href: index, text: policy === null ? 'Overview' : 'Readiness' },
    ...pages.map(({ file, link }) => ({ href: file, text: link })),
  ];
}

/** `index.html`: the run at a glance. @param warnings of making the reports, beside those of the run */
export function indexPage(
  results: Results,
  content: RunContent,
  parts: RunParts,
  verdict: VerdictView,
  gates: readonly Gate[],
  warnings: readonly string[],
): string {
  const shownWarnings = [...warnings, ...results.warnings].slice(0, mostWarnings).map((line) => shortened(line, 300));
  return renderPage('index', {
    page: frameView(results, {
      verdict: results.verdict,
      word: results.word,
      kind: results.policy === null ? 'validation of' : 'production readiness of',
      current: index,
      links: linksOf(results, parts.pages),
    }),
    verdict,
    gates: gatesView(results, gates),
    objectives: objectivesView(results.objectives, results.candidate.baselineVersion),
    highlights: highlightsView(content.highlights),
    // Of a run with load only.
    performance: parts.pages.find(({ file }) => file === 'performance.html')?.file ?? '',
    parts: parts.of({ file: index, timeline: true }),
    trust: content.trust.length + shownWarnings.length > 0 && { cards: content.trust, warnings: shownWarnings },
    reports: parts.pages.map(({ file, title, about }) => ({ href: file, title, about })),
  });
}

/** Every page that this run has but the index, in order. */
export function otherPages(
  results: Results,
  parts: RunParts,
  whole: VerdictView,
  warnings: string[],
): { file: string; html: string }[] {
  return parts.pages.map((page) => {
    const verdict = pageVerdict(results, page, whole, warnings);
    const html = renderPage('page', {
      page: frameView(results, {
        verdict: verdict?.verdict ?? 'not run',
        word: verdict?.word ?? page.link,
        kind: page.kind,
        current: page.file,
        links: linksOf(results, parts.pages),
      }),
      verdict,
      title: page.title,
      parts: parts.of(page),
      foot: page.foot.map((each) =>
        typeof each === 'string'
          ? { text: each, href: '', isCode: false }
          : 'code' in each
            ? { text: each.code, href: '', isCode: true }
            : { text: each.text, href: each.href, isCode: false },
      ),
    });
    return { file: page.file, html };
  });
}
