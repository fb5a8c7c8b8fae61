/**
 * What is done once to the system and seen by several sessions: it begins when all are ready, and is undone when all have seen what they wait for.
 * One that cannot take part any more holds up no other.
 */
export interface SharedDeed<At> {
  /** Waits until all are ready. @returns waits until none needs it any more, and is undone */
  begin(at: At): Promise<() => Promise<void>>;
  /** Of one that failed before it was ready. */
  leave(): void;
}

/** @param members how many sessions take part */
export function sharedDeed<At>(members: number, deed: (at: At) => Promise<() => Promise<void>>): SharedDeed<At> {
  const ready = promised<() => Promise<void>>();
  const undone = promised<void>();
  // Whoever waits sees how it ended; where nobody does there is nothing to be seen.
  ready.promise.catch(() => {});
  undone.promise.catch(() => {});
  let left = 0;
  let done = 0;
  let first: At | null = null;
  let arrived = 0;
  let state: 'waiting' | 'on' | 'undone' = 'waiting';
  const look = () => {
    if (state === 'waiting' && first !== null && arrived >= members - left) {
      state = 'on';
      deed(first).then(ready.resolve, ready.reject);
    }
    if (state === 'on' && done >= arrived && arrived > 0) {
      state = 'undone';
      ready.promise.then((undo) => undo()).then(undone.resolve, undone.reject);
    }
  };
  return {
    async begin(at) {
      first ??= at;
      arrived++;
      look();
      await ready.promise;
      let isDone = false;
      return () => {
        if (!isDone) done++;
        isDone = true;
        look();
        return undone.promise;
      };
    },
    leave() {
      left++;
      look();
    },
  };
}

function promised<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (cause: unknown) => void = () => {};
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}
