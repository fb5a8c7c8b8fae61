import type { RecordedRequest } from '../../../model/traffic.ts';

/** What each request of a session waits for before it is sent, by its place in the session. */
export interface Waits {
  /** The last request that must have been answered; -1 for none. */
  after: number[];
  /** Further ones that must have been, where a request needs the answers of several. */
  also: Map<number, number[]>;
  /**
   * `recorded`: the recording shows that it came after an answer; `value`: it needs a value that an answer gives; `unknown`: the recording does
   * not show whether it waited, and it is sent at its moment; `none`: it came while all earlier ones were open, or is not to wait.
   */
  kind: ('recorded' | 'value' | 'unknown' | 'none')[];
}

/**
 * A request waits for an answer where the recording shows that it did, or where it needs a value of it: one that `givers` names, or a
 * cookie that the answer set. Everything else is sent at its recorded moment, answered or not: to wait where nobody is known to have
 * waited would make a slow target look as if it had fewer users, and charge each request with the response times of those before it.
 *
 * A wait is shown where the earlier response time is known and its end is so far before the later arrival that the resolution of the
 * recorded times cannot have made the order: arrivals of a log in whole seconds were spread within their second.
 *
 * @param requests of one session, in order of arrival
 * @param givers for a request with placeholders, the requests whose answers give their values
 * @param rules.forAnswers false: an open loop by request, in which only values are waited for
 */
export function waitsOf(
  requests: readonly RecordedRequest[],
  givers: ReadonlyMap<number, readonly number[]>,
  rules: { timeResolutionMs: number; forAnswers: boolean },
): Waits {
  const unsureMs = rules.timeResolutionMs >= 1000 ? rules.timeResolutionMs : 0;
  const ends = requests.map(({ offsetMs, durationMs }) =>
    durationMs === undefined || !rules.forAnswers ? Number.POSITIVE_INFINITY : offsetMs + durationMs + unsureMs,
  );
  const byEnd = ends.map((_, i) => i).sort((a, b) => compare(ends[a] ?? 0, ends[b] ?? 0) || a - b);
  const waits: Waits = { after: [], also: new Map(), kind: [] };
  const cookies = new Map<string, number>();
  let next = 0;
  let last = -1;
  let unknown = false;
  for (const [i, request] of requests.entries()) {
    for (; next < byEnd.length; next++) {
      const answered = byEnd[next] ?? 0;
      if (answered >= i || (ends[answered] ?? 0) > request.offsetMs) break;
      last = Math.max(last, answered);
    }
    waits.after.push(last);
    const needed = new Set(givers.get(i) ?? []);
    for (const giver of cookieGivers(request, cookies)) needed.add(giver);
    let forValue = false;
    for (const giver of needed) forValue = addWait(waits, i, giver) || forValue;
    waits.kind.push(forValue ? 'value' : last >= 0 ? 'recorded' : unknown && rules.forAnswers ? 'unknown' : 'none');
    unknown ||= request.durationMs === undefined || unsureMs > 0;
    for (const cookie of setCookies(request)) cookies.set(cookie, i);
  }
  return waits;
}

const compare = (a: number, b: number) => (a === b ? 0 : a - b);

/** Makes request `i` wait for `giver` too. @returns false where it does so already */
function addWait(waits: Waits, i: number, giver: number): boolean {
  const { after, also } = waits;
  if (implies(waits, i, giver)) return false;
  const before = after[i] ?? -1;
  after[i] = giver;
  if (before >= 0 && !implies(waits, i, before)) also.set(i, [...(also.get(i) ?? []), before]);
  return true;
}

/** Whether request `i`, by what it waits for, is sent after the answer of `wanted`. */
function implies({ after, also }: Waits, i: number, wanted: number): boolean {
  const open = [i];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const before of [after[at] ?? -1, ...(also.get(at) ?? [])]) {
      if (before === wanted) return true;
      if (before > wanted) open.push(before);
    }
  }
  return false;
}

/** The answers that gave this request a cookie that it carries, by `name=value`. */
function* cookieGivers(request: RecordedRequest, given: ReadonlyMap<string, number>): Generator<number> {
  if (given.size === 0) return;
  for (const [name, value] of request.headers ?? []) {
    if (name.toLowerCase() !== 'cookie') continue;
    for (const pair of value.split(';')) {
      const giver = given.get(pair.trim());
      if (giver !== undefined) yield giver;
    }
  }
}

/** The cookies that an answer sets, as `name=value`. */
function* setCookies({ response }: RecordedRequest): Generator<string> {
  for (const [name, value] of response?.headers ?? []) {
    if (name.toLowerCase() !== 'set-cookie') continue;
    for (const line of value.split('\n')) yield (line.split(';', 1)[0] ?? '').trim();
  }
}
