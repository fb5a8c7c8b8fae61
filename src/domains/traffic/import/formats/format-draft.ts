import type { Header } from '../../../../model/traffic.ts';
import type { ImportedRecord } from '../record.ts';
import { type Stamp, zoneOffsetMs } from './log-time.ts';

/** A record while the values of its line are read. */
export interface Draft {
  record: ImportedRecord;
  headers: Header[];
  cookies: string[];
  stamp: Stamp | undefined;
  /** Part of a second from a variable of its own (`%{msec_frac}t`). */
  fractionMs: { ms: number; resolutionMs: number } | undefined;
  /** A zone from a variable of its own (`%{%z}t`), for a time without one. */
  zone: string;
  args: string;
  host: string;
}

/** What a variable stands for, and how its value gets into the record. */
export interface Setter {
  field: 'time' | 'request' | 'target' | 'duration' | 'other';
  apply: (draft: Draft, value: string) => void;
}

/** Puts together what the values of a line gave. */
export function finishDraft(draft: Draft): ImportedRecord | string {
  const { record, stamp, headers, cookies, fractionMs, args } = draft;
  if (stamp === undefined) return 'no time that can be read';
  record.time = stamp.time;
  record.resolutionMs = stamp.resolutionMs;
  if (draft.zone !== '') record.time -= zoneOffsetMs(draft.zone);
  if (fractionMs !== undefined) {
    record.time += fractionMs.ms;
    record.resolutionMs = fractionMs.resolutionMs;
  }
  if (args !== '' && !record.target.includes('?')) record.target += args.startsWith('?') ? args : `?${args}`;
  if (cookies.length > 0 && !headers.some(([name]) => name === 'cookie')) headers.push(['cookie', cookies.join('; ')]);
  if (headers.length > 0) record.headers = headers;
  record.host ??= draft.host || undefined;
  return record;
}
