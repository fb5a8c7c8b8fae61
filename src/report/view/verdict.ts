import type { Page } from '../../domains/domain.ts';
import type { Results } from '../../model/results.ts';
import { asSentence, firstWords, quoted, shortened } from '../../report-kit/text.ts';
import { moment } from '../../report-kit/time.ts';
import { coveredLength, type Notice, type VerdictView } from '../../report-kit/verdict.ts';
import type { RunContent } from '../content.ts';
import { reasonOf } from '../declared.ts';

const longestSentence = 560;
const longestLine = 260;
const mostMissing = 8;
const mostGatesNamed = 5;

/** A run that ended before its time: what takes weight from every figure below. */
function interruption({ run }: Results): Notice[] {
  if (run.isRunning)
    return [
      {
        title: `Still running: ${coveredLength(run)} measured so far`,
        text: 'The figures cover only the time until now; the run writes its own report when it has ended.',
      },
    ];
  if (run.interrupted === null) return [];
  // The bare word says no more than the title.
  const why = /^\W*interrupted\W*$/i.test(run.interrupted) ? '' : asSentence(shortened(run.interrupted, longestLine));
  return [
    run.coveredMs > 0
      ? {
          title: `Interrupted after ${coveredLength(run)}`,
          text: `${why} The figures cover only the time before.`.trim(),
        }
      : { title: 'Ended before the load began', text: why || 'Nothing was measured.' },
  ];
}

/** `14 gates: 1 failed, 3 inconclusive, 10 passed`: more names than a line holds say nothing; the tiles below have them. */
function countsOf(gates: Results['gates']): string {
  const of = (wanted: string, word: string) => {
    const count = gates.filter(({ verdict }) => verdict === wanted).length;
    return count === 0 ? [] : [`${count} ${word}`];
  };
  const counts = [...of('fail', 'failed'), ...of('inconclusive', 'inconclusive'), ...of('pass', 'passed')];
  return `${gates.length} gates: ${counts.join(', ')}`;
}

/** What the word is said of: under a policy its name, else the gates that were judged. */
function scopeOf({ policy, gates }: Results): string | null {
  if (policy !== null) return `Policy “${shortened(policy.title, 60)}”`;
  const judged = gates.filter(({ verdict }) => verdict !== 'not run');
  if (judged.length > mostGatesNamed) return countsOf(judged);
  return judged.length === 0 ? null : judged.map(({ title }) => shortened(title, 40)).join(', ');
}

/** The first screen of the index. */
export function verdictView(results: Results, { facts, notices }: Pick<RunContent, 'facts' | 'notices'>): VerdictView {
  const { candidate, missing } = results;
  const subject = shortened(`${candidate.name} ${candidate.version}`, 60);
  const scope = scopeOf(results);
  return {
    verdict: results.verdict,
    word: results.word,
    subject,
    spoken: scope === null ? subject : `${subject}, ${scope}`,
    sentence: firstWords(results.sentence, longestSentence),
    notices: [...interruption(results), ...notices],
    facts: [...facts, { name: 'Started', value: moment(results.run.startedAt) }],
    eyebrow: scope,
    aside: {
      title: 'What is missing',
      lines: missing.slice(0, mostMissing).map((line) => shortened(quoted(line), longestLine)),
      leftOut: Math.max(0, missing.length - mostMissing),
    },
  };
}

/** The first screen of a page with a verdict of its own, and the run's beside it; null for a page without. */
export function pageVerdict(results: Results, page: Page, whole: VerdictView, warnings: string[]): VerdictView | null {
  if (page.verdict === undefined) return null;
  const aside = {
    title: 'The run as a whole',
    lines: [`${results.word}. ${firstWords(results.sentence, longestSentence)}`],
    leftOut: 0,
  };
  try {
    const { verdict, word, of, sentence } = page.verdict(results);
    // The same sentence once more says nothing.
    const isSame = verdict === results.verdict && sentence === results.sentence;
    const beside = isSame ? { ...aside, lines: [] } : aside;
    return { ...whole, verdict, word, eyebrow: of, spoken: `${of} of ${whole.subject}`, sentence, aside: beside };
  } catch (error) {
    const sentence = `The verdict of this page could not be made: ${reasonOf(error)}.`;
    warnings.push(`${page.file}: ${sentence}`);
    const spoken = `${page.title} of ${whole.subject}`;
    return { ...whole, verdict: 'inconclusive', word: 'INCONCLUSIVE', eyebrow: page.title, spoken, sentence, aside };
  }
}
