import { isOfAll } from '../../gate/objectives.ts';
import { type Charted, type Layout, mediumLayout, narrowLayout, wideLayout } from '../../report-kit/chart/plot.ts';
import { timelineChart } from '../../report-kit/chart/timeline.ts';
import { plural } from '../../report-kit/format.ts';
import { svgMarkup } from '../../report-kit/svg.ts';
import { worstMoment } from '../../report-kit/timeline-view.ts';
import type { LiveState } from './state.ts';

const layouts = new Map<string, Layout>([
  ['w', wideLayout],
  ['m', mediumLayout],
  ['n', narrowLayout],
]);

/** The report's own drawing of the run so far; null before the first window and for a layout that there is not. */
export function drawing(state: LiveState, layoutId: string): string | null {
  const layout = layouts.get(layoutId);
  const points = state.points.list();
  if (layout === undefined || points.length === 0) return null;
  const charted: Charted = {
    run: { startedAt: state.startedAt ?? '', loadStartedAt: state.startedAt },
    timeline: { bucketMs: state.points.pointMs, points, bands: state.marks },
    latencyTargetsMs: [state.run.targetsMs.strict, state.run.targetsMs.standard],
    errorTargetPercent: state.run.objectives.find((one) => one.metric === 'error_rate' && isOfAll(one))?.target ?? null,
  };
  const worst = worstMoment(charted);
  const said = `${plural(points.length, 'point')} so far. ${worst === null ? 'No response was measured.' : `Worst moment: ${worst.label}.`}`;
  return svgMarkup(timelineChart(charted, layout, worst, said));
}
