import type { SampleSystem } from '../../../../model/sample-system.ts';
import type { Received } from '../receivers/received.ts';
import type { Server } from '../server.ts';
import type { Visitors } from './visitors.ts';

/** The monitoring that is validated, as it runs. */
export interface Stack {
  /** Whether it was started here, over the sample system; the user's own is only read. */
  readonly isOwn: boolean;
  readonly prometheus: Server;
  /** null: the user's configuration names none. */
  readonly alertmanager: Server | null;
  /** What the own one watches; null: the user's system, of which nothing is known but what is configured. */
  readonly sample: WatchedSample | null;
  /** A second sample system, so that faults of one do not show in the other; started when it is first asked for. Only where the stack is our own. */
  second(): Promise<SecondSample>;
}

/** A system with a Prometheus of its own, which only records. */
export interface SecondSample {
  readonly watched: FaultedSample;
  readonly prometheusUrl: string;
}

/** What faults are done to. */
export type FaultedSample = Omit<WatchedSample, 'received' | 'calmSinceEpochMs'>;

/** The sample system with what watches it. */
export interface WatchedSample {
  readonly system: SampleSystem;
  /** JSON lines, one a request, of all instances. */
  readonly logFile: string;
  /** Of the collector that takes its traces, asked as a Zipkin is; null: they go to the one that is configured, or nowhere. */
  readonly tracesUrl: string | null;
  /** They visit the shop all the time. */
  readonly visitors: Visitors;
  /** By job, `host:port` of what Prometheus scrapes, each with the name that it has as `instance`. */
  readonly targets: Readonly<Record<string, readonly Target[]>>;
  /** Since when Prometheus has looked at it; nothing was done to it then. */
  readonly calmSinceEpochMs: number;
  /** What the receivers of its Alertmanager were sent so far. */
  readonly received: readonly Received[];
  /** Exporters that are not on this machine, each with what to install. */
  readonly missing: readonly { readonly job: string; readonly why: string }[];
}

export interface Target {
  readonly address: string;
  readonly instance: string;
}
