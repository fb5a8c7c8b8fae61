import type { TimelineBand } from '../../model/results.ts';
import type { ChangePoint } from '../../model/stability.ts';
import { type SvgMarkup, svg } from '../svg.ts';
import { clock, relative } from '../time.ts';
import { changesPanel } from './changes.ts';
import { lanesPanel } from './lanes.ts';
import { type Charted, type Layout, labelWidth, type Plot } from './plot.ts';
import { errorPanel, ratePanel } from './rate-panels.ts';
import { responsePanel, type WorstMoment } from './response-panel.ts';
import { linearScale, timeTicks } from './scale.ts';
import { thinned } from './thin.ts';

const panelGap = 14;
const mostShades = 60;

/** Length of the time axis: what was measured. */
export function timelineLength(results: Pick<Charted, 'timeline'>): number {
  const { points, bucketMs } = results.timeline;
  const last = points.at(-1);
  return last === undefined ? 0 : last.atMs + bucketMs;
}

/** Periods that do not count: void buckets next to one another taken together, and gaps. */
function uncounted(results: Charted): { from: number; to: number }[] {
  const { points, bucketMs, bands } = results.timeline;
  const periods: { from: number; to: number }[] = [];
  for (const point of points) {
    const last = periods.at(-1);
    if (!point.invalid) continue;
    if (last !== undefined && Math.abs(last.to - point.atMs) < 1) last.to = point.atMs + bucketMs;
    else periods.push({ from: point.atMs, to: point.atMs + bucketMs });
  }
  for (const band of bands) if (band.lane === 'gap') periods.push({ from: band.startMs, to: band.endMs });
  return periods;
}

function shade(plot: Plot, from: number, to: number, top: number, height: number, fill: Record<string, string>) {
  const x = plot.x(Math.max(0, from));
  return svg('rect', { ...fill, x, y: top, width: Math.max(1.5, plot.x(to) - x), height });
}

function timeAxis(
  results: Charted,
  plot: Plot,
  top: number,
  bottom: number,
): { lines: SvgMarkup[]; labels: SvgMarkup[] } {
  const start = results.run.loadStartedAt ?? results.run.startedAt;
  const { layout } = plot;
  // Labels with seconds are wider: a run of minutes takes fewer of them.
  const widest = labelWidth(plot.lengthMs < 20 * 60_000 ? '00:00:00' : '+00 h 00') + 10;
  const most = Math.min(layout.timeTicks, Math.floor((layout.width - layout.left - layout.right) / widest));
  const marks = timeTicks(plot.lengthMs, most);
  const withSeconds = (marks[1] ?? plot.lengthMs) < 60_000;
  const lines = marks.map((at) => svg('line', { class: 'grid', x1: plot.x(at), x2: plot.x(at), y1: top, y2: bottom }));
  const labels = marks.flatMap((at) => {
    const x = plot.x(at);
    return [
      svg('text', { class: 'strong', x, y: bottom + 15, 'text-anchor': 'middle' }, [clock(start, at, withSeconds)]),
      svg('text', { class: 'quiet', x, y: bottom + 29, 'text-anchor': 'middle' }, [relative(at)]),
    ];
  });
  return { lines, labels };
}

function hatch(id: string): SvgMarkup {
  return svg('defs', {}, [
    svg(
      'pattern',
      { id: `hatch-${id}`, width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      [svg('line', { class: 'hatch', x1: 0, x2: 0, y1: 0, y2: 5 })],
    ),
  ]);
}

/**
 * Response time, load, failures and what was done to the system, under one time axis, for one width of the page.
 * @param changes levels that changed for good, in order of time
 */
export function timelineChart(
  whole: Charted,
  layout: Layout,
  worst: WorstMoment | null,
  said: string,
  changes: readonly ChangePoint[] = [],
): SvgMarkup {
  const lengthMs = timelineLength(whole);
  const results = { ...whole, timeline: { ...whole.timeline, ...thinned(whole.timeline, layout.mostPoints) } };
  const plot: Plot = { layout, lengthMs, x: linearScale(0, lengthMs, layout.left, layout.width - layout.right) };
  const response = responsePanel(results, plot, 0, worst);
  const rate = ratePanel(results, plot, response.height + panelGap);
  const errorTop = response.height + rate.height + 2 * panelGap;
  const errors = errorPanel(results, plot, errorTop);
  const lanes = lanesPanel(results.timeline.bands, plot, errorTop + errors.height + panelGap);
  const changesTop = errorTop + errors.height + lanes.height + panelGap;
  const start = whole.run.loadStartedAt ?? whole.run.startedAt;
  const changed = changesPanel(changes, plot, start, changesTop, 22);
  const rows = lanes.height + changed.height;
  const bottom = errorTop + errors.height + (rows === 0 ? 0 : panelGap + rows) + 4;
  const axis = timeAxis(results, plot, 22, bottom);
  const height = bottom + 34;
  const faults = results.timeline.bands.filter((band: TimelineBand) => band.lane === 'faults').slice(0, mostShades);
  const panelsHeight = errorTop + errors.height - 22;
  const id = `timeline-${layout.id}`;
  return svg(
    'svg',
    {
      class: `chart ${id}`,
      viewBox: `0 0 ${layout.width} ${Math.ceil(height)}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
    },
    [
      svg('title', { id: `${id}-title` }, ['Response time, load and events over the run']),
      svg('desc', { id: `${id}-desc` }, [said]),
      hatch(layout.id),
      ...faults.map((band) =>
        shade(plot, band.startMs, band.endMs, 22, panelsHeight, { class: `shade ${band.state}` }),
      ),
      ...axis.lines,
      ...uncounted(results)
        .slice(0, mostShades)
        .map(({ from, to }) => shade(plot, from, to, 22, panelsHeight, { fill: `url(#hatch-${layout.id})` })),
      ...changed.behind,
      ...response.parts,
      ...rate.parts,
      ...errors.parts,
      ...lanes.parts,
      ...changed.parts,
      ...axis.labels,
    ],
  );
}
