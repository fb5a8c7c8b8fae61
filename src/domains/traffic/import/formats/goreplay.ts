import { type DamagedPart, type ImportedRecord, importedRecord, type RecordBatch } from '../record.ts';
import { headerValue } from './body.ts';
import { parseHttpMessage } from './http-message.ts';
import { toMicros } from './log-time.ts';
import { splitRequestLine } from './request-line.ts';
import { type SplitRecord, splitRecords } from './split-records.ts';

/** Between records; GoReplay's `payloadSeparator`. */
export const separator = Buffer.from('\n🐵🙈🙉\n');

const maxWaiting = 10_000;
const maxWaitingBytes = 32 * 1024 * 1024;

interface Header {
  type: string;
  id: string;
  /** Nanoseconds: when the message began, or (old replayed responses) how long it took. */
  time: number;
  latency: number | undefined;
}

/** First line of a record: type, id, time and, in newer files, how long the message took. */
export function parseRecordHeader(line: string): Header | undefined {
  const match = /^([123]) ([0-9A-Za-z_-]{4,80}) (\d{1,20})(?: (-?\d{1,20}))?\s*$/.exec(line);
  if (match === null) return undefined;
  const [, type = '', id = '', time, latency] = match;
  return { type, id, time: Number(time), latency: latency === undefined ? undefined : Number(latency) };
}

/** From the request's first byte to the response's last, as well as the file's version lets know. */
function durationMs(requestTime: number, response: Header): number | undefined {
  const latency = Math.max(0, response.latency ?? 0);
  if (response.time < 1e17) return response.time / 1e6; // no instant, but a round trip
  const apart = response.time - requestTime;
  if (apart < 0) return undefined;
  // Latency is the round trip in older files and the time the response itself took in newer ones.
  return (latency >= apart ? latency : apart + latency) / 1e6;
}

interface Waiting {
  record: ImportedRecord;
  time: number;
  bytes: number;
  answered: boolean;
}

/** Requests whose responses may still come, joined by id and let go in the order they came in. */
class WaitingRequests {
  readonly #byId = new Map<string, Waiting>();
  readonly #queue: Waiting[] = [];
  #next = 0;
  #bytes = 0;

  add(id: string, record: ImportedRecord, time: number, bytes: number): void {
    const waiting = { record, time, bytes, answered: false };
    this.#byId.set(id, waiting);
    this.#queue.push(waiting);
    this.#bytes += bytes;
  }

  /** The request that a response answers. */
  answer(id: string): Waiting | undefined {
    const found = this.#byId.get(id);
    this.#byId.delete(id);
    if (found !== undefined) found.answered = true;
    return found;
  }

  /** Requests that are complete, or have waited until there was no more room; all that are left when `all`. */
  release(all: boolean): ImportedRecord[] {
    const released: ImportedRecord[] = [];
    for (let head = this.#queue[this.#next]; head !== undefined; head = this.#queue[this.#next]) {
      const full = this.#queue.length - this.#next > maxWaiting || this.#bytes > maxWaitingBytes;
      if (!all && !head.answered && !full) break;
      released.push(head.record);
      this.#bytes -= head.bytes;
      this.#next++;
    }
    if (this.#next > maxWaiting) {
      this.#queue.splice(0, this.#next);
      this.#next = 0;
      // Ids of requests let go unanswered are found by going over what is left, seldom enough.
      const left = new Set(this.#queue);
      for (const [id, waiting] of this.#byId) if (!left.has(waiting)) this.#byId.delete(id);
    }
    return released;
  }
}

function requestRecord(header: Header, bytes: Buffer): ImportedRecord | string {
  const message = parseHttpMessage(bytes, false);
  if (message === undefined) return 'no HTTP request in the record';
  if (message.truncated) return 'the request’s body is shorter than its length says';
  const { method, target } = splitRequestLine(message.startLine);
  const record = importedRecord(toMicros(header.time / 1e6), method, target);
  record.resolutionMs = 0.001;
  record.scheme = headerValue(message.headers, 'x-forwarded-proto') === 'https' ? 'https' : 'http';
  record.host = headerValue(message.headers, 'host') || undefined;
  record.headers = message.headers;
  record.body = message.body;
  return record;
}

function addResponse(record: ImportedRecord, requestTime: number, header: Header, bytes: Buffer): string | undefined {
  const message = parseHttpMessage(bytes, true);
  const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(message?.startLine ?? '')?.[1];
  if (message === undefined || status === undefined) return 'no HTTP response in the record';
  record.status = Number(status);
  record.durationMs = durationMs(requestTime, header);
  record.responseBytes = message.body === undefined ? 0 : Buffer.byteLength(message.body.data, message.body.encoding);
  // Half an answer gives no values to later requests, and no size.
  const body = message.truncated ? undefined : message.body;
  if (message.truncated && message.body !== undefined) record.responseBytes = undefined;
  record.response = { headers: message.headers, ...(body === undefined ? {} : { body }) };
  return undefined;
}

/** Something in the file that is no request: counted under this name, not replayed. */
function otherRecord(header: Header, kind: string): ImportedRecord {
  const record = importedRecord(toMicros(header.time / 1e6), 'GET', '/');
  record.resolutionMs = 0.001;
  record.notReplayable = kind;
  return record;
}

/** Takes one record in; returns why it cannot be read. */
function takeRecord(record: SplitRecord, waiting: WaitingRequests, others: ImportedRecord[]): string | undefined {
  if (record.bytes === undefined) return 'record is longer than 64 MB';
  const lineEnd = record.bytes.indexOf(10);
  const header = parseRecordHeader(record.bytes.toString('latin1', 0, lineEnd < 0 ? 200 : lineEnd));
  if (lineEnd < 0 || header === undefined) {
    const blank = record.last && record.bytes.toString('latin1').trim() === '';
    return blank ? undefined : 'record does not begin with type, id and time';
  }
  const message = record.bytes.subarray(lineEnd + 1);
  if (header.type === '1') {
    const parsed = requestRecord(header, message);
    if (typeof parsed === 'string') return parsed;
    waiting.add(header.id, parsed, header.time, record.bytes.length);
  } else if (header.type === '2') {
    const request = waiting.answer(header.id);
    if (request !== undefined) return addResponse(request.record, request.time, header, message);
    // A capture that begins or filters in the middle has answers to what it did not see.
    others.push(otherRecord(header, 'response without its request'));
  } else {
    others.push(otherRecord(header, 'response of an earlier replay'));
  }
  return undefined;
}

/**
 * Streams a GoReplay file: requests (1) with their responses (2), paired by id. Responses of an earlier replay (3) come from
 * another system than the recorded one, so they are counted and left out.
 */
export async function* parseGoReplay(chunks: AsyncIterable<Buffer>): AsyncGenerator<RecordBatch> {
  const waiting = new WaitingRequests();
  let others: ImportedRecord[] = [];
  let damaged: DamagedPart[] = [];
  const finish = (all: boolean): RecordBatch => {
    const batch = { records: [...others, ...waiting.release(all)], damaged };
    others = [];
    damaged = [];
    return batch;
  };
  let handled = 0;
  for await (const record of splitRecords(chunks, separator)) {
    const reason = takeRecord(record, waiting, others);
    if (reason !== undefined) {
      const text = record.bytes?.toString('utf8', 0, 200) ?? '';
      damaged.push({ line: record.line, reason, text, truncated: record.last });
    }
    if (++handled % 200 === 0) yield finish(false);
  }
  yield finish(true);
}
