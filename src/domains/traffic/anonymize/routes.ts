import { holdsGivenName } from './detectors/person-name.ts';
import { detect } from './detectors/table.ts';
import { isOpaque, isUuid } from './pseudonyms/identifier.ts';

export function isParameter(segment: string): boolean {
  return segment.startsWith(':') || segment.startsWith('*') || segment.startsWith('{');
}

function looksPlain(segment: string): boolean {
  if (segment.length > 80 || /\d{5}/.test(segment) || isUuid(segment) || isOpaque(segment)) return false;
  return detect(segment) === undefined && !holdsGivenName(segment);
}

/** The recording's route templates, to distinguish structure from values in paths. */
export class RouteIndex {
  readonly #segments = new Map<string, readonly string[] | undefined>();
  readonly #byLength = new Map<number, string[][]>();
  readonly #literals = new Set<string>();
  readonly #plain = new Map<string, boolean>();

  constructor(routes: Iterable<string>) {
    for (const route of routes) this.segmentsOf(route);
  }

  /** Segments of a template, the first one empty; undefined for `(other)` and what else is no template. */
  segmentsOf(route: string): readonly string[] | undefined {
    if (this.#segments.has(route)) return this.#segments.get(route);
    const segments = route.startsWith('/') ? route.split('/') : undefined;
    if (this.#segments.size < 10_000) {
      this.#segments.set(route, segments);
      if (segments !== undefined) this.#add(segments);
    }
    return segments;
  }

  /** Template of a path without query; the one with most literals where several fit. */
  match(pathname: string): readonly string[] | undefined {
    const wanted = pathname.split('/');
    let best: readonly string[] | undefined;
    let bestLiterals = -1;
    for (const segments of this.#byLength.get(wanted.length) ?? []) {
      let literals = 0;
      const fits = segments.every((segment, index) => {
        if (segment === wanted[index]) {
          literals++;
          return true;
        }
        return isParameter(segment);
      });
      if (fits && literals > bestLiterals) [best, bestLiterals] = [segments, literals];
    }
    return best;
  }

  /** The segment, where some route has it as a literal. */
  literal(segment: string): string | undefined {
    return this.#literals.has(segment) ? segment : undefined;
  }

  /**
   * Whether a literal segment of a route may stay. An importer treats a segment as a literal when it saw few others in its place,
   * so one that looks like data is treated as data even so.
   */
  isPlain(segment: string): boolean {
    let plain = this.#plain.get(segment);
    if (plain === undefined) {
      plain = looksPlain(segment);
      if (this.#plain.size < 10_000) this.#plain.set(segment, plain);
    }
    return plain;
  }

  #add(segments: string[]): void {
    const same = this.#byLength.get(segments.length) ?? [];
    same.push(segments);
    this.#byLength.set(segments.length, same);
    for (const segment of segments) if (segment !== '' && !isParameter(segment)) this.#literals.add(segment);
  }
}
