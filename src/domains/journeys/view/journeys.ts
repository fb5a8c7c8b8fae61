import { coarse } from '../../../gate/words.ts';
import type { FunnelStep, JourneyResult, JourneysResult, JourneyTimes, ShareFigure } from '../../../model/journeys.ts';
import type { Results } from '../../../model/results.ts';
import { funnelBar } from '../../../report-kit/chart/funnel.ts';
import { count, interval, milliseconds, nothing, percent, plural } from '../../../report-kit/format.ts';
import type { SvgMarkup } from '../../../report-kit/svg.ts';
import { shortened } from '../../../report-kit/text.ts';
import type { Fact } from '../../../report-kit/verdict.ts';

const mostJourneys = 6;
const longestName = 60;

interface UseRow {
  name: string;
  drawing: SvgMarkup | null;
  production: string;
  requests: string;
  replayed: string;
  lost: string;
  lostInterval: string;
  isLosing: boolean;
}

interface JourneyView {
  name: string;
  sentence: string;
  steps: UseRow[];
  facts: Fact[];
  impact: string;
}

export interface JourneysView {
  sessions: string;
  journeys: JourneyView[];
  features: UseRow[];
  notes: string[];
  leftOut: string;
}

/** Funnels, features, and what waiting has to do with them; null where sessions were not followed. */
export function journeysView({ sections: { journeys: found } }: Results): JourneysView | null {
  if (found === undefined || (found.journeys.length === 0 && found.features.length === 0)) return null;
  const shown = found.journeys.slice(0, mostJourneys);
  return {
    sessions: sessionsLine(found),
    journeys: shown.map(journeyView),
    features: found.features.map((feature) => ({
      ...row(feature, feature.recordedSessions.percent),
      production: percent(feature.recordedSessions.percent),
      requests: `${percent(feature.recordedRequests.percent)} → ${percent(feature.replayedRequests.percent)}`,
    })),
    notes: found.notes.map((line) => shortened(line, 400)),
    leftOut: found.journeys.length > shown.length ? count(found.journeys.length - shown.length) : '',
  };
}

function sessionsLine({ recordedSessions, sessions: { judged } }: JourneysResult): string {
  return `${plural(recordedSessions, 'session')} recorded in production, ${plural(judged, 'session')} replayed and counted`;
}

function journeyView({ name, steps, sentence, times, frustratedMs, underFault, impact }: JourneyResult): JourneyView {
  const began = steps[0]?.recorded ?? 0;
  const underFaultText =
    underFault === null
      ? []
      : [{ name: 'Completed under a fault', value: `${count(underFault.done)} of ${count(underFault.due)}` }];
  return {
    name: shortened(name, longestName),
    sentence: shortened(sentence, 300),
    steps: steps.map((step) => stepRow(step, began)),
    facts: [
      { name: 'Total wait, production', value: timesText(times.recorded) },
      { name: 'Total wait, replayed', value: timesText(times.replayed) },
      {
        name: `More than ${milliseconds(frustratedMs)} in total`,
        value: `${percent(times.recorded?.frustrated ?? null)} → ${percent(times.replayed?.frustrated ?? null)}`,
      },
      ...underFaultText,
    ],
    impact: shortened(impact.sentence, 500),
  };
}

function stepRow(step: FunnelStep, began: number): UseRow {
  const share = began > 0 ? (100 * step.recorded) / began : null;
  return { ...row(step, share), production: count(step.recorded), requests: percent(share) };
}

function row(
  { name, due, done, lost }: { name: string; due: number; done: number; lost: ShareFigure },
  share: number | null,
): Omit<UseRow, 'production' | 'requests'> {
  return {
    name: shortened(name, longestName),
    drawing: funnelBar(share, lost.percent),
    replayed: due === 0 ? nothing : `${count(done)} of ${count(due)}`,
    lost: percent(lost.percent),
    lostInterval: lost.interval === null ? '' : interval(coarse(lost.interval), '%'),
    isLosing: lost.interval !== null && coarse(lost.interval).low > 0,
  };
}

function timesText(times: JourneyTimes | null): string {
  return times === null ? 'unknown' : `p50 ${milliseconds(times.p50)}, p95 ${milliseconds(times.p95)}`;
}

/** A line a journey, those that lose most first. */
export function journeyLines(found: JourneysResult | undefined): string[] {
  const lostOf = ({ steps }: JourneyResult) => steps.at(-1)?.lost.interval?.low ?? 0;
  return (found?.journeys ?? [])
    .toSorted((a, b) => lostOf(b) - lostOf(a))
    .map(({ name, sentence }) => `${shortened(name, longestName)}: ${sentence}`);
}
