import type { Results } from '../model/results.ts';
import { svg, svgMarkup } from '../report-kit/svg.ts';
import { shortened } from '../report-kit/text.ts';

/** White on each has a contrast of at least 4.5 to 1. */
const colors: Record<Results['verdict'], string> = { pass: '#1a7f37', fail: '#b42318', inconclusive: '#8a5a00' };
const height = 20;
const pad = 7;
/** Of 11 px Verdana and what stands in for it, a little more than on average; the text is fitted to its place. */
const letterWidth = 6.9;

const font = {
  'font-family': 'Verdana, DejaVu Sans, Geneva, sans-serif',
  'font-size': 11,
  'text-anchor': 'middle',
  fill: '#fff',
};

/**
 * `badge.svg`: the verdict in a few words, for a README or a wiki page. It holds no link and asks for nothing.
 * @param results already through `readableResults`
 */
export function badge(results: Results): string {
  const { candidate, word, verdict } = results;
  const left = shortened(`${candidate.name} ${candidate.version}`, 40);
  const right = word;
  const [leftWidth, rightWidth] = [left, right].map((text) => Math.ceil([...text].length * letterWidth) + 2 * pad);
  const width = (leftWidth ?? 0) + (rightWidth ?? 0);
  const text = (words: string, from: number, room = 0) =>
    svg('text', { ...font, x: from + room / 2, y: 14, textLength: room - 2 * pad }, [words]);
  return `${svgMarkup(
    svg('svg', { xmlns: 'http://www.w3.org/2000/svg', width, height, role: 'img', 'aria-labelledby': 'badge-title' }, [
      svg('title', { id: 'badge-title' }, [`${left}: ${right}`]),
      svg('rect', { width, height, rx: 3, fill: '#3d444d' }),
      svg('path', {
        fill: colors[verdict],
        d: `M${leftWidth} 0h${(rightWidth ?? 0) - 3}a3 3 0 0 1 3 3v${height - 6}a3 3 0 0 1 -3 3h-${(rightWidth ?? 0) - 3}z`,
      }),
      text(left, 0, leftWidth),
      text(right, leftWidth ?? 0, rightWidth),
    ]),
  )}\n`;
}
