import { ShakedownError } from '../../../model/error.ts';
import { type Edn, parseEdn } from './edn.ts';
import type { Call, Operation } from './linearizable/call.ts';

/** A register reads as nothing where it was never written, a key-value store as the empty string. */
export type HistoryModel = 'register' | 'kv';

interface Entry {
  process: string;
  type: 'invoke' | 'ok' | 'fail' | 'info';
  f: string;
  key: string;
  value: Edn;
}

/** `INFO  jepsen.util - 2	:invoke	:cas	[3 0]` */
const logLine = /^(?:.*?\s)?(\S+)\t:(invoke|ok|fail|info)\t:(\S+)\t(.*)$/;
const onlyKey = '';

/**
 * Reads a Jepsen history: log lines of one register, or a map a line with `:process :type :f :value`, and `:key` or values of the form
 * `[key value]`. `:fail` of a compare-and-set is an answer, the value was another; any other `:fail` did not happen. `:info`, and
 * what was never answered, may have happened at any later time.
 * @throws ShakedownError HISTORY_FORMAT, HISTORY_EMPTY
 */
export function readJepsen(text: string, file: string): { calls: Map<string, Call[]>; model: HistoryModel } {
  const calls = new Map<string, Call[]>();
  const open = new Map<string, { entry: Entry; invoked: number }>();
  let model: HistoryModel = 'register';
  const close = (process: string, entry: Entry | null, returned: number | null) => {
    const begun = open.get(process);
    if (begun === undefined) return;
    open.delete(process);
    const operation = operationOf(begun.entry, entry);
    if (operation === null) return;
    const list = calls.get(begun.entry.key) ?? [];
    calls.set(begun.entry.key, list);
    list.push({ invoked: begun.invoked, returned, operation, label: `client ${process}, line ${begun.invoked}` });
  };
  for (const [index, line] of text.split('\n').entries()) {
    const entry = entryOf(line, file, index + 1);
    if (entry === null) continue;
    if (entry.f === 'get' || entry.f === 'put' || entry.f === 'append') model = 'kv';
    if (entry.type === 'invoke') {
      close(entry.process, null, null); // the one before was never answered
      open.set(entry.process, { entry, invoked: index + 1 });
    } else close(entry.process, entry, entry.type === 'info' ? null : index + 1);
  }
  for (const process of [...open.keys()]) close(process, null, null);
  if (calls.size === 0) {
    throw new ShakedownError('HISTORY_EMPTY', `${file} holds no operation.`, {
      hint: 'A history has lines with :invoke, and :ok, :fail or :info.',
    });
  }
  return { calls, model };
}

function entryOf(line: string, file: string, number: number): Entry | null {
  const logged = logLine.exec(line);
  if (logged !== null) {
    const [, process = '', type, f = '', value = ''] = logged;
    return { process, type: type as Entry['type'], f, key: onlyKey, value: parseEdn(value) };
  }
  const from = line.indexOf('{');
  if (from < 0 || !line.includes(':process')) return null;
  const map = parseEdn(line.slice(from)) as Record<string, Edn>;
  const { process, type, f } = map;
  if (type !== 'invoke' && type !== 'ok' && type !== 'fail' && type !== 'info') {
    throw new ShakedownError('HISTORY_FORMAT', `${file}:${number}: no :type of :invoke, :ok, :fail or :info.`);
  }
  const value = map.value ?? null;
  // A compare-and-set has two values of its own.
  const pair =
    map.key === undefined && Array.isArray(value) && value.length === 2 && (f !== 'cas' || Array.isArray(value[1]));
  return {
    process: String(process),
    type,
    f: String(f),
    key: String(pair ? value[0] : (map.key ?? onlyKey)),
    value: pair ? (value[1] ?? null) : value,
  };
}

/** null: it shows nothing, or did not happen. @param answer null: there was none */
function operationOf(invocation: Entry, answer: Entry | null): Operation | null {
  const { f, value } = invocation;
  const known = answer?.type === 'ok' || answer?.type === 'fail';
  if (f === 'cas') {
    const [from = null, to = null] = Array.isArray(value) ? value : [];
    return { f: 'cas', from: text(from), to: text(to), done: answer?.type !== 'fail' };
  }
  if (answer?.type === 'fail') return null;
  switch (f) {
    case 'read':
    case 'get':
      return known ? { f: 'read', value: text(answer?.value ?? null) } : null;
    case 'write':
    case 'put':
      return { f: 'write', value: text(value) };
    case 'append':
      return { f: 'append', value: text(value) ?? '' };
    default:
      throw new ShakedownError('HISTORY_FORMAT', `:f :${f} is none of read, write, cas, get, put and append.`);
  }
}

function text(value: Edn): string | null {
  return value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
}
