import { Worker } from 'node:worker_threads';

/** A thread that works on jobs, one after the other, and answers them in their order. */
export class JobThread<Job, Refusal extends object> {
  readonly #worker: Worker;
  readonly #of: string;
  readonly #waiting: { resolve(made: unknown): void; reject(error: unknown): void }[] = [];
  #ended: Error | undefined;

  /**
   * @param program as `ownThread` names it
   * @param of whose thread it is, within a sentence: `the anonymizer`
   * @param errorOf what a refusal stands for
   */
  constructor(program: URL, of: string, errorOf: (refusal: Refusal) => unknown) {
    this.#of = of;
    this.#worker = new Worker(program, { execArgv: [] });
    this.#worker.on('message', (answer: { made: unknown } | Refusal) => {
      const job = this.#waiting.shift();
      if ('made' in answer) job?.resolve(answer.made);
      else job?.reject(errorOf(answer));
    });
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', (code) => this.#end(new Error(`A thread of ${of} ended with ${code}.`)));
  }

  /** Jobs that are not answered yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws what `errorOf` makes of a refusal, and Error where the thread has ended */
  run(job: Job): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) {
        reject(this.#ended);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(job);
    });
  }

  async close(): Promise<void> {
    this.#ended ??= new Error(`${this.#of[0]?.toUpperCase()}${this.#of.slice(1)} was ended.`);
    await this.#worker.terminate();
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }
}
