/**
 * One request as the engine saw it, in 32 bytes, little-endian, so that a run's samples pass through the harness without being
 * parsed. Word by word (u32): 0 planned arrival after the run's start in 10 µs units (reaches 11.9 h; a hand-over restarts it, see
 * `SampleBatch.originMs`), 1 lateness of sending behind the planned arrival in µs, 2 of which caused by the generator in µs,
 * 3 service time in µs (sending to last byte, connecting included), 4 bytes received, 5 session index,
 * 6 route (u16) and status (u16), 7 error kind (u8), flags (u8), expected status (u16).
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
  'dns',
  'tls',
  'protocol',
  'blocked', // a host outside the allowed ones
  'extraction', // a value that a later request needs was not in the response
  'unsent', // never sent: the generator had no free virtual user, or the run ended before
  'other',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

export const sampleFlags = {
  /** The virtual user was free only after the session was due. */
  starved: 1,
} as const;
