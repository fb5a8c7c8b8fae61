import { LoadBook } from '../../src/load/book.ts';
import type { LoadListener, LoadOutcome } from '../../src/load/engine.ts';
import { FrameReader } from '../../src/load/k6/frames.ts';
import { plannedUnitUs, sampleWords } from '../../src/model/sample.ts';
import { loadInput, request, session } from '../load/shop.ts';
import { SampleStream } from './stream.ts';

/** On the run's clock, which goes as fast as samples are taken. */
const tickMs = 1000;

export interface Feeding {
  windowMs: number;
  ratePerSecond: number;
  routes: number;
  /** Of the window logs. */
  folder: string;
  on?: Partial<LoadListener>;
}

/** The harness's side of a run, fed with samples as fast as it takes them: the books, their windows and logs, and no generator. */
export class FedBook {
  readonly stream: SampleStream;
  readonly #book: LoadBook;
  readonly #reader: FrameReader;
  #tickedMs = 0;

  constructor({ windowMs, ratePerSecond, routes, folder, on = {} }: Feeding) {
    this.stream = new SampleStream(ratePerSecond, routes);
    // One session names all routes.
    const named = session(
      0,
      0,
      Array.from({ length: routes }, (_, route) => request(route, { route })),
    );
    const input = loadInput('http://127.0.0.1:1', [named], { folder, durationMs: 3_600_000, windowMs, on });
    this.#book = new LoadBook(input);
    this.#reader = new FrameReader(this.#book);
    // Long ago, so that a window may be closed as soon as all that was planned for it is answered.
    this.#book.begin(new Date(Date.now() - 365 * 86_400_000), 365 * 86_400_000);
  }

  /** Plans 2,048 requests, closes what windows were complete before them, and takes their samples in. */
  step(): void {
    const chunk = this.stream.next();
    const words = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length / 4);
    for (let at = 0; at < words.length; at += sampleWords) {
      this.#book.plan(((words[at] as number) * plannedUnitUs) / 1000, (words[at + 6] as number) & 0xffff);
    }
    const { plannedMs } = this.stream;
    if (plannedMs - this.#tickedMs >= tickMs) {
      this.#tickedMs = plannedMs;
      this.#book.tick();
    }
    this.#reader.push(chunk);
  }

  /** Closes the last windows. */
  finish(): LoadOutcome {
    return this.#book.finish(null);
  }
}
