import type { FlatResults } from '../../model/results.ts';
import type { Verdict } from '../../model/verdict.ts';
import { duration, perSecond, plural, score, shortCount } from '../../report-kit/format.ts';
import { quoted, shortened } from '../../report-kit/text.ts';
import { moment } from '../../report-kit/time.ts';

/** Something that the reader must not miss, above the verdict. */
export interface Notice {
  title: string;
  text: string;
}

export interface Fact {
  name: string;
  value: string;
}

/** The first screen. */
export interface VerdictView {
  verdict: Verdict;
  word: string;
  /** Said before the word to those who hear the page. */
  subject: string;
  sentence: string;
  notices: Notice[];
  facts: Fact[];
  /** What the word is about, above it; null where the page's head says so. */
  eyebrow: string | null;
  aside: { title: string; lines: string[]; leftOut: number };
}

const longestSentence = 420;
const longestLine = 260;
const mostMissing = 8;

/** Interrupted runs and the fallback engine: what takes weight from every figure below. */
function noticesOf(results: FlatResults): Notice[] {
  const { run, engine } = results;
  const notices: Notice[] = [];
  if (run.interrupted !== null) {
    // The bare word says no more than the title.
    const why = /^\W*interrupted\W*$/i.test(run.interrupted) ? '' : asSentence(shortened(run.interrupted, longestLine));
    notices.push(
      run.coveredMs > 0
        ? {
            title: `Interrupted after ${lengthOf(run)}`,
            text: `${why} The figures cover only the time before.`.trim(),
          }
        : { title: 'Ended before the load began', text: why || 'Nothing was measured.' },
    );
  }
  if (!engine.certifiable) {
    notices.push({
      title: engine.build === 'embedded' ? `Fallback engine: ${engine.name}, not k6` : `Engine: ${engine.name}`,
      text: `${engine.note === null ? '' : `${asSentence(shortened(engine.note, longestLine))} `}This run cannot certify anything.`,
    });
  }
  return notices;
}

/** With a full stop, so that texts from elsewhere stand as sentences. */
export function asSentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return `${trimmed}${/[.!?…]$/.test(trimmed) ? '' : '.'}`;
}

export function engineText(results: FlatResults): string {
  const { name, version, build } = results.engine;
  const kind = build === 'shakedown' ? 'with exact output' : build === 'stock' ? 'stock build' : 'fallback';
  return `${name} ${shortened(version, 40)}, ${kind}`;
}

/** In a few words, how the recording stands towards personal data. */
export function privacyText({ recording }: FlatResults): string {
  const { privacy, declaredOwn } = recording;
  const own = declaredOwn ? ', declared own' : '';
  if (privacy.state === 'raw') return declaredOwn ? 'not anonymized, declared own' : 'not anonymized';
  return privacy.scan.passed ? 'anonymized, leak scan passed' : `anonymized, leak scan failed${own}`;
}

/** `12 s of 1 min`; of what was measured whole, or had no length that was planned, its length alone. */
function lengthOf({ coveredMs, plannedMs }: FlatResults['run']): string {
  const covered = coveredMs > 0 ? duration(coveredMs) : 'none';
  return coveredMs === plannedMs ? covered : `${covered} of ${duration(plannedMs)}`;
}

function factsOf(results: FlatResults): Fact[] {
  const { run, requests, generator, fidelity } = results;
  const held =
    generator.windows === 0
      ? ''
      : generator.voidWindows === 0
        ? ', generator held'
        : `, ${shortCount(generator.voidWindows)} of ${plural(generator.windows, 'window')} void`;
  const rates =
    results.averageRatePerSecond === null
      ? 'none sent'
      : `${perSecond(results.averageRatePerSecond)}${results.peakRatePerSecond === null ? '' : `, peak ${perSecond(results.peakRatePerSecond)}`}`;
  return [
    {
      name: 'Load',
      value: `${lengthOf(run)} · ${shortCount(requests.sent)} ${requests.sent === 1 ? 'request' : 'requests'}`,
    },
    { name: 'Rate', value: rates },
    {
      name: 'Replay fidelity',
      value: fidelity.score === null ? 'not known' : `${score(fidelity.score)} of 100${held}`,
    },
    { name: 'Recording', value: privacyText(results) },
    { name: 'Engine', value: engineText(results) },
    {
      name: 'Evidence',
      value:
        generator.windows === 0 ? 'none' : `${plural(generator.windows, 'window')} of ${duration(generator.windowMs)}`,
    },
    { name: 'Started', value: moment(run.startedAt) },
  ];
}

export function verdictView(results: FlatResults): VerdictView {
  const { candidate, missing } = results;
  return {
    verdict: results.verdict,
    word: results.word,
    subject: shortened(`${candidate.name} ${candidate.version}`, 60),
    sentence: shortened(results.sentence, longestSentence),
    notices: noticesOf(results),
    facts: factsOf(results),
    eyebrow: null,
    aside: {
      title: 'What is missing',
      lines: missing.slice(0, mostMissing).map((line) => shortened(quoted(line), longestLine)),
      leftOut: Math.max(0, missing.length - mostMissing),
    },
  };
}
