import type { z } from 'zod';
import type { FaultLayer, FaultProof, FaultRecord, ProofCheck, TouchedRequests } from '../../model/chaos.ts';
import type { UndoList } from './undo.ts';

/** Something that the configuration names and a fault may touch. Nothing else is ever touched. */
export type Component = {
  /** Share of the users whose requests go by it, 0 … 1; absent: not known. */
  affectedShare?: number;
} /** `pid()`: of now, as a supervisor may have replaced the process. */ & (
  | {
      kind: 'process';
      name: string;
      pid(): number;
      /** Where the pid is read from; absent: it is known. */
      pidFile?: string;
      /** Answers HTTP here. */
      url?: string;
      /** Ends it and has it started again with this added to its environment, that once: the next start is without. */
      relaunch?(environment: Record<string, string>): Promise<void>;
    }
  /** Connections through a Toxiproxy proxy. `listen` and `upstream` are host:port. */
  | { kind: 'link'; name: string; toxiproxyUrl: string; proxy: string; listen: string; upstream: string }
  /** An interface, in a network namespace (null: the one that the harness is in); `peer` is an address (host:port) reached through it. */
  | {
      kind: 'namespace';
      name: string;
      namespace: string | null;
      /** Of a process whose network namespace it is, such as a container's first; absent: `namespace` says it. */
      pid?(): number;
      interface: string;
      peer: string | null;
    }
  /** `pid()`: of its first process; −1 where it does not run here. */
  | { kind: 'container'; name: string; engine: 'docker' | 'podman'; container: string; pid(): number }
  | { kind: 'folder'; name: string; path: string }
  | { kind: 'endpoint'; name: string; url: string }
  /** `restart`, `failover`: program and arguments; null where the configuration has none. */
  | {
      kind: 'database';
      name: string;
      url: string;
      pid: (() => number) | null;
      restart: string[] | null;
      failover: string[] | null;
    }
  /** Pods of a Kubernetes cluster. */
  | { kind: 'workload'; name: string; context: string | null; namespace: string; selector: string }
);

export type ComponentOf<Kind extends Component['kind']> = Extract<Component, { kind: Kind }>;

export interface FaultContext {
  /** Register here before doing. */
  undo: UndoList;
  signal: AbortSignal;
  /** Negative control: everything but the fault itself is done, so its proof must fail. */
  noop: boolean;
}

/** A fault that is on. */
export type ActiveFault = ProvableFault &
  (
    | {
        /** It ends by itself, as a kill does. */
        momentary: true;
      }
    | {
        momentary: false;
        /**
         * A quick look whether it is still on, some times a second, by what it changed. What it brought about itself, such as the end of a process, does not
         * count as gone.
         * @throws Error where it cannot be known
         */
        still(): Promise<ProofCheck>;
      }
  );

interface ProvableFault {
  /** Measures that it is there; never throws for one that is not. */
  prove(): Promise<FaultProof>;
  /** Takes it away and waits until it is gone. Safe to call twice. */
  revert(): Promise<void>;
  /** Of the target's requests, where the fault sees them one by one. */
  touched?(): TouchedRequests;
  /** Of others, that it was felt on, where it is on a link; null: they cannot be seen from here. */
  connections?(): number | null;
  /** Longest that its proof may take, ms; never less than a minute, which is what it gets when absent. */
  proofWithinMs?: number;
}

/** One file a fault in `faults/`; `docs/add-a-fault.md` shows how to write one. */
export interface Fault<Arguments = unknown, Kind extends Component['kind'] = Component['kind']> {
  /** As experiments call it: `latency`. */
  name: string;
  title: string;
  layer: FaultLayer;
  on: readonly Kind[];
  /** Of its arguments, as written in an experiment. */
  schema: z.ZodType<Arguments>;
  /** Why it cannot be done on this machine, with what to do; null: it can. Without arguments, by its usual means. */
  unavailable(component: ComponentOf<Kind>, args?: Arguments): Promise<string | null>;
  /** What it will touch, in plain words; said before it is done. */
  touches(args: Arguments, component: ComponentOf<Kind>): string[];
  /** @throws ShakedownError FAULT_… with nothing left behind */
  inject(args: Arguments, component: ComponentOf<Kind>, context: FaultContext): Promise<ActiveFault>;
}

/** What an experiment asks for. */
export interface FaultRequest {
  /** Title of the experiment. */
  experiment: string;
  fault: string;
  component: string;
  arguments: Record<string, unknown>;
  /** How long it is to last from its proof on; absent: until it is reverted. */
  seconds?: number;
  /** Takes secrets out of all that is recorded of it; absent: there are none. */
  hide?<Value>(value: Value): Value;
}

/** Injects faults by name into named components, proves them and takes them away, and keeps the record of it. */
export interface Injector {
  /**
   * Announces, registers the undo, injects and proves. A fault that is not seen is on record with `proof.seen` false, and does not throw.
   * @throws ShakedownError FAULT_UNKNOWN, FAULT_ARGUMENTS, FAULT_COMPONENT (not named by the configuration, or of a kind the fault is not for),
   * FAULT_UNAVAILABLE, or what injecting threw; it is on record then too
   */
  inject(request: FaultRequest, signal: AbortSignal): Promise<FaultRecord>;
  /** It is to end after so many seconds: the guard sees to it if this process is stopped or hangs. */
  lasts(faultId: string, seconds: number): Promise<void>;
  /** Safe to call twice. @throws ShakedownError FAULT_REVERT when it could not be taken away; it stays on the undo list */
  revert(faultId: string, by: NonNullable<FaultRecord['revertedBy']>): Promise<void>;
  /** Every fault that is on, last first; one that fails does not stop the others. */
  revertAll(by: NonNullable<FaultRecord['revertedBy']>): Promise<void>;
  readonly records: readonly FaultRecord[];
}
