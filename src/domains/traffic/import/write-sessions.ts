import { createHmac, randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ShakedownError } from '../../../model/error.ts';
import type { RecordingManifest, RouteCount } from '../../../model/traffic.ts';
import { createRecordingWriter, type RecordingWriter } from '../recording.ts';
import type { UnnamedFiles } from '../unnamed-files.ts';
import { completeRequest, methodAndPath, statusOf } from './encoded-request.ts';
import { decodeEvidence, type SessionBy } from './evidence.ts';
import { ExternalSort } from './external-sort.ts';
import { type LoginSigns, LoginWatch } from './login-signs.ts';
import type { ReadTraffic } from './read-traffic.ts';
import { type SessionReport, SessionShape } from './session-shape.ts';
import { type SessionSign, SessionTable } from './sessions.ts';
import { type BodilessRoute, BodilessRoutes } from './what-is-missing.ts';

export interface SessionShare {
  by: SessionSign;
  requests: number;
  /** Of all requests, 0–1. */
  share: number;
}

interface WriteOptions {
  read: ReadTraffic;
  spill: UnnamedFiles;
  out: string;
  name: string;
  inactivityGapMs: number;
  maxSessionRequests: number;
  sessionBy: SessionBy;
  signal: AbortSignal | undefined;
}

interface Written {
  manifest: RecordingManifest;
  sessionsBy: SessionShare[];
  sessionsSplit: number;
  sessionsClosedEarly: number;
  sessions: SessionReport;
  withoutBody: BodilessRoute[];
  logins: LoginSigns;
}

const rowsPerTurn = 2000;
/** 96 bits: a billion clients collide with a chance of one in 10¹¹. */
const clientHashCharacters = 16;

/** Microseconds are the finest that is kept. */
function toMicros(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/**
 * A hash by which clients and users can be counted and not found: its key is drawn for one import and kept nowhere, so that
 * addresses, of which there are few enough to try all, cannot be tried. Empty for nothing.
 */
function clientHash(): (text: string) => string {
  const key = randomBytes(32);
  return (text) =>
    text === '' ? '' : createHmac('sha256', key).update(text).digest('base64url').slice(0, clientHashCharacters);
}

/** Second pass: assigns sessions in order of time, and sorts requests by session. */
async function sortBySession(options: WriteOptions, table: SessionTable, shape: SessionShape) {
  const { read, spill, signal } = options;
  // Sessions are numbered in order of their start, so sorting by number puts the sessions in order too.
  const bySession = new ExternalSort({ files: spill, bufferBytes: 24 << 20, retain: 0 });
  const signs = new Map<SessionSign, number>();
  const hashOf = clientHash();
  let firstMs: number | undefined;
  let lastMs = 0;
  let rows = 0;
  for (const { key: timeMs, head, tail } of read.byTime.sorted()) {
    firstMs ??= timeMs;
    lastMs = timeMs;
    const evidence = decodeEvidence(head.toString('utf8'));
    const place = table.place(timeMs, evidence, tail.length);
    const { session, startMs, sign } = place;
    signs.set(sign, (signs.get(sign) ?? 0) + 1);
    shape.request(place, evidence);
    const [client, user] = [hashOf(place.newAddress), hashOf(place.newUser)];
    bySession.add(session, `${toMicros(startMs - firstMs)} ${toMicros(timeMs - startMs)} ${client} ${user}`, tail);
    if (++rows % rowsPerTurn === 0) {
      signal?.throwIfAborted();
      await nextTurn();
    }
  }
  return { bySession, signs, firstMs: firstMs ?? 0, durationMs: toMicros(lastMs - (firstMs ?? 0)), requests: rows };
}

/** Third pass: one session at a time, with its routes, into the recording. */
async function writeAll(
  options: WriteOptions,
  bySession: ExternalSort,
  writer: RecordingWriter,
  digits: number,
  shape: SessionShape,
  bodiless: BodilessRoutes,
  logins: LoginWatch,
): Promise<RouteCount[]> {
  const { routes } = options.read;
  const counts = new Map<string, RouteCount>();
  let session = { number: -1, startMs: '', client: '', user: '', lengthMs: 0, requests: [] as string[] };
  let collected: { method: string; route: string; status: number }[] = [];
  const finish = async () => {
    const { number, startMs, client, user, requests, lengthMs } = session;
    if (requests.length === 0) return;
    shape.session(requests.length, lengthMs);
    logins.session(collected);
    collected = [];
    const id = `s${String(number + 1).padStart(digits, '0')}`;
    await writer.writeEncoded(
      `{"id":"${id}","startMs":${startMs}${client && `,"client":"${client}"`}${user && `,"user":"${user}"`},"requests":[${requests.join(',')}]}`,
      requests.length,
    );
  };
  let rows = 0;
  for (const { key, head, tail } of bySession.sorted()) {
    const [startMs = '0', offsetMs = '0', client = '', user = ''] = head.toString('latin1').split(' ');
    if (key !== session.number) {
      await finish();
      session = { number: key, startMs, client: '', user: '', lengthMs: 0, requests: [] };
    }
    session.lengthMs = Number(offsetMs);
    session.client ||= client;
    session.user ||= user;
    const encoded = tail.toString('utf8');
    const { method, path } = methodAndPath(encoded);
    const route = routes.routeOf(method, path);
    bodiless.take(method, route, encoded);
    collected.push({ method, route, status: statusOf(encoded) });
    session.requests.push(completeRequest(encoded, offsetMs, route));
    const name = `${method} ${route}`;
    const count = counts.get(name);
    if (count === undefined) counts.set(name, { method, route, requests: 1 });
    else count.requests++;
    if (++rows % rowsPerTurn === 0) {
      options.signal?.throwIfAborted();
      await nextTurn();
    }
  }
  await finish();
  return [...counts.values()].sort((a, b) => b.requests - a.requests || (a.route < b.route ? -1 : 1));
}

/**
 * Turns sorted requests into the sessions of a recording.
 * @throws ShakedownError TRAFFIC_EMPTY when nothing in the input can be replayed, TRAFFIC_WRITE
 */
export async function writeSessions(options: WriteOptions): Promise<Written> {
  const { read } = options;
  const notReplayable = [...read.notReplayable]
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
  const table = new SessionTable({
    by: options.sessionBy,
    inactivityGapMs: options.inactivityGapMs,
    maxSessionRequests: options.maxSessionRequests,
    cookieNames: read.cookieNames,
  });
  const shape = new SessionShape();
  const sorted = await sortBySession(options, table, shape);
  if (sorted.requests === 0) {
    const kinds = notReplayable.map(({ kind, count }) => `${count} × ${kind}`).join(', ');
    throw new ShakedownError('TRAFFIC_EMPTY', `Nothing in the input can be replayed: ${kinds}.`, {
      hint: 'Record plain HTTP requests.',
    });
  }
  const writer = await createRecordingWriter(options.out);
  try {
    const digits = Math.max(6, String(table.started).length);
    const bodiless = new BodilessRoutes();
    const logins = new LoginWatch();
    const routes = await writeAll(options, sorted.bySession, writer, digits, shape, bodiless, logins);
    const manifest = await writer.close({
      name: options.name,
      startedAt: read.isUntimed ? null : new Date(sorted.firstMs).toISOString(),
      durationMs: sorted.durationMs,
      timeResolutionMs: read.timeResolutionMs,
      hasResponses: read.hasResponses,
      sources: read.files.map(({ file, format, records, damaged }) => ({ file, format, records, damaged })),
      routes,
      notReplayable,
      privacy: { state: 'raw' },
    });
    const sessionsBy = [...sorted.signs]
      .map(([by, requests]) => ({ by, requests, share: requests / sorted.requests }))
      .sort((a, b) => b.requests - a.requests);
    return {
      manifest,
      sessionsBy,
      sessionsSplit: table.split,
      sessionsClosedEarly: table.closedEarly,
      sessions: shape.report(read.agents),
      withoutBody: bodiless.list(),
      logins: logins.report(),
    };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
