import type { Extraction } from '../../../model/plan.ts';
import type { RecordedRequest } from '../../../model/traffic.ts';
import { givenValues } from './given-values.ts';
import { type Place, placedValues } from './places.ts';

/** A value in a request together with the response of the session that gave it. */
export interface Link {
  /** Place of the request that gave and of the one that uses, in the session. */
  giver: number;
  user: number;
  giverKey: string;
  userKey: string;
  from: Extraction['from'];
  expression: string;
  place: Place;
  value: string;
}

export interface LinkVisitor {
  /** Every value of a request that may have been given; `given` are the keys of what responses gave up to then. */
  placed?(userKey: string, value: string, given: ReadonlySet<string>): void;
  link(link: Link): void;
}

/**
 * Finds, in one session, values of requests that earlier responses gave. A value that the session had sent before that response is
 * the user's own, not the response's; an answer that was not complete yet gives nothing.
 * @param giverRoutes search responses of these routes (`GET /cart`) only
 */
export function visitLinks(
  requests: readonly RecordedRequest[],
  visitor: LinkVisitor,
  giverRoutes?: ReadonlySet<string>,
): void {
  type Giver = Pick<Link, 'giver' | 'giverKey' | 'from' | 'expression'> & { endMs: number };
  const givers = new Map<string, Giver[]>();
  const given = new Set<string>();
  const sent = new Set<string>();
  for (const [user, request] of requests.entries()) {
    const route = `${request.method} ${request.route}`;
    for (const { value, ...place } of placedValues(request)) {
      const userKey = `${route} ${place.in} ${place.at}`;
      visitor.placed?.(userKey, value, given);
      for (const { endMs, ...giver } of givers.get(value) ?? []) {
        if (endMs <= request.offsetMs) visitor.link({ ...giver, user, userKey, place, value });
      }
      sent.add(value);
    }
    if (request.response === undefined || giverRoutes?.has(route) === false) continue;
    const inResponse = new Set<string>();
    for (const { from, expression, shape, value } of givenValues(request)) {
      const giverKey = `${route} ${from} ${shape}`;
      given.add(giverKey);
      if (sent.has(value) || inResponse.has(`${giverKey} ${value}`)) continue;
      inResponse.add(`${giverKey} ${value}`);
      const giver = { giver: user, giverKey, from, expression, endMs: request.offsetMs + (request.durationMs ?? 0) };
      const known = givers.get(value);
      if (known === undefined) givers.set(value, [giver]);
      else known.push(giver);
    }
  }
}
