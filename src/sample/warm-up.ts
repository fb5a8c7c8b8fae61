import { Agent, get } from 'node:http';

export const warmUpPaths = [
  '/',
  '/products',
  '/products?page=2',
  '/products/7',
  '/products/70',
  '/categories/tea',
  '/search?q=tea',
  '/basket',
  '/login',
  '/register',
  '/assets/shop.css',
  '/api/products?limit=20',
  '/api/products/9',
  '/api/search?q=coffee',
];
const connections = 6;
const sliceMs = 250;
/** In so many slices, one after the other, answers were no longer a tenth faster than before. */
const steadySlices = 3;
const steadyFactor = 0.9;
/** Code gets fast by how often it has run: on a busy machine times alone say little. */
const leastAnswers = 100 * warmUpPaths.length;

/**
 * Reads the sample shop's pages until they are answered no faster than before, as a deployment does before it gives a new version traffic: code that
 * has just been loaded is many times slower, and that is no property of the release.
 * @param atMostMs a shop with planted defects, or on a busy machine, may never be steady
 */
export async function warmUp(baseUrl: string, atMostMs: number, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const beganMs = performance.now();
  const steady = new Steady();
  let next = 0;
  const reader = async () => {
    for (;;) {
      const sentMs = performance.now();
      if (signal.aborted || sentMs - beganMs >= atMostMs || steady.is) return;
      await read(`${baseUrl}${warmUpPaths[next++ % warmUpPaths.length]}`, agent);
      const nowMs = performance.now();
      steady.add(nowMs - beganMs, nowMs - sentMs);
    }
  };
  await Promise.all(Array.from({ length: connections }, reader));
  agent.destroy();
}

/** Follows how long answers take, slice by slice. */
export class Steady {
  #slice = 0;
  #sumMs = 0;
  #count = 0;
  #fastestMs = Number.POSITIVE_INFINITY;
  #inARow = 0;
  #answers = 0;

  /** There were many answers, and they are no longer faster than they were. */
  get is(): boolean {
    return this.#inARow >= steadySlices && this.#answers >= leastAnswers;
  }

  /** @param atMs since the beginning, rising */
  add(atMs: number, tookMs: number): void {
    const slice = Math.floor(atMs / sliceMs);
    if (slice > this.#slice) {
      this.#close(slice - this.#slice);
      this.#slice = slice;
    }
    this.#sumMs += tookMs;
    this.#count++;
    this.#answers++;
  }

  #close(slices: number): void {
    const meanMs = this.#count === 0 ? Number.POSITIVE_INFINITY : this.#sumMs / this.#count;
    // A slice without an answer is none in which they were steady.
    if (slices > 1 || meanMs < steadyFactor * this.#fastestMs) this.#inARow = 0;
    else this.#inARow++;
    this.#fastestMs = Math.min(this.#fastestMs, meanMs);
    [this.#sumMs, this.#count] = [0, 0];
  }
}

function read(url: string, agent: Agent): Promise<void> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (response) => {
      response.resume();
      response.once('close', resolve);
    });
    // A shop with planted defects may refuse; it is judged later, not here.
    request.once('error', () => resolve());
    request.setTimeout(1000, () => request.destroy());
  });
}
