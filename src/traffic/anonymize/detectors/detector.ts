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
  /** No text that is shorter, has fewer digits (ASCII) or none of these characters can hold one; saves most searches. */
  needs: { length: number; digits: number; anyOf: string };
}

/** ASCII digits in a text. */
export function countDigits(text: string): number {
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 48 && unit <= 57) digits++;
  }
  return digits;
}

/** Whether a search can find anything. `digits` is countDigits(text). */
export function mayHold(detector: Detector, text: string, digits: number): boolean {
  const { needs } = detector;
  if (text.length < needs.length || digits < needs.digits) return false;
  if (needs.anyOf === '') return true;
  for (const unit of needs.anyOf) if (text.includes(unit)) return true;
  return false;
}

/** All matches of a global pattern that also pass the check. */
export function* spansOf(pattern: RegExp, text: string, check: (found: string) => boolean): Generator<Span> {
  pattern.lastIndex = 0;
  for (const match of text.matchAll(pattern)) {
    if (check(match[0])) yield [match.index, match.index + match[0].length];
  }
}
