import type { PlannedRoute } from '../../../model/plan.ts';
import type { ErrorGroup } from '../../../model/results.ts';
import type { ErrorKind } from '../../../model/sample.ts';
import { keyOfGroup } from './keys.ts';

interface SeenError {
  kind: ErrorKind;
  status: number;
  route: number;
  /** Absent: of none. */
  group?: number;
  atMs: number;
  message: string;
  count?: number;
}

const groupsAtMost = 10_000;
const messageCharacters = 300;
/** From this share of its failures on, a cause is reported as that of one route. */
const ofOneRoute = 0.8;

/** Failures that say that the target did not serve, or not what it began to. Others are answers it gave, or none of its doing. */
const unavailable: ReadonlySet<ErrorKind> = new Set<ErrorKind>([
  'timeout',
  'refused',
  'reset',
  'truncated',
  'dns',
  'tls',
  'protocol',
  'other',
]);

const plainWords: Record<ErrorKind, string> = {
  none: 'none',
  http: 'unexpected status',
  timeout: 'no answer in time',
  refused: 'connection refused',
  reset: 'connection reset',
  truncated: 'answer cut off',
  dns: 'name not resolved',
  tls: 'TLS failed',
  protocol: 'not HTTP as it should be',
  blocked: 'host not allowed',
  extraction: 'a value for a later request was not in the answer',
  login: 'a session could not log in',
  unsent: 'not sent',
  other: 'other failure',
};

/**
 * Whether an error is the target's beyond doubt, whoever was late: a status is what the target said, 404 as well as 500, and so are a refused
 * or reset connection and an answer that ends before its end. A generator without time for its own sockets can see timeouts where there are none.
 */
function isCertain({ kind, status }: SeenError): boolean {
  return (kind === 'http' && status > 0) || kind === 'refused' || kind === 'reset' || kind === 'truncated';
}

/** `status 500`, and for what is no error by itself what was recorded: `status 302, recorded 200`. */
function inWords({ kind, status, message }: SeenError): string {
  if (kind !== 'http' || status === 0) return plainWords[kind] ?? kind;
  const recorded = status < 400 ? /^status \d+, recorded (\d+)$/.exec(message)?.[1] : undefined;
  return recorded === undefined ? `status ${status}` : `status ${status}, recorded ${recorded},`;
}

/** How many errors were recorded. */
interface ErrorCounts {
  total: number;
  /** In which the target did not serve. */
  unavailable: number;
  /** Those that not even a generator without time can cause: of all errors, and of those in which the target did not serve. */
  certain: number;
  certainlyUnavailable: number;
}

const none = (): ErrorCounts => ({ total: 0, unavailable: 0, certain: 0, certainlyUnavailable: 0 });

/** Errors by kind, status and route. */
export class ErrorTally {
  #groups = new Map<string, { error: SeenError; count: number; firstAtMs: number; lastAtMs: number }>();
  readonly #all = none();
  /** By key (keys.ts). */
  readonly #byKey = new Map<number, ErrorCounts>();

  /** Of all routes. */
  get total(): number {
    return this.#all.total;
  }

  /** Of these routes and groups, by key (keys.ts); null: of all. */
  of(keys: ReadonlySet<number> | null): Readonly<ErrorCounts> {
    if (keys === null) return this.#all;
    const sum = none();
    for (const one of keys) {
      const counts = this.#byKey.get(one) ?? none();
      for (const key of Object.keys(sum) as (keyof ErrorCounts)[]) sum[key] += counts[key];
    }
    return sum;
  }

  add(error: SeenError): void {
    const count = error.count ?? 1;
    const own = [error.route, ...(error.group === undefined ? [] : [keyOfGroup(error.group)])];
    const isUnavailable = unavailable.has(error.kind) || (error.kind === 'http' && error.status >= 500);
    const certain = isCertain(error);
    for (const counts of [this.#all, ...own.map((key) => this.#countsOf(key))]) {
      counts.total += count;
      if (certain) counts.certain += count;
      if (isUnavailable) counts.unavailable += count;
      if (isUnavailable && certain) counts.certainlyUnavailable += count;
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

  #countsOf(key: number): ErrorCounts {
    const counts = this.#byKey.get(key) ?? none();
    if (this.#byKey.size < groupsAtMost) this.#byKey.set(key, counts);
    return counts;
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
      const words = inWords(error);
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
    return route === undefined ? words.replace(/,$/, '') : `${words} of ${route.method} ${route.route}`;
  }
}
