import { isOfAll } from '../../../gate/objectives.ts';
import type { LatencyFigures, Results } from '../../../model/results.ts';
import type { Interval } from '../../../model/verdict.ts';
import { pairDrawing, spreadAxis, spreadHead } from '../../../report-kit/chart/spread.ts';
import { interval, milliseconds, nothing, percent, plainNumber } from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';

/** A figure against a target: in words, because a colour alone says nothing. */
export interface Against {
  isOver: boolean;
  text: string;
}

export interface PercentileRow {
  name: string;
  response: string;
  interval: string;
  strict: Against;
  standard: Against;
  service: string;
  waiting: string;
  drawing: SvgMarkup | null;
}

export interface PercentilesView {
  strict: string;
  standard: string;
  head: SvgMarkup;
  rows: PercentileRow[];
}

const percentileNames: Record<keyof LatencyFigures, string> = {
  p50: 'p50',
  p90: 'p90',
  p95: 'p95',
  p99: 'p99',
  p999: 'p99.9',
  max: 'Maximum',
  mean: 'Mean',
};

/** `under, at 78 %` of the target, `over, at 213 %`, or `over, 23 ×`. A figure on the target is not under it. */
function against(value: number | null, target: number): Against {
  if (value === null || !Number.isFinite(value) || !(target > 0)) return { isOver: false, text: nothing };
  const isOver = value >= target;
  const share = (value / target) * 100;
  // Whole percents, but never rounded onto the target or across it.
  const shown = Math.abs(share - 100) >= 1 ? (isOver ? Math.floor(share) : Math.ceil(share)) : share;
  if (share >= 1000) return { isOver, text: `over, ${plainNumber(value / target, 0)}\u00a0×` };
  return { isOver, text: `${isOver ? 'over' : 'under'}, at ${percent(shown)}` };
}

function intervalOf(results: Results, name: string): Interval | null {
  const found = results.objectives.find(
    ({ objective }) => objective.metric === 'response_time' && objective.statistic === name && isOfAll(objective),
  );
  return found?.interval ?? null;
}

/** Every percentile against both targets, response time beside service time. */
export function percentilesView(results: Results): PercentilesView | null {
  const { load } = results.sections;
  if (load === undefined) return null;
  const { response, service, latencyTargetsMs: targets } = load;
  const axis = spreadAxis([response, service], targets);
  return {
    strict: milliseconds(targets.strict),
    standard: milliseconds(targets.standard),
    head: spreadHead(axis),
    rows: (Object.keys(percentileNames) as (keyof LatencyFigures)[]).map((key) => {
      const [own, served] = [response[key], service[key]];
      const name = percentileNames[key];
      return {
        name,
        response: milliseconds(own),
        interval: interval(intervalOf(results, name), 'ms'),
        strict: against(own, targets.strict),
        standard: against(own, targets.standard),
        service: milliseconds(served),
        waiting: own === null || served === null ? nothing : milliseconds(own - served),
        drawing: pairDrawing(axis, own, served),
      };
    }),
  };
}
