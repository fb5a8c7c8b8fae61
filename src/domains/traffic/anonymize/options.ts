import type { AnonymizeRules } from './rules.ts';

export interface AnonymizeOptions {
  /** Folder of the recording to read, and of the one to write; not the same. */
  from: string;
  to: string;
  /** Replaces a recording that is there, instead of refusing. */
  force?: boolean;
  /** At least 16 bytes. Absent: made for this recording and thrown away, so that no one can link it to another. */
  key?: Buffer | string;
  rules?: AnonymizeRules;
  /** Values that must not survive, looked for besides what the scan looks for anyway. */
  canaries?: readonly string[];
  /** Bound on memory for the leak scan: hashes of originals, and of pseudonyms; past it they go to disk, and the scan takes more passes. */
  mostTracesInMemory?: number;
  /** How many threads work on the recording; 0: only that of the caller. Absent: as many as there are processors, for all but small ones. The result is the same. */
  threads?: number;
  /** Asked once, with HEAD, for each file of a page that would be renamed; those that it has stay. Absent: no host is contacted. */
  askTarget?: string;
  signal?: AbortSignal;
  onProgress?: (progress: { phase: 'learn' | 'ask' | 'rewrite' | 'scan'; sessions: number; of: number }) => void;
}
