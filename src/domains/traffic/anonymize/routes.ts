export function isParameter(segment: string): boolean {
  return segment.startsWith(':') || segment.startsWith('*') || segment.startsWith('{');
}

/** The recording's route templates, to distinguish structure from values in paths. */
export class RouteIndex {
  readonly #segments = new Map<string, readonly string[] | undefined>();
  readonly #byLength = new Map<number, (readonly string[])[]>();

  constructor(routes: Iterable<string>) {
    for (const route of routes) {
      const segments = this.segmentsOf(route);
      if (segments !== undefined && this.#segments.has(route)) this.#add(segments);
    }
  }

  /** Segments of a template, the first one empty; undefined for `(other)` and what else is no template. */
  segmentsOf(route: string): readonly string[] | undefined {
    if (this.#segments.has(route)) return this.#segments.get(route);
    const segments = route.startsWith('/') ? route.split('/') : undefined;
    if (this.#segments.size < 10_000) this.#segments.set(route, segments);
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

  #add(segments: readonly string[]): void {
    const same = this.#byLength.get(segments.length) ?? [];
    same.push(segments);
    this.#byLength.set(segments.length, same);
  }
}
