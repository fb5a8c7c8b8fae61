/** What a client asked of one key, and the answer. `null` is the value of a key that was never written. */
export type Operation =
  | { f: 'read'; value: string | null }
  | { f: 'write'; value: string | null }
  | { f: 'append'; value: string }
  /** `done` false: the answer was that the value was another. */
  | { f: 'cas'; from: string | null; to: string | null; done: boolean };

/** One operation on one key, between two moments of its history. */
export interface Call {
  /** Position of the invocation; any numbers that increase with time. */
  invoked: number;
  /** Position of the answer; null: there was none, so it may take effect at any later time, or never. */
  returned: number | null;
  operation: Operation;
  /** For people: `client 3, line 17`. */
  label: string;
}

/** In words: `cas 3 → 0`. */
export function inWords(operation: Operation): string {
  const show = (value: string | null) => (value === null ? 'nothing' : JSON.stringify(value.slice(0, 60)));
  switch (operation.f) {
    case 'cas':
      return `cas ${show(operation.from)} → ${show(operation.to)}${operation.done ? '' : ', refused'}`;
    case 'read':
      return `read of ${show(operation.value)}`;
    default:
      return `${operation.f} of ${show(operation.value)}`;
  }
}
