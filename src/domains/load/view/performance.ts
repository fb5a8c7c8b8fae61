import type { Results } from '../../../model/results.ts';
import type { ObjectiveResult, Verdict } from '../../../model/verdict.ts';
import {
  byteSize,
  count,
  duration,
  milliseconds,
  nothing,
  percent,
  perSecond,
  plainNumber,
} from '../../../report-kit/format.ts';
import { type ObjectivesView, objectivesView } from '../../../report-kit/objectives-table.ts';
import { asSentence, shortened } from '../../../report-kit/text.ts';
import { clock, relative } from '../../../report-kit/time.ts';
import type { Fact } from '../../../report-kit/verdict.ts';
import type { PageVerdict } from '../../domain.ts';
import type { LoadSection } from '../section.ts';

const worstFirst: Record<Verdict, number> = { fail: 0, inconclusive: 1, pass: 2 };

/** Objectives of the performance gate, worst first. */
function performanceObjectives(results: Results): ObjectiveResult[] {
  return results.objectives
    .filter(({ objective }) => objective.gate === 'performance')
    .toSorted((a, b) => worstFirst[a.verdict] - worstFirst[b.verdict]);
}

export function performanceTable(results: Results): ObjectivesView | null {
  if (results.sections.load === undefined) return null;
  return objectivesView(performanceObjectives(results), results.candidate.baselineVersion);
}

function sentenceOf(load: LoadSection | undefined, objectives: readonly ObjectiveResult[], verdict: Verdict): string {
  if (load === undefined || objectives.length === 0) return 'No performance objective was judged.';
  const { response, averageRatePerSecond: rate } = load;
  const figures = `p95 is ${milliseconds(response.p95)} and p99 ${milliseconds(response.p99)} at ${perSecond(rate)}`;
  if (verdict === 'pass') return `Every performance objective is met: ${figures}.`;
  const causes = objectives.filter((result) => result.verdict === verdict).slice(0, 2);
  if (causes.length === 0) return asSentence(figures);
  return causes
    .map(
      ({ objective, reason }) =>
        `${objective.title}${objective.route === undefined ? '' : ` of ${shortened(objective.route, 60)}`}: ${asSentence(shortened(reason, 200))}`,
    )
    .join(' ');
}

/** The performance gate's verdict. */
export function performanceVerdict(results: Results): PageVerdict {
  const gate = results.gates.find(({ id }) => id === 'performance');
  const verdict = gate === undefined || gate.verdict === 'not run' ? null : gate.verdict;
  return {
    verdict: verdict ?? 'inconclusive',
    word: verdict === null ? 'NOT JUDGED' : verdict.toUpperCase(),
    of: 'Performance',
    sentence: sentenceOf(results.sections.load, performanceObjectives(results), verdict ?? 'inconclusive'),
  };
}

/** Requests, all accounted for, and the rates they came at. */
export function throughputView({ run, sections: { load } }: Results): { facts: Fact[] } | null {
  return load === undefined ? null : { facts: throughputFacts(load, run) };
}

function throughputFacts(load: LoadSection, run: Results['run']): Fact[] {
  const { requests, apdex, averageRatePerSecond, peakRatePerSecond } = load;
  const accounted = requests.completed + requests.failed + requests.unsent;
  const share = requests.planned > 0 ? accounted / requests.planned : null;
  return [
    { name: 'Planned', value: count(requests.planned) },
    { name: 'Completed', value: count(requests.completed) },
    { name: 'Failed', value: count(requests.failed) },
    { name: 'Not sent', value: count(requests.unsent) },
    { name: 'Accounted for', value: share === null ? nothing : percent(share * 100) },
    { name: 'Received', value: byteSize(requests.bytes) },
    { name: 'Rate, average', value: perSecond(averageRatePerSecond) },
    { name: 'Rate, peak', value: perSecond(peakRatePerSecond) },
    { name: 'Time covered', value: `${duration(run.coveredMs)} of ${duration(run.plannedMs)}` },
    {
      name: apdex === null ? 'Apdex' : `Apdex, ${milliseconds(apdex.thresholdMs)}`,
      value: apdex === null ? nothing : plainNumber(apdex.score, 3),
    },
  ];
}

export interface WindowsView {
  summary: string;
  facts: Fact[];
  /** What was answered in invalid windows, and how the verdict would be with it; empty: nothing was. */
  invalid: string[];
  invalidPeriods: { from: string; clock: string; length: string; why: string }[];
  leftOut: string;
}

const mostInvalid = 40;

function invalidLines({ answers, response, service, withThem }: NonNullable<LoadSection['invalid']>): string[] {
  const times = ({ p50, p95, p99 }: LoadSection['response']) =>
    `p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}, p99 ${milliseconds(p99)}`;
  const broken = withThem.filter(({ holds }) => !holds);
  return [
    `In invalid windows there were ${count(answers)} answers that no other figure holds: response time ${times(response)}; service time, which the generator’s lateness is no part of, ${times(service)}.`,
    broken.length === 0
      ? 'With them, every target of the response time would still be met.'
      : `With them, these targets would be missed: ${broken.map(({ title, value, target }) => `${title}, ${milliseconds(value)} against ${milliseconds(target)}`).join('; ')}.`,
  ];
}

/** Which windows count, which do not and why, and how the generator did. */
export function windowsView({ timeline, run, sections: { load } }: Results): WindowsView | null {
  if (load === undefined) return null;
  const { generator } = load;
  const start = run.loadStartedAt ?? run.startedAt;
  const invalidPeriods = timeline.bands.filter(({ lane }) => lane === 'invalid' || lane === 'gap');
  const cores = (value: number | null) => plainNumber(value, 2);
  return {
    summary:
      generator.windows === 0
        ? 'No window was measured.'
        : `${count(generator.windows - generator.invalidWindows)} of ${count(generator.windows)} windows of ${duration(generator.windowMs)} count. A window is invalid where the generator, not the target, was the bottleneck.`,
    facts: [
      { name: 'Lateness, p50', value: milliseconds(generator.latenessP50Ms) },
      { name: 'Lateness, p99', value: milliseconds(generator.latenessP99Ms) },
      { name: 'Lateness, highest', value: milliseconds(generator.latenessMaxMs) },
      { name: 'Waited for the target, p99', value: milliseconds(generator.targetWaitP99Ms) },
      { name: 'Waits for a free virtual user', value: count(generator.starved) },
      { name: 'Processor cores, mean', value: cores(generator.cpuCoresMean) },
      { name: 'Processor cores, peak', value: cores(generator.cpuCoresMax) },
      { name: 'Longest stall of the target', value: duration(generator.longestStallMs) },
    ],
    invalid: load.invalid === undefined ? [] : invalidLines(load.invalid),
    invalidPeriods: invalidPeriods.slice(0, mostInvalid).map(({ startMs, endMs, label }) => ({
      from: relative(startMs),
      clock: clock(start, startMs, true),
      length: duration(endMs - startMs),
      why: shortened(label, 160),
    })),
    leftOut: invalidPeriods.length > mostInvalid ? count(invalidPeriods.length - mostInvalid) : '',
  };
}
