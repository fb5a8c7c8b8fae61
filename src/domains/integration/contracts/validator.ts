import { Worker } from 'node:worker_threads';
import { ownThread } from '../../../environment/own-files.ts';
import type { Tree } from '../openapi/document.ts';
import type { BodyResult } from './body.ts';

const triesAtMost = 2;

/** Holds bodies against schemas, one at a time, in a thread that is ended where a schema's pattern takes too long. */
export class Validator {
  readonly #timeoutMs: number;
  #worker: Promise<Worker> | null = null;
  /** Keys of schemas that the thread has. */
  #known = new Set<string>();
  readonly #slow = new Map<string, number>();

  constructor(timeoutMs = 3000) {
    this.#timeoutMs = timeoutMs;
  }

  async check(key: string, schema: Tree, text: string): Promise<BodyResult> {
    const doubt = `its schema took longer than ${this.#timeoutMs / 1000} s for one answer, so that it is not held against it`;
    if ((this.#slow.get(key) ?? 0) >= triesAtMost) return { problems: [], doubt };
    this.#worker ??= this.#start();
    const worker = await this.#worker;
    const isNew = !this.#known.has(key);
    this.#known.add(key);
    return new Promise<BodyResult>((resolve) => {
      const settle = (result: BodyResult) => {
        clearTimeout(timer);
        worker.off('message', settle).off('error', failed).off('exit', ended);
        resolve(result);
      };
      const gone = (why: string) => {
        this.#slow.set(key, (this.#slow.get(key) ?? 0) + 1);
        this.#worker = null;
        this.#known = new Set();
        void worker.terminate();
        settle({ problems: [], doubt: why });
      };
      const failed = (error: Error) => gone(`its schema could not be used (${error.message.slice(0, 160)})`);
      const ended = () => gone('its schema ended the thread that held answers against it');
      const timer = setTimeout(() => gone(doubt), this.#timeoutMs);
      worker.on('message', settle).on('error', failed).on('exit', ended);
      worker.postMessage({ key, schema: isNew ? schema : null, text });
    });
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await (await worker)?.terminate();
  }

  #start(): Promise<Worker> {
    return new Promise((resolve, reject) => {
      const worker = new Worker(ownThread('./thread.ts', import.meta.url), {
        execArgv: [],
        resourceLimits: { maxOldGenerationSizeMb: 512 },
      });
      worker.once('error', reject);
      worker.once('message', () => {
        worker.off('error', reject);
        // One that ends between two answers is found by the next.
        worker.on('error', () => {});
        resolve(worker);
      });
    });
  }
}
