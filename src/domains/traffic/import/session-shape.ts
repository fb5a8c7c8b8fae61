import { grouped } from '../../../gate/words.ts';
import type { AgentKind } from './agents.ts';
import type { Evidence } from './evidence.ts';
import type { SessionPlace, SessionSign } from './sessions.ts';

/** How many requests sessions have. */
export interface SessionSizes {
  median: number;
  p90: number;
  max: number;
  /** Share of sessions with one request, 0–1. */
  single: number;
}

export interface SessionReport {
  sizes: SessionSizes;
  /** Distinct addresses of clients, as far as counted: 100,000. */
  clients: number;
  /** What cannot be right about the sessions, or is no traffic of people, each with what to do. */
  warnings: string[];
}

interface Client {
  requests: number;
  sessions: number;
  lastSession: number;
  agents: Set<string>;
}

const maxClients = 100_000;
const maxAgents = 50;
/** Nobody sends from so many addresses in one recording; a name that many use does. */
const manyAddresses = 10;
const dayMs = 86_400_000;
/** A process's number, a clock, or a colon with more behind it: no name of a person or in a directory has one (`Hans Müller`, `CN=Bob, O=Acme`). */
const hasPrefix = /\[\d+\]|^\[|:(?:\s|$)|\d:\d\d/;

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** Gathers, as sessions are made and written, how they look, and says what cannot be right. Memory is bounded. */
export class SessionShape {
  readonly #clients = new Map<string, Client>();
  readonly #signs = new Map<SessionSign, number>();
  readonly #sizes = new Map<number, number>();
  /** Addresses of each user, as far as counted. */
  readonly #users = new Map<string, { requests: number; addresses: Set<string> }>();
  #userRequests = 0;
  #prefixedUsers = 0;
  #requests = 0;
  #sessions = 0;
  #longSessions = 0;
  #longestMs = 0;

  /** One request, as it is given its session. */
  request(place: SessionPlace, evidence: Evidence): void {
    this.#requests++;
    this.#signs.set(place.sign, (this.#signs.get(place.sign) ?? 0) + 1);
    if (place.sign === 'user') {
      this.#userRequests++;
      this.#user(evidence);
      if (hasPrefix.test(evidence.user)) this.#prefixedUsers++;
    }
    if (evidence.address === '') return;
    let client = this.#clients.get(evidence.address);
    if (client === undefined) {
      if (this.#clients.size >= maxClients) return;
      client = { requests: 0, sessions: 0, lastSession: -1, agents: new Set() };
      this.#clients.set(evidence.address, client);
    }
    client.requests++;
    if (client.lastSession !== place.session) client.sessions++;
    client.lastSession = place.session;
    if (client.agents.size < maxAgents) client.agents.add(evidence.agent);
  }

  #user({ user, address }: Evidence): void {
    let seen = this.#users.get(user);
    if (seen === undefined) {
      if (this.#users.size >= maxClients) return;
      seen = { requests: 0, addresses: new Set() };
      this.#users.set(user, seen);
    }
    seen.requests++;
    if (address !== '' && seen.addresses.size < manyAddresses) seen.addresses.add(address);
  }

  /** One session, as it is written. */
  session(requests: number, lengthMs: number): void {
    this.#sessions++;
    this.#sizes.set(requests, (this.#sizes.get(requests) ?? 0) + 1);
    if (lengthMs >= dayMs) this.#longSessions++;
    this.#longestMs = Math.max(this.#longestMs, lengthMs);
  }

  report(agents: ReadonlyMap<AgentKind, number>): SessionReport {
    return { sizes: this.#sizesReport(), clients: this.#clients.size, warnings: this.#warnings(agents) };
  }

  #sizesReport(): SessionSizes {
    const sorted = [...this.#sizes].sort((a, b) => a[0] - b[0]);
    const at = (share: number): number => {
      let left = Math.ceil(share * this.#sessions);
      for (const [size, count] of sorted) {
        left -= count;
        if (left <= 0) return size;
      }
      return 0;
    };
    return {
      median: at(0.5),
      p90: at(0.9),
      max: sorted.at(-1)?.[0] ?? 0,
      single: this.#sessions === 0 ? 0 : (this.#sizes.get(1) ?? 0) / this.#sessions,
    };
  }

  #warnings(agents: ReadonlyMap<AgentKind, number>): string[] {
    const warnings: string[] = [];
    const share = (count: number) => count / Math.max(1, this.#requests);
    const clients = [...this.#clients.values()];
    const largest = clients.reduce<Client | undefined>(
      (a, b) => (a === undefined || b.requests > a.requests ? b : a),
      undefined,
    );
    const byClient = share(this.#signs.get('client') ?? 0) > 0.5;
    if (share(this.#signs.get('nothing') ?? 0) > 0.5) {
      warnings.push(
        'nothing in the source says who sent a request, so all are one session; log the client’s address, or name a header with --sessions header:<name>',
      );
    } else if (this.#sessions === 1 && this.#requests >= 50) {
      warnings.push(
        `all ${grouped(this.#requests)} requests are one session, which no visitor makes: the address may be a proxy’s; log X-Forwarded-For, or name what distinguishes clients with --sessions`,
      );
    } else if (byClient && largest !== undefined && this.#requests >= 200 && share(largest.requests) >= 0.5) {
      warnings.push(
        `one address has ${percent(share(largest.requests))} of all requests, like a proxy, a whole network or a program: replayed, they come from few sessions; log X-Forwarded-For, or use --sessions or --trusted-hops`,
      );
    }
    const single = this.#sizes.get(1) ?? 0;
    if (this.#sessions >= 50 && single >= 0.95 * this.#sessions && share(single) >= 0.5) {
      warnings.push(
        'nearly every session has one request: what distinguishes them seems to change with each request; try --sessions client, or another header or cookie',
      );
    }
    if (this.#userRequests > 0 && this.#prefixedUsers >= 0.5 * this.#userRequests) {
      warnings.push(
        'what stands where the log has its user is a prefix of something else, not a name: sessions by user are wrong; use --sessions client, or give the format with --log-format',
      );
    }
    const spread = [...this.#users].filter(([, { addresses }]) => addresses.size >= manyAddresses);
    const spreadRequests = spread.reduce((sum, [, { requests }]) => sum + requests, 0);
    if (spread.length > 0 && share(spreadRequests) >= 0.05) {
      const users = spread.length === 1 ? 'one user was' : `${grouped(spread.length)} users were`;
      warnings.push(
        `${users} seen at ${manyAddresses} addresses or more (${percent(share(spreadRequests))} of requests), like a name that many people or programs use: each became one session; use --sessions client`,
      );
    }
    const networks = clients.filter(({ agents: seen, sessions }) => seen.size >= 20 || sessions >= 200);
    const shared = networks.reduce((sum, { requests }) => sum + requests, 0);
    if (networks.length > 0 && byClient && this.#sessions > 1 && share(shared) >= 0.05) {
      const addresses = networks.length === 1 ? 'one address is' : `${grouped(networks.length)} addresses are`;
      warnings.push(
        `${addresses} shared by many people (${percent(share(shared))} of requests): those with the same browser became one session; a session cookie or a header would distinguish them (--sessions)`,
      );
    }
    const bots = agents.get('bot') ?? 0;
    if (share(bots) >= 0.01)
      warnings.push(
        `${percent(share(bots))} of requests are crawlers’ (by their agent), and are replayed with the rest`,
      );
    const checks = agents.get('health check') ?? 0;
    if (share(checks) >= 0.01)
      warnings.push(
        `${percent(share(checks))} of requests are health checks (by agent or path), and are replayed with the rest`,
      );
    if (this.#longSessions > 0) {
      const days = (this.#longestMs / dayMs).toFixed(1);
      warnings.push(
        `${grouped(this.#longSessions)} ${this.#longSessions === 1 ? 'session lasts' : 'sessions last'} a day or more (longest ${days} days), never quiet for long: a program rather than a person, or --gap is too long`,
      );
    }
    return warnings;
  }
}
