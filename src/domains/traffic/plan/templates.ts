import { createHash } from 'node:crypto';
import { ShakedownError } from '../../../model/error.ts';
import type { RecordedSession } from '../../../model/traffic.ts';
import { hash32 } from './random.ts';
import type { SessionTemplate } from './template.ts';

/** Size of templates (as JSON) that are kept in memory; what is past it is read from disk again, or sampled. */
export const defaultTemplateBytes = 192 * 1024 * 1024;

/** The recording in one glance: a few bytes a session. Sessions without a request to plan are not in it. */
export interface SessionTable {
  count: number;
  /** Microseconds at the wanted speed, whole numbers, rising. */
  startUs: Float64Array;
  requests: Uint32Array;
  lengthMs: Float64Array;
  /** SHA-256 over the templates, in order. */
  sha256: string;
  /** All templates; absent where they are too large. */
  templates?: SessionTemplate[];
  /** Where the templates are too large and a sample was asked for: some of them, and for each session which one plays it. */
  sample?: { numbers: Uint32Array; templates: SessionTemplate[] };
}

/**
 * One pass over the recording. Templates are kept while they fit in `templateBytes`; past it they are dropped, or with `sampled`
 * thinned to an even sample: the number's hash decides, so that the same recording gives the same sample.
 */
export async function readSessionTable(
  sessions: AsyncIterable<RecordedSession>,
  make: (session: RecordedSession) => SessionTemplate | undefined,
  options: { speed: number; sampled: boolean; seed: number; templateBytes: number; signal?: AbortSignal },
): Promise<SessionTable> {
  const startUs = new Growing((length) => new Float64Array(length));
  const requests = new Growing((length) => new Uint32Array(length));
  const lengthMs = new Growing((length) => new Float64Array(length));
  const digest = createHash('sha256');
  let kept: { number: number; template: SessionTemplate; bytes: number }[] = [];
  let bytes = 0;
  let keepBelow = 2 ** 32;
  let last = 0;
  for await (const session of sessions) {
    options.signal?.throwIfAborted();
    const template = make(session);
    if (template === undefined) continue;
    const start = Math.max(Math.round((session.startMs * 1000) / options.speed), 0);
    if (start < last) {
      throw new ShakedownError('TRAFFIC_FORMAT', `Session ${JSON.stringify(session.id)} is out of order of time.`, {
        hint: 'Import the recording again.',
      });
    }
    last = start;
    // What objectives count apart is no part of the schedule: runs that are judged by other tags can be compared.
    const { groups: _, ...scheduled } = template;
    const text = JSON.stringify(scheduled);
    digest.update(text).update('\n');
    const number = startUs.length;
    startUs.push(start);
    requests.push(template.requests.length);
    lengthMs.push(template.lengthMs);
    if (hash32(options.seed, number, 0x5a) >= keepBelow) continue;
    kept.push({ number, template, bytes: text.length });
    bytes += text.length;
    while (bytes > options.templateBytes && keepBelow > 0) {
      keepBelow = options.sampled && kept.length > 1 ? keepBelow / 2 : 0;
      kept = kept.filter((entry) => hash32(options.seed, entry.number, 0x5a) < keepBelow);
      if (options.sampled && kept.length === 0) {
        kept = [{ number, template, bytes: text.length }];
        keepBelow = 0;
      }
      bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
    }
  }
  const table: SessionTable = {
    count: startUs.length,
    startUs: startUs.done(),
    requests: requests.done(),
    lengthMs: lengthMs.done(),
    sha256: digest.digest('hex'),
  };
  const templates = kept.map((entry) => entry.template);
  if (templates.length === table.count) table.templates = templates;
  else if (options.sampled) useSample(table, { numbers: kept.map((entry) => entry.number), templates });
  return table;
}

/** Each session is played by the next one that was kept, the last by the first: arrivals stay, what is requested is sampled. */
function useSample(table: SessionTable, kept: { numbers: number[]; templates: SessionTemplate[] }): void {
  const numbers = new Uint32Array(table.count);
  for (let number = 0, next = 0; number < table.count; number++) {
    if ((kept.numbers[next] ?? Number.POSITIVE_INFINITY) < number) next++;
    const index = next < kept.numbers.length ? next : 0;
    const template = kept.templates[index];
    numbers[number] = index;
    table.requests[number] = template?.requests.length ?? 0;
    table.lengthMs[number] = template?.lengthMs ?? 0;
  }
  table.sample = { numbers, templates: kept.templates };
}

/** Typed array that grows by doubling. */
class Growing<T extends Float64Array | Uint32Array> {
  length = 0;
  #values: T;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T) {
    this.#make = make;
    this.#values = make(1024);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = this.#make(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  done(): T {
    return this.#values.slice(0, this.length) as T;
  }
}

/** Gives the templates of sessions by their number in an endless repetition of the recording. */
export interface TemplateStore {
  /** Makes numbers from `from` to `to` available; both only ever rise. */
  advance(from: number, to: number): Promise<void>;
  get(number: number): SessionTemplate;
  close(): Promise<void>;
}

/** @param read templates of the recording from its beginning, one for each session of the table */
export function templateStore(table: SessionTable, read: () => AsyncGenerator<SessionTemplate>): TemplateStore {
  const { count, templates, sample } = table;
  const missing = (number: number) => new RangeError(`Session ${number} of the plan is not at hand`);
  if (templates !== undefined || sample !== undefined) {
    return {
      advance: async () => {},
      close: async () => {},
      get(number) {
        const inLoop = number < count ? number : number % count;
        const template = templates?.[inLoop] ?? sample?.templates[sample.numbers[inLoop] ?? 0];
        if (template === undefined) throw missing(number);
        return template;
      },
    };
  }
  let window: SessionTemplate[] = [];
  let first = 0;
  let reader: AsyncGenerator<SessionTemplate> | undefined;
  return {
    async advance(from, to) {
      const leaving = Math.min(Math.max(from - first, 0), window.length);
      if (leaving > 0) window = window.slice(leaving);
      first += leaving;
      while (first + window.length < to) {
        reader ??= read();
        const next = await reader.next();
        if (next.done) reader = undefined;
        else if (first < from) first++;
        else window.push(next.value);
      }
    },
    get(number) {
      const template = window[number - first];
      if (template === undefined) throw missing(number);
      return template;
    },
    async close() {
      await reader?.return(undefined);
    },
  };
}
