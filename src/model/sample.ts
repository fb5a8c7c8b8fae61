/**
 * One request as the engine saw it, in 32 bytes, little-endian, so that a run's samples pass through the harness without being
 * parsed. Word by word (u32): 0 planned arrival after the run's start in 10 µs units (reaches 11.9 h; a hand-over restarts it, see
 * `SampleBatch.originMs`), 1 lateness of sending behind the planned arrival in µs, 2 of which caused by the generator in µs,
 * 3 service time in µs (sending to last byte, connecting included), 4 bytes received, 5 session index,
 * 6 route (u16; of a request in one of the plan's groups the number of routes and its group) and status (u16), 7 error kind (u8), flags (u8), expected status (u16).
 */
export const sampleWords = 8;
export const sampleBytes = sampleWords * 4;
/** Unit of the planned arrival in a sample. */
export const plannedUnitUs = 10;

/** Why a request failed, in the order of their codes. `none` is a request that was answered as it should. */
export const errorKinds = [
  'none',
  'http', // 5xx, or a status of another class than recorded
  'timeout',
  'refused',
  'reset',
  'truncated', // the answer ended before its end
  'dns',
  'tls',
  'protocol',
  'blocked', // a host outside the allowed ones
  'extraction', // a value that a later request needs was not in the response
  'login', // not sent, or a login refused: the session could not log in
  'unsent', // never sent: the generator had no free virtual user, or the run ended before
  'other',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

export const sampleFlags = {
  /** The virtual user was free only after the session was due. */
  starved: 1,
  /** The recording has a content type or a size of this request's answer. */
  compared: 2,
  otherType: 4,
  /** Nothing in it, where the recorded answer had something. */
  emptied: 8,
  /** The body was read and held against the recorded ones of its route. */
  shaped: 16,
  /** It lacks most of what they have in common, or has what none of them has. */
  otherShape: 32,
  /** It lacks some of it. */
  changed: 64,
  /** The body was to be held against them and could not be read: too large, or packed in an unknown way. */
  unread: 128,
} as const;

/**
 * Whether a status is an error: 5xx, or of another class than recorded. An answer from a cache (304) is as good as the one that it stands for; and what a
 * moment did to the recorded answer (5xx, 408, 429, and nginx's 444 and 499) says nothing of what is right.
 * But who names no copy (If-None-Match, If-Modified-Since) cannot use one, so that 304 is no answer for them.
 * @param expected recorded status; 0: unknown
 * @param isConditional the request named one, or that is not known
 */
export function isWrongStatus(status: number, expected: number, isConditional: boolean): boolean {
  if (status >= 500) return true;
  if (status === 304 && !isConditional && (expected === 304 || Math.floor(expected / 100) === 2)) return true;
  if (expected < 200 || expected >= 500 || [408, 429, 444, 499].includes(expected)) return false;
  const classOf = (one: number) => Math.floor((one === 304 ? 200 : one) / 100);
  return classOf(status) !== classOf(expected);
}
