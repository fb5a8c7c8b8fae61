import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { ResolvedRehearsal } from '../settings.ts';
import type { TrafficSwitch } from '../switch/traffic-switch.ts';
import { ask, type Kind } from './request.ts';
import { atPath } from './values.ts';

type Kinds = ResolvedRehearsal['kinds'];
type Moved = Pick<TrafficSwitch, 'speaks' | 'tiesClients' | 'title'>;

/** What can be under way: why not, or null. In the order in which reports name them. */
function whyNot(kinds: Kinds, { speaks, tiesClients, title }: Moved): readonly (readonly [Kind, string | null])[] {
  const unset = (one: unknown, key: string) => (one === null ? `rehearsal.kinds.${key} is not set` : null);
  const noHttp2 = speaks === 'HTTP/1.1' ? `${title} speaks HTTP/1.1 with its clients` : null;
  return [
    ['slow GET', unset(kinds.slowGet, 'slowGet')],
    ['slow upload', unset(kinds.upload, 'upload')],
    ['POST', unset(kinds.post, 'post')],
    ['idle keep-alive', null],
    ['HTTP/2 stream', unset(kinds.http2, 'http2') ?? noHttp2],
    ['WebSocket', unset(kinds.webSocket, 'webSocket')],
    ['cookie session', tiesClients === true ? null : 'the switch ties no client to an instance'],
  ];
}

/** Why a kind is not tried. */
export function notTried(kinds: Kinds, moved: Moved): { kind: string; why: string }[] {
  return whyNot(kinds, moved).flatMap(([kind, why]) => (why === null ? [] : [{ kind, why }]));
}

/** For the terminal. */
export function notTriedWords(found: ReturnType<typeof notTried>): string {
  return `not tried: ${found.map(({ kind, why }) => `${kind} (${why})`).join(', ')}`;
}

/** Kinds that are tried. */
export function triedKinds(kinds: Kinds, moved: Moved): Kind[] {
  return whyNot(kinds, moved).flatMap(([kind, why]) => (why === null ? [kind] : []));
}

/** A token for the requests that need one; none where no login is configured. @throws Error when it cannot be had */
export async function bearer({
  kinds,
  baseUrl,
  now,
}: {
  kinds: Kinds;
  baseUrl: string;
  now(): number;
}): Promise<Record<string, string>> {
  if (kinds.login === null) return {};
  const { method, path, headers, body, tokenAt } = kinds.login;
  const agent = new (baseUrl.startsWith('https:') ? TlsAgent : Agent)();
  const answer = await ask(
    {
      ...{ url: `${baseUrl}${path}`, method, headers, body, agent, kind: 'POST', label: `${method} ${path}` },
      ...{ dueMs: now(), expected: 200, wantsBody: true },
    },
    now,
  );
  const token = atPath(JSON.parse(answer.body || '{}'), tokenAt);
  if (typeof token !== 'string') throw new Error(`${method} ${path} gave no token at ${tokenAt}`);
  return { authorization: `Bearer ${token}` };
}
