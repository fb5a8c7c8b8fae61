import { bounded } from './bounded.ts';

export interface Background {
  /** Starts it as soon as nothing else of its kind is going on; what it throws is its own affair. */
  add(task: () => Promise<void>): void;
  /** @returns whether all that was added has ended by then */
  finish(limitMs: number): Promise<boolean>;
}

/**
 * What is checked beside the scenario while that goes on, one after the other.
 * @param isHeldBack nothing starts before the scenario has ended: a browser that gives the keys to one page at a time would take them from it
 */
export function background(isHeldBack: boolean): Background {
  let begin = () => {};
  let last: Promise<void> = isHeldBack
    ? new Promise<void>((resolve) => {
        begin = resolve;
      })
    : Promise.resolve();
  return {
    add(task) {
      last = last.then(task).catch(() => {});
    },
    async finish(limitMs) {
      begin();
      return (
        (await bounded(
          last.then(() => true),
          limitMs,
        )) === true
      );
    },
  };
}
