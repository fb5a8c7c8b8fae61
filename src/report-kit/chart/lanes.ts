import type { TimelineBand } from '../../model/results.ts';
import { type SvgMarkup, svg } from '../svg.ts';
import { firstWords } from '../text.ts';
import { markAt } from './marks.ts';
import { labelWidth, type Panel, type Plot } from './plot.ts';

export const laneNames: Record<TimelineBand['lane'], string> = {
  faults: 'Faults',
  deployments: 'Deployments',
  alerts: 'Alerts',
  uat: 'UAT',
  info: 'Other events',
  invalid: 'Invalid',
  gap: 'Not measured',
};

const mostBandsDrawn = 60;
const laneHeight = 21;
const barHeight = 11;
const markSize = 11;

interface Placed {
  band: TimelineBand;
  from: number;
  to: number;
}

/** Where a label fits without touching a neighbour: right of its bar, else left, else nowhere (the table below has it). */
function labelPlace(placed: readonly Placed[], index: number, width: number, plot: Plot, taken: number) {
  const own = placed[index];
  if (own === undefined) return null;
  const end = plot.layout.width - plot.layout.right;
  const next = placed[index + 1]?.from ?? end + 20;
  if (own.to + 5 + width <= Math.min(next - 6, end + 20)) return { x: own.to + 5, side: 'right' as const };
  const previous = Math.max(taken, placed[index - 1]?.to ?? taken);
  if (own.from - 5 - width >= previous + 6) return { x: own.from - 5 - width, side: 'left' as const };
  return null;
}

function lane(bands: readonly TimelineBand[], plot: Plot, y: number): SvgMarkup[] {
  const placed = bands
    .map((band) => {
      const from = plot.x(Math.max(0, band.startMs));
      return { band, from, to: Math.max(from + 3, plot.x(band.endMs)) };
    })
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let taken = plot.layout.laneNames === 'above' ? -6 : plot.layout.left;
  return placed.flatMap((own, index) => {
    const { band, from, to } = own;
    const isState = band.state === 'fail' || band.state === 'inconclusive';
    const isHatched = band.lane === 'invalid' || band.lane === 'gap';
    const words = firstWords(band.label, plot.layout.laneNames === 'beside' ? 34 : 22);
    const width = labelWidth(words) + (isState ? markSize + 3 : 0);
    const place = labelPlace(placed, index, width, plot, taken);
    taken = Math.max(to, place === null ? 0 : place.x + width);
    const bar = svg('rect', {
      class: `bar ${band.state}${isHatched ? ' outlined' : ''}`,
      ...(isHatched ? { fill: `url(#hatch-${plot.layout.id})` } : {}),
      x: from,
      y: y - barHeight / 2,
      width: to - from,
      height: barHeight,
      rx: 2,
    });
    if (place === null) return [bar];
    const text = svg('text', { class: 'over-line', x: place.x + (isState ? markSize + 3 : 0), y: y + 4 }, [words]);
    const mark = band.state === 'fail' || band.state === 'inconclusive' ? band.state : null;
    return mark === null ? [bar, text] : [bar, markAt(mark, place.x, y - markSize / 2, markSize), text];
  });
}

/** One row for each kind of thing that happened; kinds that did not happen take no room. */
export function lanesPanel(bands: readonly TimelineBand[], plot: Plot, top: number): Panel {
  const parts: SvgMarkup[] = [];
  const { layout } = plot;
  const isAbove = layout.laneNames === 'above';
  let y = top;
  for (const name of Object.keys(laneNames) as TimelineBand['lane'][]) {
    const own = bands.filter((band) => band.lane === name && Number.isFinite(band.startMs + band.endMs));
    if (own.length === 0) continue;
    if (isAbove) y += 15;
    parts.push(
      svg('text', { class: 'quiet', x: 0, y: isAbove ? y : y + laneHeight / 2 + 4 }, [laneNames[name]]),
      svg('line', {
        class: 'grid',
        x1: layout.left,
        x2: layout.width - layout.right,
        y1: y + laneHeight / 2,
        y2: y + laneHeight / 2,
      }),
      ...lane(own.slice(0, mostBandsDrawn), plot, y + laneHeight / 2),
    );
    y += laneHeight;
  }
  return { parts, height: y - top };
}
