import type { Span } from './span.ts';

/** What a trace lacks. */
export interface Wholeness {
  spans: number;
  services: string[];
  /** Services that should have spans and have none. */
  absent: string[];
  /** Spans whose parent is not there. */
  orphans: number;
  /** Spans that have no parent: a trace that began anew instead of going on. */
  roots: number;
  /** A span is the child of the request. */
  goesOn: boolean;
  reachesDatabase: boolean;
  /** HTTP status of the span that is the child of the request; null: it has none. */
  status: number | null;
  /** Any span of it says that it failed. */
  saysError: boolean;
}

/** @param parentId the span that the request named as its own in `traceparent`; it is reported by nobody */
export function wholenessOf(spans: readonly Span[], parentId: string, services: readonly string[]): Wholeness {
  const ids = new Set(spans.map(({ id }) => id));
  const first = spans.filter((span) => span.parentId === parentId);
  const entry = first.find(({ isServer }) => isServer) ?? first[0];
  const seen = [...new Set(spans.map(({ service }) => service))].sort();
  return {
    spans: spans.length,
    services: seen,
    absent: services.filter((service) => !seen.includes(service)),
    orphans: spans.filter((span) => span.parentId !== null && span.parentId !== parentId && !ids.has(span.parentId))
      .length,
    roots: spans.filter((span) => span.parentId === null).length,
    goesOn: first.length > 0,
    reachesDatabase: spans.some((span) => span.isDatabase),
    status: entry?.status ?? null,
    saysError: spans.some(({ isError }) => isError),
  };
}

/** Whether there is nothing to wait for any more. */
export function isWhole(seen: Wholeness, database: boolean): boolean {
  return seen.goesOn && seen.orphans === 0 && seen.absent.length === 0 && (!database || seen.reachesDatabase);
}
