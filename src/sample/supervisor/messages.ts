import type { SampleInstance, SampleLink, SampleVersion } from '../../model/sample-system.ts';
import type { SampleDefects } from '../defects.ts';

/** What every shop process gets when it starts. */
export interface InstanceConfig {
  name: string;
  version: SampleVersion;
  defects: SampleDefects;
  /** 0: any free one; a replacement gets the port of the instance it replaces. */
  port: number;
  databaseUrl: string;
  /** Signs session cookies and tokens; the same for all instances of one start. */
  secret: string;
  seed: number;
  /** Common zero of the freeze defect, epoch milliseconds. */
  startedAtMs: number;
  log: string | null;
  accessLog: boolean;
  openSignIn: boolean;
  /** Where spans go; null: nothing is traced. */
  tracesUrl: string | null;
  /** Redis with the sessions and the queue of orders; null: there is none. */
  redisUrl: string | null;
  /** Of the carrier, which is in place of the one in the settings; null: there is none. */
  carrierUrl: string | null;
}

export interface BalancerConfig {
  port: number;
}

/** Enough to end what a killed supervisor left: sent to the balancer, which outlives it by a moment. */
export interface Leftovers {
  postmasterPid: number;
  folder: string;
}

export type ToChild =
  | { type: 'start'; config: unknown }
  | { type: 'upstreams'; upstreams: { name: string; url: string }[] }
  | { type: 'leftovers'; leftovers: Leftovers }
  | { type: 'relaunch'; name: string; environment: Record<string, string> }
  | { type: 'scale'; instances: number }
  | { type: 'stop' };

export type FromChild =
  | { type: 'listening'; port: number; adminPort?: number }
  | { type: 'failed'; code: string; message: string };

/** What `startSample` sends the supervisor, and gets from it. */
export interface SupervisorConfig {
  version: SampleVersion;
  defects: SampleDefects;
  instances: number;
  port: number;
  log: string | null;
  accessLog: boolean;
  openSignIn: boolean;
  seed: number;
  toxiproxyUrl: string | null;
  warmUp: boolean;
  tracesUrl: string | null;
  carrierUrl: string;
}

export interface SystemState {
  baseUrl: string;
  instances: SampleInstance[];
  balancer: { url: string; pid: number };
  database: { url: string; pid: number };
  links: SampleLink[];
}

export type FromSupervisor =
  | { type: 'address'; baseUrl: string }
  | { type: 'started' }
  | { type: 'state'; state: SystemState }
  | { type: 'failed'; code: string; message: string; hint: string | null };
