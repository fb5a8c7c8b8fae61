import type { AgentKind } from './agents.ts';
import type { AddressSign } from './client-address.ts';
import type { DamageLog } from './damage.ts';
import type { ExternalSort } from './external-sort.ts';
import type { DurationReading } from './formats/duration-unit.ts';
import type { HostCount } from './hosts.ts';
import type { FormatName } from './record.ts';
import type { RouteLearner } from './routes.ts';

export interface FileReport {
  /** Base name. */
  file: string;
  format: FormatName;
  /** What stood around each line: a syslog's prefix, a container runtime's. */
  wrapping: string | undefined;
  gzip: boolean;
  records: number;
  /** How response times were read, and how many records have one. */
  durations: DurationReading;
  withDuration: number;
  damaged: number;
  outOfOrder: number;
  /** Lines or entries that are not UTF-8, and were read as Windows-1252. */
  notUtf8: number;
  /** Why the file could not be read to its end. */
  broken: string | undefined;
}

/** What the first pass over the input leaves: requests sorted by arrival, and what was learned from all of them. */
export interface ReadTraffic {
  /** Key: arrival in epoch milliseconds; head: evidence; tail: an EncodedRequest. */
  byTime: ExternalSort;
  routes: RouteLearner;
  /** Where the addresses of clients were read, by requests. */
  addresses: Map<AddressSign, number>;
  /** Session cookies seen, most frequent first. */
  cookieNames: string[];
  damage: DamageLog;
  files: FileReport[];
  notReplayable: Map<string, number>;
  timeResolutionMs: number;
  hasResponses: boolean;
  /** The sources have no times, only an order. */
  isUntimed: boolean;
  /** Requests of crawlers and health checks. */
  agents: Map<AgentKind, number>;
  /** Requests with a cookie or credentials. */
  withCredentials: number;
  /** Share of requests whose response time is unknown, 0–1. */
  unknownDurations: number;
  /** Hosts that requests went to, most requested first. */
  hosts: HostCount[];
  /** Response bodies left out for their size or kind. */
  bodiesLeftOut: number;
}
