import type { PlannedRoute } from '../../../model/plan.ts';
import type { ErrorGroup } from '../../../model/results.ts';
import type { ErrorKind } from '../../../model/sample.ts';

interface SeenError {
  kind: ErrorKind;
  status: number;
  route: number;
  atMs: number;
  message: string;
  count?: number;
}

const groupsAtMost = 10_000;
const messageCharacters = 300;
/** From this share of its failures on, a cause is told as that of one route. */
const ofOneRoute = 0.8;

/** Failures that say that the target did not serve. Others are answers it gave, or none of its doing. */
const unavailable: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['timeout', 'refused', 'reset']);

const plainWords: Record<ErrorKind, string> = {
  none: 'none',
  http: 'unexpected status',
  timeout: 'no answer in time',
  refused: 'connection refused',
  reset: 'connection reset',
  dns: 'name not resolved',
  tls: 'TLS failed',
  protocol: 'not HTTP as it should be',
  blocked: 'host not allowed',
  extraction: 'a value for a later request was not in the answer',
  unsent: 'not sent',
  other: 'other failure',
};

/**
 * Whether an error is the target's beyond doubt, whoever was late: a status is what the target said, 404 as well as 500, and so is a refused or
 * reset connection. A generator without time for its own sockets can see timeouts where there are none.
 */
function isCertain({ kind, status }: SeenError): boolean {
  return (kind === 'http' && status > 0) || kind === 'refused' || kind === 'reset';
}

/** Errors by kind, status and route. */
export class ErrorTally {
  #groups = new Map<string, { error: SeenError; count: number; firstAtMs: number; lastAtMs: number }>();
  /** All recorded errors, and those in which the target did not serve. */
  total = 0;
  unavailable = 0;
  /** Those that not even a generator without time can cause: of all errors, and of those in which the target did not serve. */
  certain = 0;
  certainlyUnavailable = 0;

  add(error: SeenError): void {
    const count = error.count ?? 1;
    this.total += count;
    const certain = isCertain(error);
    if (certain) this.certain += count;
    if (unavailable.has(error.kind) || (error.kind === 'http' && error.status >= 500)) {
      this.unavailable += count;
      if (certain) this.certainlyUnavailable += count;
    }
    const key = `${error.kind} ${error.status} ${error.route}`;
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.count += count;
      group.firstAtMs = Math.min(group.firstAtMs, error.atMs);
      group.lastAtMs = Math.max(group.lastAtMs, error.atMs);
    } else if (this.#groups.size < groupsAtMost) {
      this.#groups.set(key, { error, count, firstAtMs: error.atMs, lastAtMs: error.atMs });
    }
  }

  /** The most frequent groups first, and how many groups are past the cap. */
  groups(routes: readonly PlannedRoute[], atMost: number): { groups: ErrorGroup[]; leftOut: number } {
    const all = [...this.#groups.values()].sort((a, b) => b.count - a.count || a.firstAtMs - b.firstAtMs);
    const groups = all.slice(0, atMost).map(({ error, count, firstAtMs, lastAtMs }) => {
      const route = routes[error.route];
      return {
        kind: error.kind,
        status: error.status,
        route: route === undefined ? '(unknown route)' : `${route.method} ${route.route}`,
        count,
        firstAtMs,
        lastAtMs,
        message: error.message.slice(0, messageCharacters),
      };
    });
    return { groups, leftOut: all.length - groups.length };
  }

  /**
   * The most frequent cause over all routes in plain words, with the route where it is one of many: `status 500 of GET /search`; null when
   * there is none.
   */
  main(routes: readonly PlannedRoute[]): string | null {
    const sums = new Map<string, number>();
    const byRoute = new Map<string, Map<number, number>>();
    for (const { error, count } of this.#groups.values()) {
      const words =
        error.kind === 'http' && error.status > 0 ? `status ${error.status}` : (plainWords[error.kind] ?? error.kind);
      sums.set(words, (sums.get(words) ?? 0) + count);
      const own = byRoute.get(words) ?? new Map<number, number>();
      byRoute.set(words, own.set(error.route, (own.get(error.route) ?? 0) + count));
    }
    // A value is missing because an earlier answer was not as it should be: that one is the cause.
    const cause = (words: string) => (words === plainWords.extraction ? 1 : 0);
    const [first] = [...sums].sort((a, b) => cause(a[0]) - cause(b[0]) || b[1] - a[1]);
    if (first === undefined) return null;
    const [words, count] = first;
    const [most] = [...(byRoute.get(words) ?? [])].sort((a, b) => b[1] - a[1]);
    const route = most === undefined || most[1] < ofOneRoute * count || routes.length < 2 ? undefined : routes[most[0]];
    return route === undefined ? words : `${words} of ${route.method} ${route.route}`;
  }
}
