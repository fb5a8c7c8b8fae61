import type { AskThrough } from '../../domains/companion.ts';
import { statusOf } from '../../domains/monitoring/public.ts';
import { readSessions } from '../../domains/traffic/public.ts';
import { tlsOptions } from '../../environment/tls.ts';
import type { ResolvedConfig } from '../../model/config.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { RecordedRequest, RecordingManifest } from '../../model/traffic.ts';

const triedAtMost = 5;
/** A recording's first sessions show its common routes. */
const sessionsLookedAt = 2000;
/** They say who asks or what for; others may name hosts, or make the answer depend on what was cached. */
const sentAsRecorded: ReadonlySet<string> = new Set(['accept', 'accept-language', 'user-agent']);
const namesASession: ReadonlySet<string> = new Set(['cookie', 'authorization', 'proxy-authorization', 'x-api-key']);

export interface Preflight {
  config: ResolvedConfig;
  manifest: RecordingManifest;
  baseUrl: string;
  /** Headers of a fetched token; null: none. */
  token: Record<string, string> | null;
  /** Asks from elsewhere; absent: from here. */
  ask?: AskThrough;
  warn(text: string): void;
}

/**
 * Tries a handful of recorded GETs that need no session and compares what is answered with the class of the recorded status, before a day of load begins. It
 * refuses a target that answers none of them so where no health path says that it is well: the wrong port, a missing token, another application.
 * @throws ShakedownError TARGET_NOT_AS_RECORDED
 */
export async function preflight({ config, manifest, baseUrl, token, ask, warn }: Preflight): Promise<void> {
  const { target, traffic } = config;
  const tls = await tlsOptions(target.tls);
  const others: string[] = [];
  const requests = await openRequests(traffic.recording, manifest, target.hosts);
  if (requests.length === 0)
    return warn(
      `No recorded request could be tried before the load: none of the first is a GET of ${baseUrl} without a session. Whether this is the right application shows in the load only${target.healthPath === null ? '; a health path (target.healthPath) would be asked first' : ''}.`,
    );
  for (const { path, status: recorded = 200, headers: own = [] } of requests) {
    const kept = own.filter(([name]) => sentAsRecorded.has(name) && !target.dropHeaders.includes(name));
    const headers = { ...Object.fromEntries(kept), ...Object.fromEntries(target.headers), ...token };
    const answer = await statusOf(`${baseUrl}${path}`, headers, tls, ask).then(
      (status) => ({ isAsRecorded: classOf(status) === classOf(recorded), text: `status ${status}` }),
      (error: NodeJS.ErrnoException) => {
        if (error instanceof ShakedownError || error.name === 'AbortError') throw error;
        return { isAsRecorded: false, text: error.code ?? error.message };
      },
    );
    if (!answer.isAsRecorded) others.push(`GET ${shortened(path)}: ${answer.text}, recorded ${recorded}`);
  }
  if (others.length === 0) return;
  const found = `${others.length} of ${requests.length} recorded requests that were tried first are not answered as recorded: ${others.join('; ')}.`;
  if (others.length < requests.length || target.healthPath !== null) return warn(found);
  throw new ShakedownError('TARGET_NOT_AS_RECORDED', `${baseUrl}: ${found}`, {
    hint: 'Check target.baseUrl (http or https, and the port), target.headers and target.tokenHook. Where this is as it should be, set target.healthPath to a path that answers 2xx. Nothing else was sent.',
    exitCode: exitCodes.targetUnreachable,
  });
}

/** First requests of sessions, one a route, that go to `baseUrl` and carry nothing of a user. */
async function openRequests(
  folder: string,
  manifest: RecordingManifest,
  hosts: ResolvedConfig['target']['hosts'],
): Promise<RecordedRequest[]> {
  const byRoute = new Map<string, RecordedRequest>();
  let looked = 0;
  for await (const { requests } of readSessions(folder, manifest)) {
    const [first] = requests;
    if (
      first !== undefined &&
      isOpen(first) &&
      !('*' in hosts) &&
      !(first.origin in hosts) &&
      !byRoute.has(first.route)
    )
      byRoute.set(first.route, first);
    if (byRoute.size >= triedAtMost || ++looked >= sessionsLookedAt) break;
  }
  return [...byRoute.values()];
}

function isOpen({ method, status = 200, headers = [] }: RecordedRequest): boolean {
  return method === 'GET' && status < 400 && !headers.some(([name]) => namesASession.has(name));
}

/** An answer from a cache is one that was well. */
const classOf = (status: number) => (status === 304 ? 2 : Math.floor(status / 100));

/** Paths are a recording's: nothing in them may move the cursor. */
function shortened(path: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
  const plain = path.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return plain.length > 80 ? `${plain.slice(0, 79)}…` : plain;
}
