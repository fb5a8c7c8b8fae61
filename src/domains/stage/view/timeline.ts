import type { Verdict } from '../../../model/verdict.ts';
import { markAt } from '../../../report-kit/chart/marks.ts';
import { type Layout, labelWidth, mediumLayout, narrowLayout, wideLayout } from '../../../report-kit/chart/plot.ts';
import { linearScale, timeTicks } from '../../../report-kit/chart/scale.ts';
import { plural } from '../../../report-kit/format.ts';
import { type SvgMarkup, svg } from '../../../report-kit/svg.ts';
import { firstWords } from '../../../report-kit/text.ts';
import { clock, relative } from '../../../report-kit/time.ts';
import { type StageRole, stageRoles } from '../../phase.ts';
import type { StageSection } from '../section.ts';

const rowHeight = 19;
const barHeight = 11;
const nameHeight = 28;
const gap = 8;
const eventsAtMost = 60;

interface Bar {
  label: string;
  fromMs: number;
  toMs: number;
  verdict: Verdict;
}

/** Roles one under the other, a row for each phase, and the events as marks above them: a drawing for each width of the page. */
export function stageTimelines(stage: StageSection, startedAt: string): SvgMarkup[] {
  return [wideLayout, mediumLayout, narrowLayout].map((layout) => drawing(stage, startedAt, layout));
}

function drawing(stage: StageSection, startedAt: string, layout: Layout): SvgMarkup {
  const lengthMs = Math.max(1000, stage.wallMs);
  const [left, right] = [8, layout.width - 8];
  const x = linearScale(0, lengthMs, left, right);
  const parts: SvgMarkup[] = [];
  let y = 0;
  const events = stage.events.slice(0, eventsAtMost);
  parts.push(svg('text', { class: 'quiet', x: 0, y: y + 13 }, [`Events (${events.length})`]));
  y += nameHeight;
  for (const { atMs } of events) parts.push(svg('circle', { class: 'bar info', cx: x(atMs), cy: y + 5, r: 4 }));
  y += rowHeight + gap;
  for (const role of Object.keys(stageRoles) as StageRole[]) {
    const bars = barsOf(stage, role);
    parts.push(svg('text', { class: 'strong', x: 0, y: y + 13 }, [stageRoles[role]]));
    y += nameHeight;
    if (bars.length === 0) {
      parts.push(svg('text', { class: 'quiet', x: left, y: y + 4 }, ['nothing was done']));
      y += rowHeight;
    }
    for (const bar of bars) {
      parts.push(...row(bar, x, y, right));
      y += rowHeight;
    }
    y += gap;
  }
  const most = Math.max(2, Math.floor((right - left) / (labelWidth('00:00:00') + 24)));
  const marks = timeTicks(lengthMs, Math.min(layout.timeTicks, most));
  const lines = marks.map((at) => svg('line', { class: 'grid', x1: x(at), x2: x(at), y1: nameHeight, y2: y }));
  const labels = marks.flatMap((at, index) => {
    const anchor = index === 0 ? 'start' : x(at) > right - 30 ? 'end' : 'middle';
    return [
      svg('text', { class: 'strong', x: x(at), y: y + 15, 'text-anchor': anchor }, [
        clock(startedAt, at, lengthMs < 1_200_000),
      ]),
      svg('text', { class: 'quiet', x: x(at), y: y + 29, 'text-anchor': anchor }, [relative(at)]),
    ];
  });
  const id = `stage-${layout.id}`;
  return svg(
    'svg',
    {
      class: `chart timeline-${layout.id}`,
      viewBox: `0 0 ${layout.width} ${y + 34}`,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
    },
    [
      svg('title', { id: `${id}-title` }, ['Phases by role, and events, over the stage']),
      svg('desc', { id: `${id}-desc` }, [
        `${plural(stage.phases.filter(({ attempts }) => attempts.length > 0).length, 'phase')} and ${plural(events.length, 'event')}; the tables below have the figures.`,
      ]),
      ...lines,
      ...parts,
      ...labels,
    ],
  );
}

function barsOf(stage: StageSection, role: StageRole): Bar[] {
  return stage.phases
    .filter((phase) => phase.role === role)
    .flatMap(({ id, attempts }) =>
      attempts.map(({ attempt, beganAtMs, endedAtMs, verdict }) => ({
        label: attempts.length === 1 ? id : `${id} (${attempt})`,
        fromMs: beganAtMs,
        toMs: endedAtMs ?? stage.wallMs,
        verdict,
      })),
    )
    .sort((a, b) => a.fromMs - b.fromMs);
}

function row({ label, fromMs, toMs, verdict }: Bar, x: (ms: number) => number, y: number, right: number): SvgMarkup[] {
  const from = x(Math.max(0, fromMs));
  const to = Math.max(from + 3, x(toMs));
  const words = firstWords(label, 30);
  const width = labelWidth(words) + 14;
  // Beside its bar where there is room, else before it, else over it.
  const at = to + 5 + width <= right ? to + 5 : from - 5 - width >= 0 ? from - 5 - width : from + 3;
  return [
    svg('rect', { class: `bar ${verdict}`, x: from, y: y - 6, width: to - from, height: barHeight, rx: 2 }),
    markAt(verdict, at, y - 6, 11),
    svg('text', { class: 'over-line', x: at + 14, y: y + 4 }, [words]),
  ];
}
