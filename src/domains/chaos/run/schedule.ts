const firstAtMostMs = 300_000;
const firstShare = 0.2;
/** What an experiment needs at least, and the time after it in which the target is seen to recover. */
const reserveMs = 20_000;

/** When the first begins, where nothing says so: a fifth into the run, at most 5 min. */
export function firstStartMs(durationMs: number): number {
  return Math.min(firstAtMostMs, durationMs * firstShare);
}

/** Whether there is time for one more that begins then. */
export function hasTimeAt(atMs: number, durationMs: number): boolean {
  return atMs + reserveMs <= durationMs;
}

export interface Scheduled<Item> {
  item: Item;
  notBeforeMs: number | null;
}

export interface ScheduleInput<Item> {
  items: readonly Scheduled<Item>[];
  durationMs: number;
  /** null: a fifth of the run, at most 5 min. */
  startMs: number | null;
  pauseMs: number;
  /** The run's clock, ms. */
  now(): number;
  /** Resolves at that moment of the run's clock, or rejects when the signal fires. */
  until(atMs: number, signal: AbortSignal): Promise<void>;
  signal: AbortSignal;
  run(item: Item): Promise<void>;
  /** There was no time left for it. */
  leftOut(item: Item): void;
}

/** Runs one after the other, each after the pause that lets the target recover from the one before; ends when the signal fires. */
export async function runInTurn<Item>(input: ScheduleInput<Item>): Promise<void> {
  const { items, durationMs, pauseMs, now, until, signal } = input;
  let nextMs = input.startMs ?? firstStartMs(durationMs);
  for (const { item, notBeforeMs } of items) {
    const atMs = Math.max(nextMs, notBeforeMs ?? 0, now());
    if (signal.aborted || !hasTimeAt(atMs, durationMs)) {
      input.leftOut(item);
      continue;
    }
    try {
      await until(atMs, signal);
    } catch {
      input.leftOut(item);
      continue;
    }
    await input.run(item);
    nextMs = now() + pauseMs;
  }
}
