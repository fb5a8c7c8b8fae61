import { ShakedownError } from '../../../model/error.ts';
import { type Edn, ednText, Tagged } from './edn.ts';
import { type Entry, entriesOf, type LeftOut, type Problem, shown } from './entries.ts';
import type { Call, Operation } from './linearizable/call.ts';

/** A register reads as nothing where it was never written, a key-value store as the empty string. */
export type HistoryModel = 'register' | 'kv';

/** What a history says, and which of its lines are no operations. */
export interface History {
  /** By key: the text of a string where all keys are strings, EDN where not, the empty string where there is none. */
  calls: Map<string, Call[]>;
  model: HistoryModel;
  leftOut: LeftOut;
  /** A read whose answer ends the file without an end of line, so that a part of its value may be missing; null: none. */
  cut: { key: string; call: Call; line: number } | null;
}

const onlyKey = '';
const mostNamed = 3;

/**
 * Reads a history as Jepsen, Knossos and Porcupine write them: log lines of one register, or maps with `:process :type :f :value`, one
 * or several a line, over several lines, in a list or tagged; of several keys by `:key`, by tuples of `jepsen.independent`, or by values
 * `[key value]`. `:fail` of a compare-and-set without an `:error` is an answer, the value was another; any other `:fail` did not
 * happen. `:info`, and what was never answered, may have happened at any later time.
 *
 * Values are equal as EDN has it: a number is not the text of its digits. A verdict on half of a history shows nothing, so what looks
 * like an operation and cannot be read is an error, and so is an answer of another key or another written value than its call.
 * @param given what it is of; found from its content when absent
 * @throws ShakedownError HISTORY_FORMAT with file and line, HISTORY_EMPTY
 */
export function readJepsen(text: string, file: string, given?: HistoryModel): History {
  const { entries, leftOut, problems } = entriesOf(text.replaceAll(/\r\n?/g, '\n'));
  // What is missing makes other faults of what is there.
  refuse(problems, file);
  const model = given ?? (entries.some(({ f }) => ofStores.has(f)) ? 'kv' : 'register');
  const performed: Performed[] = [];
  const open = new Map<string, { begun: Entry; invoked: number }>();
  const invoked = entries.filter(({ type }) => type === 'invoke');
  // Where one pair is tagged, all are, and other lists are values; so they are where some call has none.
  const arePairs =
    !entries.some(({ value }) => isTuple(value)) && invoked.every((entry) => entry.key !== undefined || isPair(entry));
  const close = (begun: Entry, invokedAt: number, entry: Entry | null, returned: number | null) => {
    open.delete(begun.process);
    const { key, value } = keyed(begun, arePairs);
    const operation = operationOf({ ...begun, value }, entry && { ...entry, value: keyed(entry, arePairs).value });
    if (operation === null) return;
    const label = `client ${begun.process}, line ${begun.line}`;
    const cutLine = entry?.isOpen === true && isRead(entry.f) ? entry.line : null;
    performed.push({ key, operation, invoked: invokedAt, returned, label, cutLine });
  };
  for (const [index, entry] of entries.entries()) {
    const begun = open.get(entry.process);
    const wrong =
      (entry.type === 'invoke' ? wrongInvocation(entry, arePairs) : null) ?? wrongOrder(entry, begun?.begun);
    if (wrong !== null) problems.push({ line: entry.line, what: wrong });
    else if (entry.type === 'invoke') open.set(entry.process, { begun: entry, invoked: index + 1 });
    else if (begun !== undefined) {
      const other = otherThanAsked(begun.begun, entry, arePairs);
      if (other !== null) problems.push({ line: entry.line, what: other });
      close(begun.begun, begun.invoked, entry, entry.type === 'info' ? null : index + 1);
    }
  }
  refuse(problems, file);
  for (const { begun, invoked: at } of [...open.values()]) close(begun, at, null, null);
  if (performed.length === 0) {
    throw new ShakedownError('HISTORY_EMPTY', `${file} holds no operation${leftOutWords(leftOut)}.`, {
      hint: 'A history has lines with :invoke, and :ok, :fail or :info.',
    });
  }
  return { ...callsOf(performed, model), model, leftOut };
}

/** `, 3 lines left out (first: "…")`, or nothing. */
export function leftOutWords({ nemesis, other, firstOther }: History['leftOut']): string {
  const parts = [
    ...(nemesis === 0 ? [] : [`${nemesis} of a nemesis`]),
    ...(other === 0 ? [] : [`${other} that ${other === 1 ? 'is' : 'are'} no operation, first: ${firstOther}`]),
  ];
  return parts.length === 0 ? '' : `; left out: ${parts.join('; ')}`;
}

function refuse(problems: Problem[], file: string): void {
  if (problems.length === 0) return;
  const named = problems.sort((a, b) => a.line - b.line).slice(0, mostNamed);
  const rest = problems.length - named.length;
  throw new ShakedownError(
    'HISTORY_FORMAT',
    `${file} is not judged, because a part of it cannot be read: ${named
      .map(({ line, what }) => `line ${line}: ${what}`)
      .join('; ')}${rest === 0 ? '' : `; and ${rest} more`}.`,
    {
      hint: 'A history must be whole: every :ok, :fail and :info behind its :invoke, and every operation one of those supported.',
    },
  );
}

function isTuple(value: Edn | undefined): value is Tagged {
  return value instanceof Tagged && /Tuple$/.test(value.tag);
}

/** Of `:key k :value v`, `:value #jepsen.independent/Tuple[k v]` or `:value [k v]`, the key and the value. */
function keyed({ key, value }: Entry, arePairs: boolean): { key: Edn | undefined; value: Edn | undefined } {
  if (isTuple(value) && Array.isArray(value.value)) {
    const [of = null, what = null] = value.value;
    return { key: of, value: what };
  }
  if (key !== undefined) return { key, value };
  return arePairs && hasTwo(value) ? { key: value[0], value: value[1] } : { key: undefined, value };
}

const hasTwo = (value: Edn | undefined): value is [Edn, Edn] => Array.isArray(value) && value.length === 2;

/** A compare-and-set has two values of its own. */
function isPair({ f, value }: Entry): boolean {
  return hasTwo(value) && (f !== 'cas' || hasTwo(value[1]));
}

const ofStores = new Set(['get', 'put', 'append']);
const known = new Set(['read', 'write', 'cas', ...ofStores]);
const isRead = (f: string) => f === 'read' || f === 'get';

/** @returns what is wrong with a call by itself; null: nothing */
function wrongInvocation(entry: Entry, arePairs: boolean): string | null {
  const { f } = entry;
  if (!known.has(f) || isRead(f)) return null;
  const { value } = keyed(entry, arePairs);
  if (f === 'cas') return hasTwo(value) ? null : 'a cas needs its two values: [from to]';
  if (value === undefined) return `a ${f} needs its :value`;
  return f === 'append' && typeof value !== 'string' ? `an append needs a string, not ${shown(value)}` : null;
}

/** @returns what is wrong with an operation behind those before it; null: nothing. @param begun open call of its client */
function wrongOrder({ f, type, process }: Entry, begun: Entry | undefined): string | null {
  if (!known.has(f)) return `:f :${f} is none of ${[...known].join(', ')}`;
  if (type === 'invoke') {
    return begun === undefined
      ? null
      : `client ${process} asks again before its call of line ${begun.line} was answered`;
  }
  if (begun === undefined) return `:${type} of client ${process} without its :invoke`;
  return begun.f === f ? null : `:${type} of :${f} answers :${begun.f} of line ${begun.line}`;
}

/** @returns where an answer is of another key or value than its call; null: nowhere */
function otherThanAsked(begun: Entry, answer: Entry, arePairs: boolean): string | null {
  const asked = keyed(begun, arePairs);
  const isKeyed = answer.key !== undefined || isTuple(answer.value);
  const isOk = answer.type === 'ok';
  // What failed may have its reason where the value was, and a reason may be a list of two.
  const answered = keyed(answer, arePairs && isOk);
  const call = `its call of line ${begun.line}`;
  if (isOk && asked.key !== undefined && begun.key === undefined && answered.key === undefined) {
    return `:ok has no key, and ${call} is of key ${shown(asked.key)}`;
  }
  if ((isKeyed || isOk) && answered.key !== undefined && !isSame(asked.key, answered.key)) {
    return `:${answer.type} is of key ${shown(answered.key)}, and ${call} of ${asked.key === undefined ? 'none' : shown(asked.key)}`;
  }
  const { value } = answered;
  if (isRead(begun.f)) return isOk && value === undefined ? `:ok of a ${begun.f} needs its :value` : null;
  const saysWhat = isOk || (begun.f === 'cas' && answer.type === 'fail' && hasTwo(value) && !answer.hasError);
  if (!saysWhat || value === undefined || value === null || isSame(asked.value, value)) return null;
  return `:${answer.type} of :${begun.f} is of value ${shown(value)}, and ${call} of ${shown(asked.value ?? null)}`;
}

function isSame(one: Edn | undefined, other: Edn): boolean {
  return one !== undefined && ednText(one) === ednText(other);
}

/** What was done, in values as the history has them. */
type Done =
  | { f: 'read' | 'write'; value: Edn }
  | { f: 'append'; value: string }
  | { f: 'cas'; from: Edn; to: Edn; done: boolean };

interface Performed extends Omit<Call, 'operation'> {
  key: Edn | undefined;
  operation: Done;
  /** Where a part of what was read may be missing; null: it is whole. */
  cutLine: number | null;
}

/** null: it shows nothing, or did not happen. @param answer null: there was none */
function operationOf(invocation: Entry, answer: Entry | null): Done | null {
  const { f, value = null } = invocation;
  if (f === 'cas') {
    if (answer?.type === 'fail' && isReason(answer)) return null;
    const [from = null, to = null] = Array.isArray(value) ? value : [];
    return { f, from, to, done: answer?.type !== 'fail' };
  }
  if (answer?.type === 'fail') return null;
  if (isRead(f)) return answer?.type === 'ok' ? { f: 'read', value: answer.value ?? null } : null;
  return f === 'append' ? { f, value: typeof value === 'string' ? value : '' } : { f: 'write', value };
}

/** Of a compare-and-set that failed: for another reason than the value. */
function isReason({ hasError, value }: Entry): boolean {
  return hasError || (value !== undefined && value !== null && !Array.isArray(value));
}

/** By key, with values as texts that are equal where the values are. */
function callsOf(performed: readonly Performed[], model: HistoryModel): Pick<History, 'calls' | 'cut'> {
  const byKey = new Map<string, Performed[]>();
  for (const one of performed) {
    const key = one.key === undefined ? onlyKey : ednText(one.key);
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [one]);
    else list.push(one);
  }
  const areTexts = performed.every(({ key }) => typeof key === 'string' && key !== onlyKey);
  const calls = new Map<string, Call[]>();
  let cut: History['cut'] = null;
  for (const [ednKey, list] of byKey) {
    const text = textsOf(list, model);
    const key = areTexts ? (JSON.parse(ednKey) as string) : ednKey;
    const ofKey = list.map(({ operation, invoked, returned, label, cutLine }) => {
      const call = { invoked, returned, operation: inTexts(operation, text), label };
      if (cutLine !== null) cut = { key, call, line: cutLine };
      return call;
    });
    calls.set(key, ofKey);
  }
  return { calls, cut };
}

/** What no text of a history begins with. */
const noText = '\0';

/**
 * Strings stay as they are, because one may be appended to another; other values are EDN, marked where the key has strings too. A
 * key-value store may say nothing of a key that was never written.
 */
function textsOf(list: readonly Performed[], model: HistoryModel): (value: Edn) => string | null {
  const values = list.flatMap(({ operation }) =>
    operation.f === 'cas' ? [operation.from, operation.to] : [operation.value],
  );
  const mark = values.some((value) => typeof value === 'string') ? noText : '';
  const nothing = model === 'kv' ? '' : null;
  return (value) => (value === null ? nothing : typeof value === 'string' ? value : mark + ednText(value));
}

function inTexts(operation: Done, text: (value: Edn) => string | null): Operation {
  if (operation.f === 'append') return operation;
  if (operation.f === 'cas') return { ...operation, from: text(operation.from), to: text(operation.to) };
  return { f: operation.f, value: text(operation.value) };
}
