import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Cell } from './curves.ts';
import type { Task } from './part.ts';
import type { Limits } from './table.ts';

export interface Done {
  answer: Cell | Limits[];
  seconds: number;
}

/** Does tasks in several processes, each one after another. They are seeded, so who does one makes no odds. */
export class Processes {
  readonly #children: ChildProcess[];

  constructor(count: number) {
    const file = fileURLToPath(new URL('./part.ts', import.meta.url));
    // Not-a-number has to come through.
    this.#children = Array.from({ length: count }, () => fork(file, { serialization: 'advanced' }));
  }

  /** @returns what came of each, in their order @throws Error when a process ends before its time */
  async run(tasks: readonly Task[], say: (done: number) => void = () => {}): Promise<Done[]> {
    const found: Done[] = [];
    let next = 0;
    let done = 0;
    const work = (child: ChildProcess) =>
      new Promise<void>((resolve, reject) => {
        const onExit = (code: number | null) => reject(new Error(`A process of the bench ended with ${code}.`));
        child.once('exit', onExit);
        const give = () => {
          const at = next++;
          const task = tasks[at];
          if (task === undefined) {
            child.off('exit', onExit);
            resolve();
            return;
          }
          const from = performance.now();
          child.once('message', (answer) => {
            found[at] = { answer: answer as Done['answer'], seconds: (performance.now() - from) / 1000 };
            say(++done);
            give();
          });
          child.send(task);
        };
        give();
      });
    await Promise.all(this.#children.map(work));
    return found;
  }

  end(): void {
    for (const child of this.#children) child.disconnect();
  }
}
