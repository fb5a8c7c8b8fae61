import type { ChangePoint } from '../../model/stability.ts';
import { type SvgMarkup, svg } from '../svg.ts';
import { shortened } from '../text.ts';
import { clock } from '../time.ts';
import { labelWidth, type Panel, type Plot } from './plot.ts';

const rowHeight = 21;
const mostLines = 12;

interface Cluster {
  first: number;
  last: number;
  x: number;
  titles: string[];
}

const words = ({ first, last }: Cluster) => (first === last ? String(first) : `${first}–${last}`);

/** Changes too near to one another to be distinguished share a mark. */
function clustered(changes: readonly ChangePoint[], plot: Plot, start: string): Cluster[] {
  const clusters: Cluster[] = [];
  const room = labelWidth(changes.length > 8 ? '10–20' : '1–2') + 12;
  changes.forEach((change, index) => {
    const x = plot.x(change.atMs);
    const number = index + 1;
    const title = `${number}: ${shortened(change.title, 60)} at ${clock(start, change.atMs, true)}, ${shortened(change.what ?? 'nothing known', 60)}`;
    const last = clusters.at(-1);
    if (last !== undefined && x - last.x < room) {
      last.last = number;
      last.titles.push(title);
    } else clusters.push({ first: number, last: number, x, titles: [title] });
  });
  return clusters;
}

/**
 * A row of numbered ticks where a level changed for good, each with a thin line through the panels above.
 * @param changes in order of time
 * @param start ISO time of the clock's zero
 */
export function changesPanel(
  changes: readonly ChangePoint[],
  plot: Plot,
  start: string,
  top: number,
  panelsTop: number,
): Panel & { behind: SvgMarkup[] } {
  if (changes.length === 0) return { parts: [], behind: [], height: 0 };
  const { layout } = plot;
  const isAbove = layout.laneNames === 'above';
  const y = top + (isAbove ? 15 : 0) + rowHeight / 2;
  const clusters = clustered(changes, plot, start);
  return {
    height: rowHeight + (isAbove ? 15 : 0),
    // More lines than these would hide what they point at.
    behind: changes
      .slice(0, changes.length > mostLines ? 0 : mostLines)
      .map(({ atMs }) =>
        svg('line', { class: 'change-line', x1: plot.x(atMs), x2: plot.x(atMs), y1: panelsTop, y2: y - 6 }),
      ),
    parts: [
      svg('text', { class: 'quiet', x: 0, y: isAbove ? y - rowHeight / 2 : y + 4 }, ['Level changes']),
      svg('line', { class: 'grid', x1: layout.left, x2: layout.width - layout.right, y1: y, y2: y }),
      ...clusters.map((cluster) => {
        const width = labelWidth(words(cluster)) + 9;
        return svg('g', {}, [
          svg('title', {}, [cluster.titles.slice(0, 4).join('; ')]),
          svg('rect', { class: 'change', x: cluster.x - width / 2, y: y - 8, width, height: 16, rx: 8 }),
          svg('text', { x: cluster.x, y: y + 4, 'text-anchor': 'middle' }, [words(cluster)]),
        ]);
      }),
    ],
  };
}
