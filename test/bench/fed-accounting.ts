import { LoadAccounting } from '../../src/domains/load/accounting/accounting.ts';
import type { LoadListener, LoadOutcome } from '../../src/domains/load/engine.ts';
import { FrameReader } from '../../src/domains/load/k6/frames.ts';
import type { MergeLengths } from '../../src/domains/load/windows/merging.ts';
import type { FidelityState } from '../../src/model/fidelity.ts';
import { plannedUnitUs, sampleWords } from '../../src/model/sample.ts';
import { loadInput, request, session } from '../domains/load/shop.ts';
import { SampleStream } from './stream.ts';

/** On the run's clock, which goes as fast as samples are taken. */
const tickMs = 1000;

export interface Feeding {
  windowMs: number;
  ratePerSecond: number;
  routes: number;
  /** Of the window logs. */
  folder: string;
  durationMs?: number;
  merge?: MergeLengths;
  on?: Partial<LoadListener>;
}

/** Its clock reads whatever the samples say. */
class SteppedAccounting extends LoadAccounting {
  atMs = 0;

  override nowMs(): number {
    return this.atMs;
  }
}

/** The harness's side of a run, fed with samples as fast as it takes them: the accounting, its windows and logs, and no generator. */
export class FedAccounting {
  readonly stream: SampleStream;
  readonly #accounting: SteppedAccounting;
  readonly #reader: FrameReader;

  constructor({ windowMs, ratePerSecond, routes, folder, durationMs = 3_600_000, merge, on = {} }: Feeding) {
    this.stream = new SampleStream(ratePerSecond, routes);
    // One session names all routes.
    const named = session(
      0,
      0,
      Array.from({ length: routes }, (_, route) => request(route, { route })),
    );
    const input = loadInput('http://127.0.0.1:1', [named], {
      folder,
      durationMs,
      windowMs,
      ...(merge && { merge }),
      on,
    });
    const { stream } = this;
    const accounting = new SteppedAccounting(input);
    this.#accounting = accounting;
    this.#reader = new FrameReader({
      samples: (words, from, to) => accounting.samples(words, from, to, stream.originMs, stream.sender),
      message: (message) => {
        if (message.kind === 'note') accounting.note(message.key, message.message);
      },
    });
    this.#accounting.begin(new Date(Date.UTC(2026, 0, 5, 8)), 0);
  }

  /** Plans 2,048 requests, closes what windows were complete before them, and takes their samples in. */
  step(): void {
    const chunk = this.stream.next();
    const words = new Uint32Array(chunk.buffer, chunk.byteOffset, chunk.length / 4);
    const { originMs } = this.stream;
    for (let at = 0; at < words.length; at += sampleWords) {
      this.#accounting.plan(
        originMs + ((words[at] as number) * plannedUnitUs) / 1000,
        (words[at + 6] as number) & 0xffff,
      );
    }
    const { plannedMs } = this.stream;
    if (plannedMs - this.#accounting.atMs >= tickMs) {
      this.#accounting.atMs = plannedMs;
      this.#accounting.tick();
    }
    this.#reader.push(chunk);
  }

  fidelityState(): FidelityState {
    return this.#accounting.fidelityState();
  }

  /** Closes the last windows. */
  finish(): LoadOutcome {
    return this.#accounting.finish(null);
  }
}
