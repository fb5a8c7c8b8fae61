import type { K6Process } from './process.ts';

export interface RemoteStart {
  /** Which of the generators that share the load, from 0. */
  shard: number;
  /** What k6 is given (script-config.ts). */
  scriptConfig: unknown;
  /** PEM file of a CA of the user's own, on this machine. */
  caFile: string | null;
  http2: boolean;
  /** Aborted when there is no load any more. */
  over: AbortSignal;
}

/** Where k6 processes run when they do not run on this machine: they are fed and read from here all the same. */
export interface Places {
  /** How long a k6 may take, once started, until it is ready for sessions. */
  readonly readyAtMostMs: number;
  /** How long a k6 that follows another may take, where that is known to be longer than for the first; 0: it is not. */
  readonly nextTakesMs: number;
  /** Starts the k6 of a shard, after whatever must be waited for. @throws ShakedownError */
  start(start: RemoteStart): Promise<K6Process>;
}
