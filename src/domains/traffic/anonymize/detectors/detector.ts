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
  /** Occurrences inside a longer text whose `clues` are known already. */
  find(text: string, clues?: number): Iterable<Span>;
  /** No value that is shorter, has fewer digits (ASCII) or none of these characters is one. */
  needs: { length: number; digits: number; anyOf: string };
  /** A text in which cluesOf saw none of these holds none. */
  clues: number;
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

/** Whether the value can be one. `digits` is countDigits(text). */
export function mayBe(detector: Detector, text: string, digits: number): boolean {
  const { needs } = detector;
  if (text.length < needs.length || digits < needs.digits) return false;
  if (needs.anyOf === '') return true;
  for (const unit of needs.anyOf) if (text.includes(unit)) return true;
  return false;
}

/** All matches of a global pattern, none of them empty, that also pass the check. */
export function* spansOf(pattern: RegExp, text: string, check: (found: string) => boolean): Generator<Span> {
  // Not matchAll, which copies the pattern for every text.
  let at = 0;
  for (;;) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return;
    at = match.index + match[0].length;
    if (check(match[0])) yield [match.index, at];
  }
}
