import { decodePercent } from '../../../model/percent-encoding.ts';
import { holdsGivenName } from './detectors/person-name.ts';
import { detect } from './detectors/table.ts';
import { isStaticFile } from './files.ts';
import { isFieldName, isPersonalVocabulary } from './names.ts';
import { isOwnedSegment, isReservedSegment } from './owned-segments.ts';
import { isPublicSegment, isPublicText } from './public-words.ts';
import type { AnonymizeRules } from './rules.ts';
import { matchesPath } from './rules.ts';
import type { Vocabulary } from './vocabulary.ts';

const mostAssets = 20_000;

/**
 * Which names and which segments of paths are structure, and stay: those made of public words, those that k clients used, and those that a
 * rule names. While the first pass learns, every name that reads as one is taken for structure, so that its place is known.
 */
export class Structure {
  readonly #vocabulary: Vocabulary;
  readonly #names: ReadonlySet<string>;
  #paths: readonly string[];
  /** Paths, without query, of files that the application is known to have. */
  readonly files = new Set<string>();
  readonly #assets = new Set<string>();
  #isLearning = true;

  constructor(vocabulary: Vocabulary, rules: AnonymizeRules) {
    this.#vocabulary = vocabulary;
    this.#names = new Set([
      ...(rules.names ?? []),
      ...rules.rules.flatMap(({ fields }) => namesIn(Object.keys(fields))),
    ]);
    this.#paths = rules.paths ?? [];
  }

  settle(): void {
    this.#isLearning = false;
  }

  /** A name of a field, a parameter, a cookie or a header. */
  nameStays(name: string): boolean {
    if (this.#names.has(name)) return true;
    if (!isFieldName(name)) return false;
    return this.#isLearning || isPublicText(name) || this.#vocabulary.keepsName(name) || isPersonalVocabulary(name);
  }

  /** The whole path stays, by a rule or because the application has that file. */
  pathStays(pathname: string): boolean {
    return this.files.has(pathname) || this.#paths.some((pattern) => matchesPath(pattern, pathname));
  }

  /** Runs with no path kept by a rule. */
  withoutPaths<T>(work: () => T): T {
    const paths = this.#paths;
    this.#paths = [];
    try {
      return work();
    } finally {
      this.#paths = paths;
    }
  }

  /** Paths of files that were met, while learning. */
  meetAssets(pathnames: readonly string[]): void {
    for (const pathname of pathnames) if (this.#assets.size < mostAssets) this.#assets.add(pathname);
  }

  /** Files of pages that would be renamed and name no one as far as their paths show. */
  assetsInDoubt(): string[] {
    return [...this.#assets].filter((pathname) => {
      if (this.pathStays(pathname) || !pathname.startsWith('/') || pathname.startsWith('//')) return false;
      const segments = pathname.split('/').map(decodePercent);
      if (
        segments.some((segment) => isOwnedSegment(segment) || holdsGivenName(segment) || detect(segment) !== undefined)
      )
        return false;
      return segments.some(
        (segment, index) => segment !== '' && !this.segmentStays(segment, segments[index - 1] ?? ''),
      );
    });
  }

  /** A segment that is no parameter. @param before the segment before it, decoded; empty at the beginning */
  segmentStays(segment: string, before: string): boolean {
    if (isOwnedSegment(before)) return isReservedSegment(segment);
    return isPublicSegment(withoutKnownExtension(segment)) || this.#vocabulary.keepsSegment(segment);
  }
}

/** Names in selectors: `json.items[].sku` has `items` and `sku`. */
function namesIn(selectors: readonly string[]): string[] {
  return selectors.flatMap((selector) =>
    selector
      .split('.')
      .slice(1)
      .map((name) => name.replace(/(?:\[\])+$/, ''))
      .filter((name) => name !== '' && !name.includes('*')),
  );
}

const withoutKnownExtension = (segment: string) =>
  isStaticFile(segment) ? segment.slice(0, segment.lastIndexOf('.')) : segment;
