import { type SvgMarkup, svg } from '../svg.ts';

const width = 190;
const height = 60;
const labels = 16;

/** How many answers each score has, as columns over their scores; null without answers. @param counts from the lowest score on */
export function scoreColumns(counts: readonly number[], lowest: number): SvgMarkup | null {
  const most = Math.max(0, ...counts);
  if (most === 0) return null;
  const step = width / counts.length;
  const wide = Math.min(24, step * 0.72);
  const top = height - labels - 4;
  const said = counts.map((count, i) => `${lowest + i}: ${count}`).join(', ');
  return svg('svg', { class: 'scores', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img' }, [
    svg('title', {}, [`Answers by score. ${said}`]),
    ...counts.flatMap((count, i) => {
      const middle = step * (i + 0.5);
      const tall = count === 0 ? 0 : Math.max(2, (top * count) / most);
      return [
        svg('rect', { class: 'bar', x: middle - wide / 2, y: top - tall + 2, width: wide, height: tall }),
        svg('text', { class: 'quiet', x: middle, y: height - 3, 'text-anchor': 'middle' }, [String(lowest + i)]),
      ];
    }),
    svg('line', { class: 'grid', x1: 0, x2: width, y1: top + 2.5, y2: top + 2.5 }),
  ]);
}
