import { extname } from 'node:path';
import { parse } from 'yaml';
import { type NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { FeedbackAnswer, FeedbackScale } from '../../../model/feedback.ts';
import { mostAnswers, readAnswer } from './answer.ts';
import { csvRows } from './csv.ts';

const mostBytes = 4 * 1024 * 1024;
const hint = 'Each answer has role, score and date (2026-11-20), and may have comment and scenario.';

/**
 * Reads the answers of a survey: a list in YAML or JSON, or CSV with a line of names.
 * @throws ShakedownError UAT_SURVEY naming the first answer that is none
 */
export async function readSurvey(file: string, scale: FeedbackScale): Promise<FeedbackAnswer[]> {
  const refuse = (what: string, cause?: unknown) =>
    new ShakedownError('UAT_SURVEY', `${file}: ${what}.`, { hint, ...(cause === undefined ? {} : { cause }) });
  let text: string;
  try {
    text = (await readBounded(file, mostBytes)).toString('utf8');
  } catch (cause) {
    throw refuse((cause as NotRead).message, cause);
  }
  let values: unknown;
  try {
    values = valuesOf(text, extname(file).toLowerCase());
  } catch (cause) {
    throw refuse(`cannot be read: ${(cause as Error).message.split('\n')[0]}`, cause);
  }
  if (!Array.isArray(values)) throw refuse('is no list of answers');
  if (values.length > mostAnswers) throw refuse(`has more than ${mostAnswers} answers`);
  return values.map((value, i) => {
    const answer = readAnswer(value, scale);
    if (typeof answer === 'string') throw refuse(`answer ${i + 1}: ${answer}`);
    return answer;
  });
}

function valuesOf(text: string, extension: string): unknown {
  if (extension === '.json') return JSON.parse(text);
  if (extension !== '.csv') return parse(text, { maxAliasCount: 50 }) ?? [];
  const [names = [], ...rows] = csvRows(text);
  const keys = names.map((name) => name.trim().toLowerCase());
  // An empty field is one that was left out.
  return rows.map((row) =>
    Object.fromEntries(keys.flatMap((key, i) => ((row[i] ?? '').trim() === '' ? [] : [[key, row[i]]]))),
  );
}
