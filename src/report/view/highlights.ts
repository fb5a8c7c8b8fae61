import type { Highlight } from '../../domains/domain.ts';
import type { GateResult } from '../../model/verdict.ts';
import { plural } from '../../report-kit/format.ts';
import { asSentence, shortened } from '../../report-kit/text.ts';

export interface HighlightView {
  verdict: GateResult['verdict'];
  word: string;
  title: string;
  /** One or two. */
  lines: string[];
}

const mostLines = 2;
const words: Record<GateResult['verdict'], string> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  'not run': 'Not judged',
};
const order = ['fail', 'inconclusive', 'pass', 'not run'];

/** Worst first, a line or two each; else in the order of domains. */
export function highlightsView(highlights: readonly Highlight[]): HighlightView[] {
  return highlights
    .map(({ verdict, title, lines }) => ({
      verdict,
      word: words[verdict] ?? 'Not judged',
      title,
      lines: shownLines(lines),
    }))
    .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
}

function shownLines(lines: readonly string[]): string[] {
  const shown = lines.slice(0, mostLines).map((line) => asSentence(shortened(line, 260)));
  const left = lines.length - shown.length;
  if (left > 0) shown[shown.length - 1] += ` And ${plural(left, 'more', 'more')}.`;
  return shown;
}
