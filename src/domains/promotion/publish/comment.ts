import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Results } from '../../../model/results.ts';
import { plural } from '../../../report-kit/format.ts';
import { markdownCode, markdownText, markdownTable as table, withinSize } from '../../../report-kit/markup.ts';
import { objectivesView } from '../../../report-kit/objectives-table.ts';
import { asSentence, firstWords, visible } from '../../../report-kit/text.ts';
import { type Subject, subjectOf } from '../request/subject.ts';

const text = (most: number) => z.string().max(most);
const words = ['PASSED', 'FAILED', 'READY', 'NOT READY', 'INCONCLUSIVE'] as const;

/** What a comment is written from. Where it was kept by the workflow of a fork, all of it is that fork's claim. */
export const commentSchema = z.strictObject({
  format: z.literal('shakedown.comment/1'),
  number: z.int().min(1),
  subject: z.strictObject({
    scope: z.string().regex(/^[0-9a-f]{16}$/),
    key: z.string().regex(/^[0-9a-f]{32}$/),
    run: text(100),
    startedAt: z.iso.datetime(),
    approved: z.null(),
  }),
  word: z.enum(words),
  candidate: text(300),
  environment: text(300),
  sentence: text(2_000),
  objectives: z
    .array(
      z.strictObject({
        verdict: z.enum(['fail', 'inconclusive']),
        title: text(300),
        observed: text(300),
        target: text(300),
        reason: text(1_000),
      }),
    )
    .max(60),
  passed: z.int().min(0),
  missing: z.array(text(1_000)).max(12),
  report: z
    .string()
    .max(500)
    .regex(/^https?:\/\/[\w.:/#-]+$/)
    .nullable(),
});

export type CommentContent = z.output<typeof commentSchema>;

interface About {
  readonly number: number;
  readonly commit: string;
  readonly job: string;
  readonly report: string | null;
}

/** @param results through `readableResults` */
export function commentOf(results: Results, { number, commit, job, report }: About): CommentContent {
  const { candidate, environment, word, sentence, missing } = results;
  const { rows } = objectivesView(results.objectives, candidate.baselineVersion);
  return {
    format: 'shakedown.comment/1',
    number,
    subject: { ...subjectOf(results, { commit, approved: null, to: `the pull request, ${job}` }), approved: null },
    word,
    candidate: firstWords(`${candidate.name} ${candidate.version}`, 290),
    environment: firstWords(environment.name, 290),
    sentence: firstWords(asSentence(sentence), 1_900),
    objectives: rows.flatMap(({ verdict, title, route, observed, target, reason }) =>
      verdict === 'pass'
        ? []
        : [
            {
              verdict,
              title: [title, route ?? ''].join(' ').trim(),
              observed,
              target,
              reason: firstWords(reason, 900),
            },
          ],
    ),
    passed: rows.filter(({ verdict }) => verdict === 'pass').length,
    missing: missing.slice(0, 12).map((line) => firstWords(line, 900)),
    report,
  };
}

const signs: Record<(typeof words)[number], string> = {
  ...{ PASSED: '✅', READY: '✅', FAILED: '🛑', 'NOT READY': '🛑', INCONCLUSIVE: '🔶' },
};

const plain = (given: string) => markdownText(visible(given));

/**
 * The comment, long to short; each is tried where the one before is too long.
 * @param claimed whether somebody else's workflow says so: the code of a fork, which can write anything
 * @param limit characters that the forge takes
 */
export function commentTexts(
  content: CommentContent,
  { claimed, commit, limit }: { claimed: boolean; commit: string; limit: number },
): string[] {
  return [
    { rows: 60, missing: 12, bytes: limit },
    { rows: 12, missing: 3, bytes: Math.min(limit, 8_000) },
    { rows: 0, missing: 0, bytes: Math.min(limit, 2_000) },
  ].map(({ rows, missing, bytes }) => {
    const shown = content.objectives.slice(0, rows);
    const kept = content.missing.slice(0, missing);
    const left = content.objectives.length - shown.length;
    return withinSize(
      [
        `## ${signs[content.word]} ${content.word}: ${plain(content.candidate)} on ${plain(content.environment)}`,
        claimed
          ? '> [!WARNING]\n> This is what the workflow of a fork says of itself. Whoever opened the pull request can change that workflow: look at its code, and at its log, before you believe it.'
          : '',
        plain(content.sentence),
        shown.length === 0
          ? ''
          : table(
              ['Verdict', 'Objective', 'Target', 'Observed', 'Why'],
              shown.map(({ verdict, title, target, observed, reason }) => [
                verdict === 'fail' ? '🛑 fail' : '🔶 inconclusive',
                ...[title, target, observed, reason].map(plain),
              ]),
              0,
            ),
        [
          left > 0 ? `${plural(left, 'objective')} more failed or ${left === 1 ? 'is' : 'are'} inconclusive.` : '',
          content.passed > 0 ? `${plural(content.passed, 'objective')} passed.` : '',
        ]
          .filter(Boolean)
          .join(' '),
        kept.length === 0 ? '' : `**Missing**\n\n${kept.map((line) => `- ${plain(line)}`).join('\n')}`,
        [
          content.report === null ? '' : `[Reports](${content.report})`,
          `run ${markdownCode(visible(content.subject.run))}`,
          `commit ${markdownCode(commit.slice(0, 12))}`,
        ]
          .filter(Boolean)
          .join(' · '),
      ].filter((part) => part !== ''),
      bytes,
    );
  });
}

/**
 * Of a claim: what a fork says of its own scope counts only among claims, so that none takes the place of a comment of ours, and what it says of its time
 * counts for nothing, so that none outlasts the next one.
 */
export function claimedSubject(subject: Subject): Subject {
  const scope = createHash('sha256').update(`a claim of ${subject.scope}`).digest('hex').slice(0, 16);
  return { ...subject, scope, startedAt: new Date().toISOString() };
}
