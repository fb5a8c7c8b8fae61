import { plannedUnitUs, sampleBytes, sampleWords } from '../../src/model/sample.ts';
import { gaussian, seeded } from '../random.ts';

/** Chunks after which routes and times come again. */
const blocks = 16;
/** What a pipe hands over at once. */
const chunkSamples = 65_536 / sampleBytes;

export const requestsPerSession = 5;
/** Sessions after which routes and times come again. */
export const sessionsApart = blocks * chunkSamples;

/** As a relay has them: a sample's planned arrival reaches 11.9 hours of its sender's clock, and no sender lives so long. */
const senderMs = 3_600_000;

/**
 * The binary stream that k6 processes with the replay module write, one an hour, endless and without repetition in its times: log-normal
 * service times around 20 ms, sessions of five requests, the generator some 0.3 ms late, one failure in a thousand.
 */
export class SampleStream {
  /** Valid until the next call of `next`. */
  readonly chunk: Buffer;
  readonly ratePerSecond: number;
  readonly routes: number;
  #words: Uint32Array;
  #stepUnits: number;
  #sent = 0;
  #sender = 0;

  /** @param ratePerSecond of planned arrivals; @param routes by falling shares, as in most shops */
  constructor(ratePerSecond: number, routes: number, seed = 1) {
    this.ratePerSecond = ratePerSecond;
    this.routes = routes;
    const random = seeded(seed);
    const normal = gaussian(random);
    this.#words = new Uint32Array(blocks * chunkSamples * sampleWords);
    this.#stepUnits = 1e6 / plannedUnitUs / ratePerSecond;
    for (let at = 0; at < this.#words.length; at += sampleWords) {
      const generatorUs = Math.round(300 * Math.exp(0.6 * normal()));
      const failed = random() < 0.001;
      this.#words[at + 1] = generatorUs + (random() < 0.05 ? Math.round(2000 * random()) : 0);
      this.#words[at + 2] = generatorUs;
      this.#words[at + 3] = Math.round(20_000 * Math.exp(0.5 * normal()));
      this.#words[at + 4] = 2400;
      this.#words[at + 6] = Math.floor(routes * random() ** 2) | ((failed ? 503 : 200) << 16);
      this.#words[at + 7] = (failed ? 1 : 0) | (200 << 16);
    }
    this.chunk = Buffer.alloc(chunkSamples * sampleBytes);
  }

  /** The next 2,048 samples, in `chunk`, all of one sender. */
  next(): Buffer {
    this.#sender = Math.floor(this.plannedMs / senderMs);
    const originUnits = (this.originMs * 1000) / plannedUnitUs;
    const to = new Uint32Array(this.chunk.buffer, this.chunk.byteOffset, chunkSamples * sampleWords);
    const from = (this.#sent * sampleWords) % this.#words.length;
    to.set(this.#words.subarray(from, from + to.length));
    for (let at = 0; at < to.length; at += sampleWords) {
      to[at] = this.#sent * this.#stepUnits - originUnits;
      to[at + 5] = Math.floor(this.#sent / requestsPerSession);
      this.#sent++;
    }
    return this.chunk;
  }

  /** Route of the sample of this number. */
  routeOf(number: number): number {
    return (this.#words[((number * sampleWords) % this.#words.length) + 6] as number) & 0xffff;
  }

  /** Milliseconds on the run's clock of what comes next. */
  get plannedMs(): number {
    return (this.#sent * this.#stepUnits * plannedUnitUs) / 1000;
  }

  /** Which sender the chunk is of, and what the run's clock reads when that sender's reads zero. */
  get sender(): number {
    return this.#sender;
  }

  get originMs(): number {
    return this.#sender * senderMs;
  }

  get sent(): number {
    return this.#sent;
  }
}
