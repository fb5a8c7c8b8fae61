import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { intactManifest, writeManifest } from '../../../evidence/manifest.ts';
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
  } catch {
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
  // Written outside of the evidence and moved into it: a file of half an answer is never part of what is signed.
  const part = join(folder, `.${name}.part`);
  try {
    const file = openSync(part, 'wx', 0o644);
    try {
      writeSync(file, `${JSON.stringify(answers, null, 1)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(part, join(folder, ...place, name));
  } catch (cause) {
    rmSync(part, { force: true });
    throw new ShakedownError('UAT_FEEDBACK', `Cannot write feedback into ${folder}: ${(cause as Error).message}.`, {
      hint: 'Check that the folder is writable and the disk has room.',
      cause,
    });
  }
}

/**
 * Adds answers to a run that has ended, and to its manifest: a sign-off from now on covers them, and those before hold no longer.
 * @throws ShakedownError UAT_NO_EVIDENCE, UAT_TAMPERED where the evidence is not what the run left, UAT_FEEDBACK
 */
export function addAnswers(folder: string, answers: readonly FeedbackAnswer[]): void {
  intactManifest(folder, { act: 'give feedback on', missing: 'has no manifest.json to add feedback to' });
  storeAnswers(folder, answers);
  writeManifest(folder);
}
