/** Where a detector saw something, in UTF-16 units. */
export type Span = readonly [from: number, to: number];

/**
 * Knows one kind of personal or secret data by its form and, where it has one, its check digit.
 * Every search is linear in the text's length: patterns are bounded and do not nest.
 */
export interface Detector {
  kind: string;
  /** The whole value is of this kind. */
  matches(value: string): boolean;
  /** Occurrences inside a longer text. */
  find(text: string): Iterable<Span>;
  /** Nothing shorter and nothing without one of these characters can hold one; saves most searches. */
  needs: { length: number; anyOf: string };
}

/** All matches of a global pattern that also pass the check. */
export function* spansOf(pattern: RegExp, text: string, check: (found: string) => boolean): Generator<Span> {
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) {
    if (check(match[0])) yield [match.index, match.index + match[0].length];
  }
}
