/** One thing that can be done in another process, by data alone, and twice without harm. */
export type UndoStep =
  /** Nothing is done where the process is gone or the pid has been given to another (`startTicks`: field 22 of /proc/<pid>/stat). */
  | { kind: 'signal'; pid: number; startTicks: number; signal: 'SIGCONT' | 'SIGTERM' | 'SIGKILL' }
  | {
      kind: 'command';
      argv: string[] /** Exit codes that mean done, such as "not there any more". */;
      okExits: number[];
    }
  | { kind: 'http'; method: 'POST' | 'DELETE'; url: string; body: string | null; okStatuses: number[] }
  /** Takes a toxic off a proxy of the Toxiproxy whose API is at `url`; the proxy as it was, should it have to be made anew. */
  | { kind: 'toxic'; url: string; proxy: { name: string; listen: string; upstream: string }; toxic: string }
  /** A file or an empty folder. */
  | { kind: 'remove'; path: string }
  /** Such as a limit of a control group. */
  | { kind: 'write'; path: string; text: string }
  /** Moves every process of a control group to another, except those that ended meanwhile, and removes the empty group. */
  | { kind: 'leave-cgroup'; path: string; to: string };

/** The guard undid something by itself, so long ago. */
export interface EndedByGuard {
  agoMs: number;
  /** `the harness was stopped`. */
  why: string;
}

export interface UndoEntry {
  readonly id: string;
  /**
   * From now on it is undone after so many ms, by the guard if this process is stopped or hangs.
   * @param busyMs so much later where this process is not stopped, because it has something to do first
   */
  endAfter(ms: number, busyMs?: number): Promise<void>;
  /** null: this process undid it, or it is still to be undone. Known when `run` has resolved. */
  endedByGuard(): EndedByGuard | null;
  /** Runs the steps in order, then takes the entry off the list; a step that fails keeps it there, and throws. Safe to call twice. */
  run(): Promise<void>;
  /** Takes the entry off the list without undoing anything: it was undone otherwise, or never done. */
  drop(): Promise<void>;
}

/**
 * The list of what must be undone. It is on disk before `add` resolves, and the guard, a process of its own, runs what is left on it
 * when this process is gone.
 */
export interface UndoList {
  /** @param title for people: `let shop-1 go on` */
  add(title: string, steps: UndoStep[]): Promise<UndoEntry>;
}

/**
 * Registers how to undo something, then does it, unless it is to be stopped already. Where it fails, what it did of it is undone.
 * @throws what doing it threw, or what undoing that threw
 */
export async function doUndoably(
  { undo, signal }: { undo: UndoList; signal: AbortSignal },
  title: string,
  steps: UndoStep[],
  act: () => Promise<void>,
): Promise<UndoEntry> {
  const entry = await undo.add(title, steps);
  try {
    signal.throwIfAborted();
    await act();
  } catch (error) {
    await entry.run();
    throw error;
  }
  return entry;
}
