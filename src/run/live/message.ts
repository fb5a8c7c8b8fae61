import { isOfAll } from '../../gate/objectives.ts';
import type { TimelineBand } from '../../model/results.ts';
import { laneNames } from '../../report-kit/chart/lanes.ts';
import { byteSize, count, duration, milliseconds, percent, perSecond, plural } from '../../report-kit/format.ts';
import { readable, shortened } from '../../report-kit/text.ts';
import { clock, relative } from '../../report-kit/time.ts';
import { soFar, standings } from './so-far.ts';
import type { LiveState } from './state.ts';

export type TileState = 'pass' | 'fail' | 'inconclusive' | 'none';

/** What the page shows: every figure in words already, so that the page only has to put it in its place. A few kilobytes. */
export interface LiveMessage {
  /** Text by the `data-field` that it goes into. */
  fields: Record<string, string>;
  state: 'pass' | 'fail' | 'inconclusive';
  /** How it stands over the whole run, by tile. */
  tiles: Record<string, TileState>;
  /** Tiles whose figure is on the wrong side of its target: of the last window, where the figure is. */
  missed: string[];
  /** 0…100 */
  progress: number;
  /** Above the verdict; null for none. */
  alarm: string | null;
  /** Newest first. */
  events: { time: string; at: string; lane: string; label: string; state: TimelineBand['state'] }[];
  /** Goes up when the drawing would be another. */
  revision: number;
  /** Path of the report, once there is one. */
  report: string | null;
}

const shownEvents = 12;
const longestName = 60;
/** Windows close when every request planned in them is answered: one still open this long after its end is news. */
const staleMs = 5000;

const whole = (ms: number) => (ms < 1000 ? '0\u00a0s' : duration(Math.floor(ms / 1000) * 1000));

export function liveMessage(state: LiveState): LiveMessage {
  const verdict = soFar(state);
  const { window, run } = state;
  const seconds = window === null ? 0 : window.durationMs / 1000;
  const achieved = window === null || seconds <= 0 ? null : (window.completed + window.failed) / seconds;
  const planned = window === null || seconds <= 0 ? null : window.planned / seconds;
  const share = state.done === 0 ? null : (100 * state.failed) / state.done;
  const over = (p: number) => {
    const us = state.response.percentile(p);
    return us === null ? null : us / 1000;
  };
  const { strict, standard } = run.targetsMs;
  const errorTarget = run.objectives.find((one) => one.metric === 'error_rate' && isOfAll(one));
  const leftMs = Math.max(0, state.totalMs - state.elapsedMs);
  const behind = achieved !== null && planned !== null && achieved < planned * 0.9;
  return {
    fields: {
      word: verdict.word,
      sentence: readable(verdict.sentence),
      run: state.id ?? 'not begun',
      phase: readable(shortened(nowOf(state), longestName)),
      elapsed: `${whole(Math.min(state.elapsedMs, state.totalMs))} of ${whole(state.totalMs)}`,
      left: state.outcome !== null ? 'none' : whole(leftMs),
      started: state.startedAt === null ? '–' : `${clock(state.startedAt, 0, true)} UTC`,
      engine: state.engine === null ? '–' : readable(`${state.engine.name} ${state.engine.version}`),
      disk: byteSize(state.freeBytes),
      rate: perSecond(achieved),
      planned: `of ${perSecond(planned)} planned`,
      p50: milliseconds(window?.response.p50 ?? null),
      p50all: `${milliseconds(over(50))} so far`,
      p95: milliseconds(window?.response.p95 ?? null, strict),
      p95all: `${milliseconds(over(95), strict)} so far, target < ${milliseconds(strict)}`,
      p99: milliseconds(window?.response.p99 ?? null, standard),
      p99all: `${milliseconds(over(99), standard)} so far, target < ${milliseconds(standard)}`,
      errors: percent(share, errorTarget?.target),
      errorsall: `${count(state.failed)} of ${count(state.done)}${errorTarget === undefined ? '' : `, target < ${percent(errorTarget.target)}`}`,
      late: milliseconds(window?.generatorLatenessP99Ms ?? null),
      invalid: count(state.invalidWindows),
      windows: `of ${plural(state.windows, 'window')}${window?.invalid == null ? '' : '; the last one too'}`,
      requests: count(state.done),
      requestsall: `answered; ${count(state.due)} due in closed windows`,
      caption: captionOf(state),
      ...panelFields(state),
    },
    state: verdict.state,
    tiles: {
      rate: planned === null ? 'none' : behind ? 'inconclusive' : 'pass',
      p95: standing(state, 'p95'),
      p99: standing(state, 'p99'),
      errors: standing(state, 'error_rate'),
      invalid: state.windows === 0 ? 'none' : state.invalidWindows > 0 ? 'inconclusive' : 'pass',
    },
    missed: [
      ...(isOver(window?.response.p95, strict) ? ['p95'] : []),
      ...(isOver(window?.response.p99, standard) ? ['p99'] : []),
      ...(isOver(share, errorTarget?.target) ? ['errors'] : []),
    ],
    progress: state.totalMs > 0 ? Math.min(100, Math.round((1000 * state.elapsedMs) / state.totalMs) / 10) : 0,
    alarm: alarmOf(state),
    events: state.marks
      .toSorted((a, b) => b.startMs - a.startMs)
      .slice(0, shownEvents)
      .map((band) => ({
        time: clock(state.startedAt, band.startMs, true),
        at: relative(band.startMs),
        lane: laneNames[band.lane],
        label: readable(shortened(band.label, 160)),
        state: band.state,
      })),
    revision: state.revision,
    report: state.outcome?.index ?? null,
  };
}

/** A target that answers nothing keeps windows open: then the figures are old, and that is what there is to say. */
function nowOf({ outcome, window, elapsedMs, totalMs, phase, startedAt }: LiveState): string {
  if (outcome !== null) return 'ended';
  if (startedAt === null || elapsedMs >= totalMs) return phase;
  const closedMs = window === null ? 0 : window.startMs + window.durationMs;
  const usualMs = window === null ? staleMs : Math.max(staleMs, 2 * window.durationMs);
  return elapsedMs - closedMs > usualMs ? `waiting for answers for ${whole(elapsedMs - closedMs)}` : phase;
}

/** The field of the page that a domain's figure goes into. */
export function fieldOf(panel: string, figure: string): string {
  return `${panel}-${figure.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
}

function panelFields({ panels }: LiveState): Record<string, string> {
  const all = panels.flatMap(({ id, figures }) =>
    figures.map(({ name, value, none }) => [fieldOf(id, name), readable(shortened(value ?? none, 120))]),
  );
  return Object.fromEntries(all);
}

function captionOf({ points, window }: LiveState): string {
  if (window === null) return '';
  const isMerged = points.pointMs > window.durationMs;
  return `Times in UTC; a point is ${duration(points.pointMs)}${isMerged ? ' and shows the highest percentiles in it' : ''}.`;
}

function isOver(value: number | null | undefined, target: number | undefined): boolean {
  return value != null && target !== undefined && value >= target;
}

/** Over all windows that count, as the verdict will be. */
function standing(state: LiveState, which: 'p95' | 'p99' | 'error_rate'): TileState {
  const own = standings(state).find(({ objective }) =>
    which === 'error_rate'
      ? objective.metric === 'error_rate'
      : objective.metric === 'response_time' && objective.statistic === which,
  );
  return state.windows === 0 || own === undefined ? 'none' : own.verdict;
}

function alarmOf(state: LiveState): string | null {
  if (state.outcome !== null) return null;
  const urgent = state.panels.find(({ alarm }) => alarm !== null)?.alarm;
  if (urgent != null) return readable(shortened(urgent, 200));
  if (state.engine?.certifiable === false) {
    const { name, note } = state.engine;
    return readable(
      `Engine ${name}: this run cannot certify anything.${note === null ? '' : ` ${shortened(note, 200)}`}`,
    );
  }
  return null;
}
