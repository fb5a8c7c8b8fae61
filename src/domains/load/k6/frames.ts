import { sampleBytes, sampleWords } from '../../../model/sample.ts';

/** What the engine says beside samples. */
export type EngineMessage =
  /** Virtual users are there and wait for the start. */
  | { kind: 'ready' }
  /** `key` is `<error kind> <status> <route>`. */
  | { kind: 'note'; key: string; message: string }
  /** Of a request that logs a session in: its place in PlanSummary.login.requests; `problem` is empty where it succeeded. */
  | { kind: 'login'; step: number; status: number; problem: string };

export interface FrameReceiver {
  /** Whole samples in words `from` … before `to`; the memory is used again after the call. */
  samples(words: Uint32Array, from: number, to: number): void;
  message(message: EngineMessage): void;
}

const marker = 0xffffffff;
const readyKind = 1;
const noteKind = 2;
const loginKind = 4;
const textAtMost = 1 << 16;
const noBytes = Buffer.alloc(0);

/** Reads the binary stream of load/k6/replay/recorder.go: samples, and between them frames that begin with a marker. */
export class FrameReader {
  #receiver: FrameReceiver;
  #rest: Buffer = noBytes;

  constructor(receiver: FrameReceiver) {
    this.#receiver = receiver;
  }

  /** @throws RangeError when the stream is not what the module writes */
  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 && chunk.byteOffset % 4 === 0 ? chunk : this.#joined(chunk);
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2);
    const whole = Math.floor(bytes.length / sampleBytes) * sampleWords;
    let from = 0;
    let at = 0;
    while (at < whole) {
      if (words[at] !== marker) {
        at += sampleWords;
        continue;
      }
      if (at > from) this.#receiver.samples(words, from, at);
      const length = words[at + 2] as number;
      if (length > textAtMost)
        throw new RangeError('The engine sent something that is neither a sample nor a message.');
      const end = at + sampleWords + Math.ceil(length / sampleBytes) * sampleWords;
      if (end > whole) {
        from = at;
        break;
      }
      const text = bytes.toString('utf8', (at + sampleWords) * 4, (at + sampleWords) * 4 + length);
      this.#say(words[at + 1] as number, text);
      at = end;
      from = end;
    }
    const upTo = words[from] === marker && from < whole ? from : Math.max(from, whole);
    if (upTo > from) this.#receiver.samples(words, from, upTo);
    // A copy, so that a few bytes do not keep the chunk alive.
    this.#rest = upTo * 4 === bytes.length ? noBytes : Buffer.from(bytes.subarray(upTo * 4));
  }

  /** What was left over and what came after it, at the front of a buffer of its own: aligned, so that it can be read as words. */
  #joined(chunk: Buffer): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.#rest.length + chunk.length);
    this.#rest.copy(bytes);
    chunk.copy(bytes, this.#rest.length);
    return bytes;
  }

  #say(kind: number, text: string): void {
    if (kind === readyKind) this.#receiver.message({ kind: 'ready' });
    if (kind === loginKind) this.#receiver.message(loginMessage(text, '\n'));
    if (kind === noteKind) {
      const cut = text.indexOf('\n');
      this.#receiver.message({ kind: 'note', key: text.slice(0, cut), message: text.slice(cut + 1) });
    }
  }
}

/** Reads `<step> <status><separator><problem>`. */
export function loginMessage(text: string, separator: string): EngineMessage {
  const [figures = '', problem = ''] = text.split(separator);
  const [step = 0, status = 0] = figures.split(' ').map(Number);
  return { kind: 'login', step, status, problem };
}
