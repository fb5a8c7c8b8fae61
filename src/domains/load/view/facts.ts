import type { EngineInfo, RecordingInfo, Results } from '../../../model/results.ts';
import { duration, milliseconds, percent, perSecond, plural, score, shortCount } from '../../../report-kit/format.ts';
import { asSentence, shortened } from '../../../report-kit/text.ts';
import { coveredLength, type Fact, type Notice } from '../../../report-kit/verdict.ts';
import type { SummaryTable } from '../../domain.ts';
import type { LoadSection } from '../section.ts';

const longestNote = 260;

export function engineText({ name, version, build }: EngineInfo): string {
  const kind = build === 'shakedown' ? 'with exact output' : build === 'stock' ? 'stock build' : 'fallback';
  return `${shortened(name, 40)} ${shortened(version, 40)}, ${kind}`;
}

/** In a few words, how the recording stands towards personal data. */
export function privacyText({ privacy, declaredOwn }: RecordingInfo): string {
  const own = declaredOwn ? ', declared own' : '';
  if (privacy.state === 'raw') return declaredOwn ? 'not anonymized, declared own' : 'not anonymized';
  return privacy.scan.passed ? 'anonymized, leak scan passed' : `anonymized, leak scan failed${own}`;
}

/** An engine whose figures cannot certify anything. */
export function engineNotices({ sections: { load } }: Results): Notice[] {
  if (load === undefined || load.engine.certifiable) return [];
  const { build, note } = load.engine;
  const name = shortened(load.engine.name, 40);
  return [
    {
      title: build === 'embedded' ? `Fallback engine: ${name}, not k6` : `Engine: ${name}`,
      text: `${note === null ? '' : `${asSentence(shortened(note, longestNote))} `}This run cannot certify anything.`,
      brief: `Made on ${name}, the fallback engine: cannot certify anything`,
    },
  ];
}

/** What was sent, how fast, from what and by what. */
export function loadFacts({ run, sections: { load } }: Results): Fact[] {
  if (load === undefined) return [];
  const { requests, generator, fidelity, averageRatePerSecond: average, peakRatePerSecond: peak } = load;
  const rates =
    average === null ? 'none sent' : `${perSecond(average)}${peak === null ? '' : `, peak ${perSecond(peak)}`}`;
  return [
    {
      name: 'Load',
      value: `${coveredLength(run)} · ${shortCount(requests.sent)} ${requests.sent === 1 ? 'request' : 'requests'}`,
    },
    ...lostLoad(load),
    { name: 'Rate', value: rates },
    ...serviceTimes(load),
    {
      name: 'Replay fidelity',
      value:
        fidelity.score === null
          ? 'not known'
          : `${score(fidelity.score)} of 100${weakestPart(fidelity.parts)}${heldWords(generator)}`,
    },
    { name: 'Recording', value: privacyText(load.recording) },
    { name: 'Engine', value: engineText(load.engine) },
    {
      name: 'Evidence',
      value:
        generator.windows === 0 ? 'none' : `${plural(generator.windows, 'window')} of ${duration(generator.windowMs)}`,
    },
  ];
}

function lostLoad({ requests, lostGenerators = [], lostRequests: lost = 0 }: LoadSection): Fact[] {
  const isLeast = lostGenerators.some((one) => one.isLeast);
  if (lost === 0 && !isLeast) return [];
  const share = requests.planned === 0 ? '' : ` (${percent((100 * lost) / requests.planned)})`;
  const much = lost === 0 ? 'not known' : `${isLeast ? 'at least ' : ''}${plural(lost, 'request')}${share}`;
  return [{ name: 'Lost load', value: `${much}, with ${plural(lostGenerators.length, 'load generator')} that died` }];
}

/** Beside the response times of the objectives: what a request took once it was sent. */
function serviceTimes({ service }: LoadSection): Fact[] {
  if (service.p95 === null) return [];
  const shown = (['p50', 'p95', 'p99'] as const).map((key) => `${key} ${milliseconds(service[key])}`);
  return [{ name: 'Service time', value: shown.join(', ') }];
}

/** Where the score is lost; docs/fidelity.md explains each part. */
function weakestPart(parts: LoadSection['fidelity']['parts']): string {
  const [weakest] = parts.toSorted((a, b) => (100 - b.score) * b.weight - (100 - a.score) * a.weight);
  if (weakest === undefined || weakest.score >= 99.5) return '';
  return `, weakest part: ${shortened(weakest.name, 40)} ${score(weakest.score)}`;
}

function heldWords({ windows, invalidWindows }: LoadSection['generator']): string {
  if (windows === 0) return '';
  return invalidWindows === 0
    ? ', generator held'
    : `, ${shortCount(invalidWindows)} of ${plural(windows, 'window')} invalid`;
}

/** Percentiles against both targets, for the summary. */
export function percentilesTable({ sections: { load } }: Results): SummaryTable[] {
  if (load === undefined) return [];
  const { response, latencyTargetsMs: targets } = load;
  const against = (value: number | null, goal: number) =>
    value === null ? '–' : value < goal ? 'under' : { strong: 'over' };
  return [
    {
      title: 'Response time, from the planned arrival',
      head: ['', 'Response', `${milliseconds(targets.strict)} target`, `${milliseconds(targets.standard)} target`],
      rows: (['p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const).map((key) => [
        key === 'p999' ? 'p99.9' : key,
        milliseconds(response[key]),
        against(response[key], targets.strict),
        against(response[key], targets.standard),
      ]),
      figures: 3,
    },
  ];
}
