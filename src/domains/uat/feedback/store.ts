import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFileSync } from '../../../evidence/atomic-file.ts';
import { addToManifest } from '../../../evidence/manifest.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { FeedbackAnswer, FeedbackScale } from '../../../model/feedback.ts';
import { mostAnswers, readAnswer } from './answer.ts';

const place = ['evidence', 'feedback'] as const;

/** The answers of a run, oldest first, and how many files are none. */
export function readAnswers(folder: string, scale: FeedbackScale): { answers: FeedbackAnswer[]; damaged: number } {
  let names: string[] = [];
  try {
    names = readdirSync(join(folder, ...place))
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { answers: [], damaged: 0 };
  }
  const answers: FeedbackAnswer[] = [];
  let damaged = 0;
  for (const name of names) {
    let values: unknown;
    try {
      values = JSON.parse(readFileSync(join(folder, ...place, name), 'utf8'));
    } catch {
      damaged++;
      continue;
    }
    for (const value of Array.isArray(values) ? values : [values]) {
      const answer = readAnswer(value, scale);
      if (typeof answer === 'string') damaged++;
      else answers.push(answer);
    }
  }
  return { answers: answers.slice(0, mostAnswers), damaged };
}

/** Of no other answer, and after those before it. */
function freshName(): string {
  return `${new Date().toISOString().replace(/\D/g, '')}-${randomBytes(4).toString('hex')}.json`;
}

/** Writes answers into a run whose evidence is not sealed yet. */
export function storeAnswers(folder: string, answers: readonly FeedbackAnswer[], name = freshName()): void {
  if (answers.length === 0) return;
  mkdirSync(join(folder, ...place), { recursive: true });
  try {
    replaceFileSync(join(folder, ...place, name), `${JSON.stringify(answers, null, 1)}\n`);
  } catch (cause) {
    throw new ShakedownError('UAT_FEEDBACK', `Cannot write feedback into ${folder}: ${(cause as Error).message}.`, {
      hint: 'Check that the folder is writable and the disk has room.',
      cause,
    });
  }
}

/**
 * Adds answers to a run that has ended, and to its manifest: a sign-off from now on covers them, and those before hold no longer.
 * @throws ShakedownError NO_MANIFEST, EVIDENCE_CHANGED where the evidence is not what the run left, UAT_FEEDBACK
 */
export function addAnswers(folder: string, answers: readonly FeedbackAnswer[]): void {
  const about = { act: 'give feedback on', missing: 'has no manifest.json to add feedback to' };
  addToManifest(folder, about, () => storeAnswers(folder, answers));
}
