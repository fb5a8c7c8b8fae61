import type { ResolvedConfigurationChange } from './configuration/settings.ts';
import type { ResolvedMigration } from './database/settings.ts';
import type { ResolvedFlags } from './flags/settings.ts';
import type { ResolvedRecovery } from './recovery/settings.ts';
import type { ResolvedCompose } from './system/compose/settings.ts';

/** How versions come up beside each other, and what moves traffic between them. */
export interface ResolvedDeployment {
  driver: 'local' | 'compose' | 'kubernetes' | 'command';
  /** Of each version. */
  instances: number;
  readyMs: number;
  warmUpMs: number;
  /** How long requests of a version that gets no new ones may take to end. */
  drainMs: number;
  local: {
    start: string[];
    prepare: string[] | null;
    folder: string | null;
    environment: Record<string, string>;
    healthPath: string;
  } | null;
  /** `requestIds` prints what the instances of a side noted of their requests; null: nobody can. */
  command: { up: string[]; down: string[]; requestIds: string[] | null } | null;
  compose: ResolvedCompose | null;
  kubernetes: {
    context: string;
    namespace: string;
    /** Absolute paths of files, kustomize folders and charts. */
    manifests: string[];
    /** By the image that the manifests name: what to run in its place. `{version}` stands for the version. */
    images: Record<string, string>;
    /** What charts are rendered with, by dotted name. `{version}` stands for the version. */
    values: Record<string, string | number | boolean>;
    /** Deployment or StatefulSet that answers requests; null: the only one. */
    workload: string | null;
    /** Where its pods listen. */
    port: number;
    healthPath: string;
    /** Its pods print a line with `requestId` for each request. */
    requestIds: boolean;
  } | null;
  switch: {
    driver: 'embedded' | 'haproxy' | 'envoy' | 'nginx' | 'kubernetes' | 'command';
    port: number;
    haproxyPath: string | null;
    envoyPath: string | null;
    nginxPath: string | null;
    command: { set: string[]; read: string[]; url: string } | null;
    kubernetes: {
      /** Where clients connect; null: the Service's own address. */
      url: string | null;
      /** Pods of a side that a share may need at the most. */
      podsAtMost: number;
      /** A gauge of every pod; null: nobody knows what is under way. */
      inFlight: { path: string; metric: string } | null;
    };
    /** Whether clients are tied to instances by a cookie, and if so, whether they go along when traffic is moved. */
    sticky: 'off' | 'moved' | 'kept';
    cuts: boolean;
  };
}

/** A request that takes long enough to be under way while traffic is moved. */
export interface SlowRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** null: it has none. */
  body: string | null;
}

/** A WebSocket that is open while traffic is moved. */
export interface WebSocketKind {
  path: string;
  headers: Record<string, string>;
  /** Sent five times a second, and answered each time; null: nothing is sent. */
  message: string | null;
}

export interface ResolvedRehearsal {
  /** Asked for by a version under rehearsal; null: the configuration's, or the sample's. */
  candidate: string | null;
  previous: string | null;
  ratePerSecond: number;
  /** Whether smoke tests are run on the candidate before it gets traffic. */
  smokeTests: boolean;
  /** What is under way at a switch; null: that kind is not tried. */
  kinds: {
    slowGet: SlowRequest | null;
    upload: SlowRequest | null;
    post: SlowRequest | null;
    http2: SlowRequest | null;
    webSocket: WebSocketKind | null;
    login: (SlowRequest & { tokenAt: string }) | null;
  };
  blueGreen: {
    /** Moves to the candidate, each followed by one back. */
    switches: number;
    settleMs: number;
    observeMs: number;
    inFlight: number;
    uploadMs: number;
    rollbackMs: number;
    failedPercent: number;
    slowdownPercent: number;
    memoryMbPerMinute: number;
  };
  canary: {
    steps: number[];
    stepMs: number;
    minimumRequests: number;
    deadlineMs: number;
    slowdownPercent: number;
    failedPoints: number;
    memoryMbPerMinute: number;
  };
  migration: ResolvedMigration;
  recovery: ResolvedRecovery;
  configuration: ResolvedConfigurationChange;
  flags: ResolvedFlags;
}

declare module '../../model/config.ts' {
  interface ResolvedConfig {
    deployment: ResolvedDeployment;
    rehearsal: ResolvedRehearsal;
  }
}
