import type { RecordedRequest } from '../../../model/traffic.ts';
import { isAsset } from './files.ts';
import { isOwnedSegment } from './owned-segments.ts';

/** A route of which requests ask for a changed path, and how many do. */
export interface ChangedRoute {
  method: string;
  /** As it is written now. */
  route: string;
  requests: number;
  /** Of `paths` in the rules, what would keep them; absent where it would name what was replaced, or stands behind what belongs to someone. */
  keptBy?: string;
}

const mostCounted = 10_000;
const mostListed = 50;

/** `/products/:id` as `/products/*`; none where nothing of it varies. */
function patternOf(route: string): string | undefined {
  const pattern = route.replaceAll(/:[^/]+/g, '*');
  return pattern === route || !pattern.startsWith('/') ? undefined : pattern;
}

const pathOf = (path: string) => path.split('?', 1)[0] ?? '';

/** What was counted of a part of a recording. */
export interface PathSums {
  changed: number;
  files: number;
  expectedNotFound: number;
  routes: ChangedRoute[];
}

/** How many requests ask for another path than before, which a target may not have. */
export class PathCounts {
  /** Without query. */
  changed = 0;
  /** Of these, for scripts, styles, pictures and fonts. */
  files = 0;
  /** Of these, read only and recorded with another answer than 404. */
  expectedNotFound = 0;
  readonly #routes = new Map<string, ChangedRoute>();

  /** Adds what was counted apart, in the order of the recording. */
  include({ changed, files, expectedNotFound, routes }: PathSums): void {
    this.changed += changed;
    this.files += files;
    this.expectedNotFound += expectedNotFound;
    for (const one of routes) {
      const name = `${one.method} ${one.route}`;
      const known = this.#routes.get(name);
      if (known !== undefined) known.requests += one.requests;
      else if (this.#routes.size < mostCounted) this.#routes.set(name, one);
    }
  }

  sums(): PathSums {
    const { changed, files, expectedNotFound } = this;
    return { changed, files, expectedNotFound, routes: [...this.#routes.values()] };
  }

  /** @param isLost whether no target can have such a path: then the request is marked, but for one that was answered with 404 before */
  add(before: readonly RecordedRequest[], after: readonly RecordedRequest[], isLost: boolean): void {
    for (const [index, { path, method, status }] of before.entries()) {
      const pathname = pathOf(path);
      const made = after[index];
      if (made === undefined || pathname === pathOf(made.path)) continue;
      this.changed++;
      if (isAsset(pathname)) this.files++;
      if (isLost && status !== 404) made.lostPath = true;
      this.#countRoute(made, before[index]?.route ?? '');
      if (status !== 404 && (method === 'GET' || method === 'HEAD')) this.expectedNotFound++;
    }
  }

  /** Routes as they are written, most requested first. */
  routes(): ChangedRoute[] {
    return [...this.#routes.values()]
      .sort((a, b) => b.requests - a.requests || (a.route < b.route ? -1 : 1))
      .slice(0, mostListed);
  }

  #countRoute({ method, route }: RecordedRequest, before: string): void {
    const name = `${method} ${route}`;
    const known = this.#routes.get(name);
    if (known !== undefined) known.requests++;
    else if (this.#routes.size < mostCounted) {
      const keptBy = route === before && !route.split('/').some(isOwnedSegment) ? patternOf(route) : undefined;
      this.#routes.set(name, { method, route, requests: 1, ...(keptBy === undefined ? {} : { keptBy }) });
    }
  }
}
