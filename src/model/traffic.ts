/**
 * Canonical traffic: what every importer writes and everything after it reads.
 *
 * A recording is a folder: `recording.json` (RecordingManifest) and `sessions-00000.ndjson.gz`, …: one RecordedSession
 * a line, in order of `startMs`. Sessions, not requests, are the lines, so that a plan can be made in one pass with memory
 * for one session at a time, whatever the recording's length.
 */

/** Name in lower case, value as received. */
export type Header = readonly [name: string, value: string];

export interface Body {
  /** Media type with parameters, as in Content-Type; empty when unknown. */
  mime: string;
  /** `base64` where the bytes are not valid UTF-8. */
  encoding: 'utf8' | 'base64';
  data: string;
}

export interface RecordedResponse {
  headers?: Header[];
  body?: Body;
}

export interface RecordedRequest {
  /** Arrival after the session's start, in milliseconds, to the microsecond; requests of a session are in this order. */
  offsetMs: number;
  method: string;
  /** Scheme, host and port as recorded (`https://shop.example.com`); empty when the recording does not say. Never contacted. */
  origin: string;
  /** Path and query as sent; starts with `/`. */
  path: string;
  /**
   * Anonymizing changed the path (not only its query) with a key that was thrown away, so no target has it. Such a request is planned only
   * where a live value takes the place of what was changed.
   */
  lostPath?: true;
  /** Path template without query (`/products/:id`); `(other)` past the cap. */
  route: string;
  headers?: Header[];
  body?: Body;
  /** Recorded status; absent when unknown. */
  status?: number;
  /** Recorded response time in milliseconds; absent when unknown. */
  durationMs?: number;
  responseBytes?: number;
  response?: RecordedResponse;
}

export interface RecordedSession {
  id: string;
  /** Arrival of the first request after the recording's start, in milliseconds. */
  startMs: number;
  /**
   * Keyed hashes of the client's address and of the user whom the source names, for counting distinct clients: two sessions of one address (or
   * user) have the same one. The key is drawn for one import and kept nowhere, so they name nobody and cannot be joined across
   * recordings. Absent where the source does not say. An anonymized recording has none.
   */
  client?: string;
  user?: string;
  requests: RecordedRequest[];
}

export interface RecordingSource {
  /** Base name of the imported file. */
  file: string;
  format: string;
  records: number;
  damaged: number;
}

export interface RecordingShard {
  file: string;
  sessions: number;
  requests: number;
  bytes: number;
  sha256: string;
}

export interface RouteCount {
  method: string;
  route: string;
  requests: number;
}

/** How a recording stands towards personal data. `simulate` refuses all but a passed scan, unless the user owns the data. */
export type Privacy =
  | { state: 'raw' }
  | {
      state: 'anonymized';
      scan: {
        passed: boolean;
        /** ISO 8601. */
        at: string;
        /** Values checked, and findings left (0 when passed). */
        checked: number;
        findings: number;
        /** SHA-256 over the shards' digests, in order: a shard changed after the scan makes the scan invalid. */
        shardsSha256: string;
      };
    };

export interface RecordingManifest {
  format: 'shakedown.traffic/1';
  name: string;
  /** ISO 8601 time of the first arrival; null when the recording has no absolute times or they were removed. */
  startedAt: string | null;
  durationMs: number;
  sessions: number;
  requests: number;
  /** Resolution of the recorded times; 1000 for access logs in whole seconds, whose arrivals were spread within the second. */
  timeResolutionMs: number;
  hasResponses: boolean;
  sources: RecordingSource[];
  shards: RecordingShard[];
  /** Most requested first, capped; what is past the cap is in the route `(other)`. */
  routes: RouteCount[];
  /** What the recording holds that is not HTTP request and response: counted and named, not replayed. */
  notReplayable: { kind: string; count: number }[];
  privacy: Privacy;
}
