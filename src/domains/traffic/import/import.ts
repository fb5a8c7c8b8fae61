import { tmpdir } from 'node:os';
import { basename, resolve } from 'node:path';
import type { RecordingManifest } from '../../../model/traffic.ts';
import { refuseExisting } from '../recording.ts';
import { UnnamedFiles } from '../unnamed-files.ts';
import type { AddressSign, TrustedHops } from './client-address.ts';
import type { DamagedLine } from './damage.ts';
import { checkSessionBy } from './evidence.ts';
import type { HostCount } from './hosts.ts';
import type { LoginSigns } from './login-signs.ts';
import { readFiles } from './read-files.ts';
import type { FileReport } from './read-traffic.ts';
import type { FormatName } from './record.ts';
import type { RouteRule } from './route-rules.ts';
import type { SessionReport } from './session-shape.ts';
import type { BodilessRoute } from './what-is-missing.ts';
import { type SessionShare, writeSessions } from './write-sessions.ts';

export interface ImportOptions {
  files: string[];
  /** Folder of the recording; one that is there is replaced when the import has succeeded. */
  out: string;
  /** Name of the recording; the folder's name by default. */
  name?: string;
  format?: FormatName | 'auto';
  /** For JSON logs: our field → theirs. */
  fieldMap?: Record<string, string>;
  /** nginx's `log_format` or Apache's `LogFormat`, for logs that no known format fits. */
  logFormat?: string;
  /** Hosts whose requests are imported (`api.example.com`, `*.example.com`); of a browser's recording the visited site's when absent, else all. */
  hosts?: string[];
  /** Replace a recording that is there. */
  force?: boolean;
  /** `auto`, `cookie:<name>`, `header:<name>`, `user` or `client` (address and agent). */
  sessionBy?: string;
  /** Own proxies in front of what was recorded, which append to `X-Forwarded-For`; `auto` takes the first public address. */
  trustedHops?: TrustedHops;
  /** A session ends when nothing came for so long; 30 minutes. */
  inactivityGapMs?: number;
  /** Import fails when a larger share of the lines cannot be read; 0.01. */
  maxDamagedShare?: number;
  /** Most routes that are distinguished; 200. The others are counted as `(other)`. */
  maxRoutes?: number;
  /** Longer sessions are split; 2000. */
  maxSessionRequests?: number;
  routeRules?: RouteRule[];
  /** Where sorting spills to; the system's temporary folder. It takes about as much as the unpacked input, twice. */
  tempFolder?: string;
  signal?: AbortSignal;
  /** Called about every megabyte with bytes read of all files' bytes, and records so far. */
  onProgress?: (bytes: number, total: number, records: number) => void;
}

export interface ImportResult {
  manifest: RecordingManifest;
  /** What could not be read: how much, and the first 20. */
  damaged: { count: number; first: DamagedLine[] };
  files: FileReport[];
  /** Records stamped earlier than one before them in the same file; they were put in order. */
  outOfOrder: number;
  /** What distinguished sessions, by share of requests, largest first. */
  sessionsBy: SessionShare[];
  /** How many requests sessions have, and what cannot be right about them. */
  sessions: SessionReport;
  /** Where the addresses of clients were read, by requests, most first. */
  addresses: { sign: AddressSign; requests: number }[];
  /** Hosts that requests went to, most first, and whether they were imported. */
  hosts: HostCount[];
  /** What the sources do not have, and the replay cannot send or compare with. */
  missing: {
    /** No request has a cookie or credentials: nobody is logged in. */
    credentials: boolean;
    responses: boolean;
    /** Share of requests whose response time is unknown, 0–1. */
    durations: number;
    /** POST, PUT and PATCH requests without their body, by route, most first. */
    bodies: BodilessRoute[];
    /** Who was logged in, as far as routes and answers show it. */
    logins: LoginSigns;
  };
  /** Sessions split for their length, and sessions closed early because too many were open at once. */
  sessionsSplit: number;
  sessionsClosedEarly: number;
  /** Response bodies not kept: pictures, fonts, archives, and what is longer than 1 MB. */
  bodiesLeftOut: number;
  /** What is past the cap on routes, with the first few names. */
  routeOverflow: { routes: number; requests: number; first: string[] };
  notReplayable: { kind: string; count: number }[];
}

/**
 * Reads recorded traffic of any known format into one recording: in order of time, in sessions, with route templates.
 * Memory is bounded whatever the input's size; sorting spills to unnamed files in `tempFolder`, of which nothing is left when the process ends, even killed.
 * @throws ShakedownError TRAFFIC_NOT_FOUND, TRAFFIC_EMPTY, TRAFFIC_FORMAT_UNKNOWN, TRAFFIC_DAMAGED, TRAFFIC_SESSION_BY, TRAFFIC_ROUTE_RULE,
 *   TRAFFIC_FIELD_MAP, TRAFFIC_LOG_FORMAT, TRAFFIC_UNTIMED, TRAFFIC_EXISTS, TRAFFIC_WRITE
 */
export async function importTraffic(options: ImportOptions): Promise<ImportResult> {
  if (options.force !== true) await refuseExisting(options.out);
  const spill = new UnnamedFiles(options.tempFolder ?? tmpdir());
  try {
    const sessionBy = checkSessionBy(options.sessionBy ?? 'auto');
    const read = await readFiles({
      files: options.files,
      spill,
      format: options.format ?? 'auto',
      fieldMap: options.fieldMap ?? {},
      logFormat: options.logFormat,
      hosts: options.hosts ?? [],
      sessionBy,
      trustedHops: options.trustedHops ?? 'auto',
      maxDamagedShare: options.maxDamagedShare ?? 0.01,
      maxRoutes: options.maxRoutes ?? 200,
      routeRules: options.routeRules ?? [],
      signal: options.signal,
      onProgress: options.onProgress,
    });
    const written = await writeSessions({
      read,
      spill,
      out: options.out,
      name: options.name ?? basename(resolve(options.out)),
      inactivityGapMs: options.inactivityGapMs ?? 30 * 60_000,
      maxSessionRequests: options.maxSessionRequests ?? 2000,
      sessionBy,
      signal: options.signal,
    });
    return {
      manifest: written.manifest,
      sessions: written.sessions,
      addresses: [...read.addresses]
        .map(([sign, requests]) => ({ sign, requests }))
        .sort((a, b) => b.requests - a.requests),
      hosts: read.hosts,
      missing: {
        credentials: read.withCredentials === 0,
        responses: !read.hasResponses,
        durations: read.unknownDurations,
        bodies: written.withoutBody,
        logins: written.logins,
      },
      damaged: { count: read.damage.count, first: read.damage.first },
      files: read.files,
      outOfOrder: read.files.reduce((sum, { outOfOrder }) => sum + outOfOrder, 0),
      sessionsBy: written.sessionsBy,
      sessionsSplit: written.sessionsSplit,
      sessionsClosedEarly: written.sessionsClosedEarly,
      bodiesLeftOut: read.bodiesLeftOut,
      routeOverflow: read.routes.overflow,
      notReplayable: written.manifest.notReplayable,
    };
  } finally {
    spill.closeAll();
  }
}
