import type { CapacityResult } from '../../../model/capacity.ts';
import { type Mark, markAt } from '../../../report-kit/chart/marks.ts';
import {
  type AxisMark,
  heading,
  headingHeight,
  type Layout,
  labelWidth,
  yAxis,
} from '../../../report-kit/chart/plot.ts';
import { linearScale, logScale, logTicks, niceCeiling, type Scale, ticks } from '../../../report-kit/chart/scale.ts';
import { milliseconds, perSecond, plainNumber } from '../../../report-kit/format.ts';
import { type SvgMarkup, svg } from '../../../report-kit/svg.ts';

const marks: ReadonlyMap<string, Mark> = new Map(
  Object.entries({ held: 'pass', missed: 'fail', generator: 'inconclusive' }),
);
const plotHeight = 190;
const markSize = 13;

const finite = (value: number | null): value is number => value !== null && Number.isFinite(value) && value > 0;

function yScale(
  values: readonly number[],
  target: number,
  top: number,
  bottom: number,
): { y: Scale; marks: AxisMark[]; isLog: boolean } {
  const highest = Math.max(target * 1.25, ...values);
  const isLog = highest > target * 3;
  const low = 10 ** Math.floor(Math.log10(Math.max(0.1, Math.min(target, ...values))));
  const high = isLog ? highest * 1.5 : niceCeiling(highest * 1.05);
  const y = isLog ? logScale(low, high, bottom, top) : linearScale(0, high, bottom, top);
  const round = isLog ? logTicks(low, high) : ticks(high, 4);
  const kept = round.filter((at) => Math.abs(y(at) - y(target)) > 13);
  const last = kept.at(-1);
  return {
    y,
    isLog,
    marks: [
      ...kept.map((at) => ({ at, label: at === last || isLog ? milliseconds(at) : plainNumber(at, 2) })),
      { at: target, label: milliseconds(target), isGoal: true },
    ],
  };
}

/** A rate that matters: a line down the drawing, its name at the top; names go below one another where they would touch. */
function rateLine(layout: Layout, x: number, row: number, top: number, bottom: number, name: string, kind: string) {
  const width = labelWidth(name);
  // The knee comes before the sustainable rate: its name goes to the left, where no line crosses it.
  const isRight = kind === 'knee' ? x - 6 - width < layout.left : x + 6 + width <= layout.width - layout.right + 20;
  return [
    svg('line', { class: `rate-line ${kind}`, x1: x, x2: x, y1: top, y2: bottom }),
    svg(
      'text',
      {
        class: 'over-line strong',
        x: isRight ? x + 6 : Math.max(layout.left + 2, x - 6 - width),
        y: top + 12 + row * 15,
      },
      [name],
    ),
  ];
}

/** Steps as rate against p95, with the knee and the sustainable rate; null where no step has figures. */
export function capacityChart(capacity: CapacityResult, layout: Layout, targetMs: number): SvgMarkup | null {
  const steps = capacity.steps.filter((step) => finite(step.p95Ms) && finite(step.achievedRatePerSecond)).slice(0, 200);
  if (steps.length === 0 || !(targetMs > 0)) return null;
  const top = headingHeight;
  // Names of the two rates have two rows of their own above the figures.
  const plotTop = top + 36;
  const bottom = top + 36 + plotHeight;
  const highest = Math.max(
    ...steps.map((step) => step.achievedRatePerSecond),
    capacity.sustainablePerSecond ?? 0,
    capacity.interval?.high ?? 0,
  );
  const high = niceCeiling(highest * 1.04);
  const x = linearScale(0, high, layout.left, layout.width - layout.right);
  const axis = yScale(
    steps.flatMap(({ p95Ms }) => (finite(p95Ms) ? [p95Ms] : [])),
    targetMs,
    plotTop,
    bottom,
  );
  const { sustainablePerSecond: rate, kneePerSecond: knee, interval } = capacity;
  const most = layout.laneNames === 'beside' ? 8 : 4;
  const id = `capacity-${layout.id}`;
  return svg(
    'svg',
    {
      class: `chart timeline-${layout.id}`,
      viewBox: `0 0 ${layout.width} ${bottom + 24}`,
      role: 'img',
      'aria-labelledby': `${id}-title`,
    },
    [
      svg('title', { id: `${id}-title` }, [
        `p95 of ${steps.length} steps by their rate; sustainable ${perSecond(rate)}, knee ${perSecond(knee)}. The figures are in the table below.`,
      ]),
      heading(layout, 0, 'p95 by rate', `dashed: target${axis.isLog ? '; logarithmic' : ''}`),
      ...(interval === null || rate === null
        ? []
        : [
            svg('rect', {
              class: 'spread',
              x: x(interval.low),
              y: plotTop,
              width: Math.max(1, x(interval.high) - x(interval.low)),
              height: bottom - plotTop,
            }),
          ]),
      ...yAxis(layout, axis.y, axis.marks),
      ...ticks(high, most).map((at, index, all) =>
        svg('text', { class: 'quiet', x: x(at), y: bottom + 16, 'text-anchor': 'middle' }, [
          index === all.length - 1 ? perSecond(at) : plainNumber(at, 2),
        ]),
      ),
      ...(knee === null ? [] : rateLine(layout, x(knee), 1, top, bottom, `knee ${perSecond(knee)}`, 'knee')),
      ...(rate === null
        ? []
        : rateLine(layout, x(rate), 0, top, bottom, `sustainable ${perSecond(rate)}`, 'sustainable')),
      ...steps.map((step) =>
        markAt(
          marks.get(step.outcome) ?? 'inconclusive',
          x(step.achievedRatePerSecond) - markSize / 2,
          axis.y(step.p95Ms ?? 0) - markSize / 2,
          markSize,
        ),
      ),
    ],
  );
}
