import {
  heading,
  headingHeight,
  type Layout,
  mediumLayout,
  narrowLayout,
  type Panel,
  type Plot,
  wideLayout,
  yAxis,
} from '../../../report-kit/chart/plot.ts';
import {
  linearScale,
  logScale,
  logTicks,
  niceCeiling,
  type Scale,
  timeTicks,
} from '../../../report-kit/chart/scale.ts';
import { milliseconds, plainNumber } from '../../../report-kit/format.ts';
import { pathData, type SvgMarkup, svg } from '../../../report-kit/svg.ts';
import { relative } from '../../../report-kit/time.ts';
import type { Second } from '../rehearsal.ts';
import type { RehearsalResult } from '../section.ts';

const layouts: readonly Layout[] = [wideLayout, mediumLayout, narrowLayout];
const panelGap = 14;
const shareHeight = 84;
const timesHeight = 120;
const failedHeight = 34;
const eventRadius = 8;
/** Bottom to top. */
const roles = ['candidate', 'control', 'current'] as const;
type Role = (typeof roles)[number];

/** Where traffic went, how it was answered and what failed, over one time axis, for each width of the page; empty where nothing was measured. */
export function timelineOf({ id, title, seconds, marks }: RehearsalResult): SvgMarkup[] {
  const [first, last] = [seconds[0], seconds.at(-1)];
  if (first === undefined || last === undefined || seconds.length < 2) return [];
  const widthMs = Math.max(1000, (last.startMs - first.startMs) / Math.max(1, seconds.length - 1));
  return layouts.map((layout) =>
    drawn({ id, title, seconds, marks, fromMs: first.startMs, toMs: last.startMs + widthMs, layout }),
  );
}

interface Drawing {
  id: string;
  title: string;
  seconds: readonly Second[];
  marks: RehearsalResult['marks'];
  fromMs: number;
  toMs: number;
  layout: Layout;
}

function drawn({ id, title, seconds, marks, fromMs, toMs, layout }: Drawing): SvgMarkup {
  const x = linearScale(fromMs, toMs, layout.left, layout.width - layout.right);
  const plot: Plot = { layout, x, lengthMs: toMs - fromMs };
  const share = sharePanel(seconds, plot, 0);
  const times = timesPanel(seconds, plot, share.height + panelGap);
  const failed = failedPanel(seconds, plot, share.height + times.height + 2 * panelGap);
  const events = eventsPanel(marks, plot, fromMs, share.height + times.height + failed.height + 3 * panelGap);
  const bottom = share.height + times.height + failed.height + events.height + 3 * panelGap + 4;
  const most = Math.min(layout.timeTicks, Math.floor((layout.width - layout.left - layout.right) / 62));
  const [, stepMs = plot.lengthMs] = timeTicks(plot.lengthMs, most);
  const first = Math.ceil(fromMs / stepMs) * stepMs;
  const ticks = Array.from({ length: Math.floor((toMs - first) / stepMs) + 1 }, (_, i) => first + i * stepMs);
  const name = `rehearsal-${id}-${layout.id}`;
  return svg(
    'svg',
    {
      class: `chart timeline-${layout.id}`,
      viewBox: `0 0 ${layout.width} ${bottom + 22}`,
      role: 'img',
      'aria-labelledby': `${name}-title`,
    },
    [
      svg('title', { id: `${name}-title` }, [
        `${title}: share of the traffic by version, p95 response time of each, and failed requests, second by second. What happened is in the list below.`,
      ]),
      ...ticks.flatMap((at) => [
        svg('line', { class: 'grid', x1: x(at), x2: x(at), y1: headingHeight, y2: bottom }),
        svg('text', { class: 'quiet', x: x(at), y: bottom + 16, 'text-anchor': 'middle' }, [relative(at)]),
      ]),
      ...share.parts,
      ...times.parts,
      ...failed.parts,
      ...events.parts,
    ],
  );
}

/** What each version answered, as areas on top of each other, and what the switch was set to. */
function sharePanel(seconds: readonly Second[], plot: Plot, top: number): Panel {
  const { layout, x } = plot;
  const bottom = top + headingHeight + shareHeight;
  const y = linearScale(0, 100, bottom, top + headingHeight);
  const half = halfOf(seconds);
  const answered = seconds.map((second) => ({ at: second.startMs + half, ...sharesOf(second) }));
  const areas: SvgMarkup[] = [];
  const below = answered.map(() => 0);
  for (const role of roles) {
    const upper = answered.map((one, i) => (below[i] ?? 0) + one[role]);
    const up = answered.map((one, i) => [x(one.at), y(upper[i] ?? 0)] as const);
    const down = answered.map((one, i) => [x(one.at), y(below[i] ?? 0)] as const).reverse();
    if (upper.some((value, i) => value > (below[i] ?? 0))) {
      areas.push(svg('path', { class: `share ${role}`, d: `${pathData([...up, ...down])}Z` }));
    }
    for (const [i, value] of upper.entries()) below[i] = value;
  }
  const set = seconds.flatMap((second) => {
    const at = y(second.weights.candidate ?? 0);
    return [[x(second.startMs), at] as const, [x(second.startMs + 2 * half), at] as const];
  });
  return {
    height: bottom - top,
    parts: [
      heading(
        layout,
        top,
        'Share of the traffic',
        layout.laneNames === 'beside'
          ? 'as the clients saw it; dashed: what the switch was set to for the candidate'
          : 'dashed: as set',
      ),
      ...yAxis(layout, y, [
        { at: 0, label: '0' },
        { at: 50, label: '50' },
        { at: 100, label: '100 %' },
      ]),
      ...areas,
      svg('path', { class: 'line planned', d: pathData(set) }),
    ],
  };
}

function sharesOf({ sides }: Second): Record<Role, number> {
  const all = roles.reduce((sum, role) => sum + (sides[role]?.requests ?? 0), 0);
  const share = (role: Role) => (all === 0 ? 0 : (100 * (sides[role]?.requests ?? 0)) / all);
  return { candidate: share('candidate'), control: share('control'), current: share('current') };
}

/** p95 of each version. */
function timesPanel(seconds: readonly Second[], plot: Plot, top: number): Panel {
  const { layout, x } = plot;
  const [from, bottom] = [top + headingHeight, top + headingHeight + timesHeight];
  const all = seconds.flatMap(({ sides }) => roles.flatMap((role) => sides[role]?.p95Ms ?? []));
  const known = all.filter((ms) => ms > 0);
  const [low, high] = [Math.min(...known, 1), Math.max(...known, 1)];
  const isLog = high / Math.max(low, 0.1) > 20;
  const floor = 10 ** Math.floor(Math.log10(Math.max(0.1, low)));
  const ceiling = isLog ? high * 1.3 : niceCeiling(high * 1.05);
  const y: Scale = isLog ? logScale(floor, ceiling, bottom, from) : linearScale(0, ceiling, bottom, from);
  const marks = isLog ? logTicks(floor, ceiling) : [0, ceiling / 2, ceiling];
  const half = halfOf(seconds);
  const line = (role: Role) =>
    svg('path', {
      class: `line times ${role}`,
      d: pathData(
        seconds.map((second) => {
          const ms = second.sides[role]?.p95Ms;
          return ms == null ? null : ([x(second.startMs + half), y(ms)] as const);
        }),
      ),
    });
  return {
    height: bottom - top,
    parts: [
      heading(layout, top, 'p95 response time', isLog ? 'second by second; logarithmic' : 'second by second'),
      ...yAxis(
        layout,
        y,
        marks.map((at) => ({ at, label: milliseconds(at) })),
      ),
      line('current'),
      line('control'),
      line('candidate'),
    ],
  };
}

function failedPanel(seconds: readonly Second[], plot: Plot, top: number): Panel {
  const { layout, x } = plot;
  const [from, bottom] = [top + headingHeight, top + headingHeight + failedHeight];
  const counts = seconds.map(({ sides }) => Object.values(sides).reduce((sum, { failed }) => sum + failed, 0));
  const high = niceCeiling(Math.max(1, ...counts));
  const y = linearScale(0, high, bottom, from);
  const width = Math.max(1.5, x((seconds[0]?.startMs ?? 0) + 2 * halfOf(seconds)) - x(seconds[0]?.startMs ?? 0) - 0.5);
  return {
    height: bottom - top,
    parts: [
      heading(layout, top, 'Failed requests', counts.every((count) => count === 0) ? 'none' : ''),
      ...yAxis(layout, y, [
        { at: 0, label: '0' },
        { at: high, label: plainNumber(high, 1) },
      ]),
      ...counts.flatMap((count, i) =>
        count === 0
          ? []
          : [
              svg('rect', {
                class: 'bar fail',
                x: x(seconds[i]?.startMs ?? 0),
                y: y(count),
                width,
                height: bottom - y(count),
              }),
            ],
      ),
    ],
  };
}

/** What happened, by the numbers of the list below. */
function eventsPanel(marks: RehearsalResult['marks'], plot: Plot, fromMs: number, top: number): Panel {
  const { layout, x } = plot;
  const middle = top + headingHeight + eventRadius;
  let taken = Number.NEGATIVE_INFINITY;
  const parts = marks.flatMap(({ atMs, kind }, i) => {
    if (atMs < fromMs) return [];
    const at = x(atMs);
    // Where they are too close to one another, the first stands for them.
    if (at - taken < 2 * eventRadius + 2) return [];
    taken = at;
    return [
      svg('line', { class: 'change-line', x1: at, x2: at, y1: headingHeight, y2: middle - eventRadius }),
      svg('circle', { class: `change ${kind}`, cx: at, cy: middle, r: eventRadius }),
      svg('text', { class: 'strong', x: at, y: middle + 4, 'text-anchor': 'middle' }, [String(i + 1)]),
    ];
  });
  return {
    height: headingHeight + 2 * eventRadius,
    parts: [heading(layout, top, 'What happened', 'numbers: see the list'), ...parts],
  };
}

function halfOf(seconds: readonly Second[]): number {
  const [first, last] = [seconds[0], seconds.at(-1)];
  if (first === undefined || last === undefined || seconds.length < 2) return 500;
  return (last.startMs - first.startMs) / (seconds.length - 1) / 2;
}
