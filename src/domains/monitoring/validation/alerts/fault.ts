import type { FaultedSample } from '../stack/stack.ts';
import type { Visitors } from '../stack/visitors.ts';

/** Something that is done to the system so that alerts have a reason to fire, and can be undone. */
export interface LiveFault {
  readonly id: string;
  /** `A shop instance hangs` */
  readonly title: string;
  /** Alerts that are to fire of it, and those that may. */
  readonly raises: readonly string[];
  readonly mayRaise: readonly string[];
  /** Jobs without whose exporters it is not seen. */
  readonly needs?: readonly string[];
  /**
   * Faults of one turn are on at the same time, as none of them shows in what another one raises; the turns come one after the other.
   * null: it leaves the system as it is, so that it may go on beside all of them.
   */
  readonly turn: number | null;
  /** Which of two systems it is done to, so that long faults go on beside one another; the first when absent. */
  readonly system?: FaultedSystemName;
  /** Receivers that cannot take anything while it is on. */
  readonly breaks?: readonly string[];
  /** Does it. @returns what undoes it; safe to call twice */
  begin(at: FaultedSystem): Promise<() => Promise<void>>;
}

export type FaultedSystemName = 'first' | 'second';

export interface FaultedSystem {
  readonly sample: FaultedSample;
  readonly visitors: Visitors;
  /** Changes what the session's Prometheus scrapes. */
  readonly targets: {
    /** Service discovery has none of these jobs any more. */
    without(...jobs: readonly string[]): Promise<void>;
    /** Nothing listens where these jobs' targets were. */
    unreachable(...jobs: readonly string[]): Promise<void>;
    restore(): Promise<void>;
  };
  /** How the session's receivers answer. */
  readonly receivers: { fail(receiver: string, status: number): void; restore(): void };
  /** Sends an alert of no rule to the session's Alertmanager, so that something is to be delivered. */
  post(labels: Readonly<Record<string, string>>, resolved: boolean): Promise<void>;
}
