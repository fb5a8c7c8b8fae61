import { type Extraction, valueToken } from '../../../model/plan.ts';
import type { RecordedRequest } from '../../../model/traffic.ts';
import type { LearnedLinks } from './discover.ts';
import { type Link, visitLinks } from './links.ts';
import { withValue } from './places.ts';
import { type ExtractionRule, matchesRoute } from './rules.ts';

export interface LiveValues {
  /** With placeholders where live values belong. */
  requests: RecordedRequest[];
  /** By place of the request in the session. */
  extract: Map<number, Extraction[]>;
  /** For a request with placeholders, the requests whose answers give their values. */
  givers: Map<number, number[]>;
}

export interface LiveValueRules {
  nonce: string;
  rules: readonly ExtractionRule[];
  learned: LearnedLinks;
  /** Called for every placeholder put in. */
  placed(from: string, to: string): void;
}

/** Puts placeholders into a session's requests: first by the rules written by hand, then by what was learned. */
export function linkLiveValues(
  recorded: readonly RecordedRequest[],
  { nonce, rules, learned, placed }: LiveValueRules,
): LiveValues {
  const requests = [...recorded];
  const extract = new Map<number, Extraction[]>();
  const givers = new Map<number, number[]>();
  const put = (
    giver: number,
    user: number,
    extraction: Extraction,
    place: ExtractionRule['use'] | Link['place'],
  ): boolean => {
    const request = requests[user];
    const changed = request && withValue(request, place, valueToken(nonce, extraction.name));
    if (request === undefined || changed === undefined) return false;
    requests[user] = changed;
    const given = extract.get(giver) ?? [];
    if (!given.some(({ name }) => name === extraction.name)) extract.set(giver, [...given, extraction]);
    givers.set(user, [...(givers.get(user) ?? []), giver]);
    const source = recorded[giver];
    placed(
      `${source?.method} ${source?.route} ${extraction.from} ${extraction.expression}`,
      `${request.method} ${request.route} ${place.in} ${place.at}`,
    );
    return true;
  };

  for (const { route, from, expression, name, use } of rules) {
    let giver = -1;
    for (const [i, request] of recorded.entries()) {
      if (giver >= 0 && matchesRoute(use.route, request.method, request.route))
        put(giver, i, { name, from, expression }, use);
      if (matchesRoute(route, request.method, request.route)) giver = i;
    }
  }
  if (learned.byUser.size === 0) return { requests, extract, givers };

  const best = new Map<string, Link>();
  visitLinks(
    recorded,
    {
      link(link) {
        if (learned.byUser.get(link.userKey)?.includes(link.giverKey) !== true) return;
        const key = `${link.user} ${link.place.in} ${link.place.at}`;
        // The last response that gave it is the one whose value was in force.
        if ((best.get(key)?.giver ?? -1) < link.giver) best.set(key, link);
      },
    },
    learned.giverRoutes,
  );
  const names = new Map<string, string>();
  for (const { giver, user, from, expression, place } of best.values()) {
    if (rules.some((rule) => rule.use.in === place.in && rule.use.at === place.at && givers.has(user))) continue;
    const key = `${giver} ${from} ${expression}`;
    const name = names.get(key) ?? `v${names.size + 1}x`;
    names.set(key, name);
    put(giver, user, { name, from, expression }, place);
  }
  return { requests, extract, givers };
}
