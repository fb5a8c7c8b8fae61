import { createHash } from 'node:crypto';
import { type NotRead, readBounded } from '../../../evidence/bounded-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import { plural } from '../../../report-kit/format.ts';
import { type Check, check } from '../../part.ts';
import { isTree } from '../openapi/document.ts';
import { bundleOf } from '../openapi/schema.ts';
import type { MessageSettings } from '../settings.ts';
import type { BodyProblem } from './body.ts';
import type { MessagesEvidence } from './evidence.ts';
import type { Validator } from './validator.ts';

const schemaBytesAtMost = 8 * 2 ** 20;
const fileBytesAtMost = 64 * 2 ** 20;
const messagesAtMost = 20_000;
const problemsAtMost = 100;
const depthAtMost = 100;
const namedAtMost = 4;

/**
 * Holds recorded messages, a JSON text a line, against a JSON Schema (draft 2020-12, 2019-09, 7 and 6). Nothing that the schema names elsewhere is fetched.
 * @throws ShakedownError MESSAGE_SCHEMA where the schema or the messages cannot be read
 */
export async function holdMessages(
  { name, schema: schemaFile, messages: file }: MessageSettings,
  validator: Validator,
): Promise<MessagesEvidence> {
  const refuse = (what: string, why: string) =>
    new ShakedownError('MESSAGE_SCHEMA', `${name}: ${what} cannot be used: ${why}.`, {
      hint: 'Name a JSON Schema in one file, and a file with one message a line, in integration.messages.',
    });
  const read = (path: string, most: number, what: string) =>
    readBounded(path, most).catch((cause: NotRead) => {
      throw refuse(what, cause.message);
    });
  const bytes = await read(schemaFile, schemaBytesAtMost, 'the schema');
  const root = parsed(bytes.toString('utf8'));
  if (!isTree(root)) throw refuse('the schema', 'it is no JSON object');
  if (isDeep(root)) throw refuse('the schema', `it is nested deeper than ${depthAtMost} levels`);
  const {
    schema,
    doubts: ofSchema,
    isUsable,
  } = bundleOf({ name, version: '3.1', root, external: [] }, { pointer: '#', value: root });
  if (!isUsable) throw refuse('the schema', ofSchema[0] ?? 'it is too large');
  const lines = (await read(file, fileBytesAtMost, 'the file of messages')).toString('utf8').split('\n');
  const texts = lines.filter((line) => line.trim() !== '');
  const problems = new Map<string, MessagesEvidence['problems'][number]>();
  const doubts = new Map<string, number>(ofSchema.map((doubt) => [doubt, 1]));
  for (const text of texts.slice(0, messagesAtMost)) {
    const found = await validator.check(`messages ${name}`, schema, text);
    for (const problem of found.problems) add(problems, problem);
    if (found.doubt !== null) doubts.set(found.doubt, (doubts.get(found.doubt) ?? 0) + 1);
  }
  return {
    ...{ kind: 'messages', name, sha256: createHash('sha256').update(bytes).digest('hex') },
    ...{ held: Math.min(texts.length, messagesAtMost), left: Math.max(0, texts.length - messagesAtMost) },
    problems: [...problems.values()].sort((a, b) => b.count - a.count),
    doubts: [...doubts].map(([what, count]) => ({ what, count })),
  };
}

function add(
  all: Map<string, MessagesEvidence['problems'][number]>,
  { kind, field, words, isForbidden = false }: BodyProblem,
): void {
  const key = `${kind} ${field} ${words}`;
  const known = all.get(key);
  if (known !== undefined) known.count++;
  else if (all.size < problemsAtMost)
    all.set(key, { kind, what: `${field || 'the message'}: ${words}`, isForbidden, count: 1 });
}

/** A field that the schema does not name may be meant where it allows others, so that needs review; all else is against the schema. */
export function judgeMessages({ name, held, left, problems, doubts }: MessagesEvidence): Check {
  const title = `${name}: recorded messages are as their schema says`;
  const id = `messages-${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  const named = (list: MessagesEvidence['problems']) =>
    `${list
      .slice(0, namedAtMost)
      .map(({ what, count }) => `${what} (${count})`)
      .join('; ')}${list.length > namedAtMost ? `; and ${list.length - namedAtMost} more` : ''}`;
  const wrong = problems.filter(({ kind, isForbidden }) => kind !== 'unknown-field' || isForbidden);
  const many = plural(held, 'message');
  if (wrong.length > 0) return check(id, title, 'fail', `Of ${many} some are not: ${named(wrong)}.`);
  if (held === 0) return check(id, title, 'inconclusive', 'There is no message in the file.');
  const [doubt] = doubts;
  if (doubt !== undefined) return check(id, title, 'inconclusive', `Not all was looked at: ${doubt.what}.`);
  if (problems.length > 0)
    return check(id, title, 'inconclusive', `Needs review, as the schema does not say so: ${named(problems)}.`);
  if (left > 0) return check(id, title, 'inconclusive', `${many} are, and ${left} more were not held against it.`);
  return check(id, title, 'pass', `All of ${many}.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function isDeep(root: unknown): boolean {
  const open: [unknown, number][] = [[root, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, depth] = next;
    if (depth > depthAtMost) return true;
    if (typeof value === 'object' && value !== null)
      for (const one of Object.values(value)) open.push([one, depth + 1]);
  }
  return false;
}
