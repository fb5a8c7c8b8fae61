import type { DeclaredArtifact } from './artifact.ts';
import type { CertificateSettings } from './certificate.ts';
import type { PolicyRules } from './policy.ts';
import type { AppliedPolicy } from './results.ts';
import type { Header } from './traffic.ts';
import type { Objective } from './verdict.ts';

/** What a configuration changes of a default objective; one of its own is whole. */
export type ObjectiveOverride = Partial<Objective>;

/** Gates, changes to their objectives, how old evidence may be, and who has to decide. */
export interface Policy extends Required<Omit<AppliedPolicy, 'isOneGate'>>, PolicyRules {
  objectives: Record<string, ObjectiveOverride>;
}

/** What a run is held against by who asks for its verdict: its own targets may have been weaker. */
export interface JudgedBy {
  readonly policy: Policy | undefined;
  readonly objectives: ResolvedConfig['objectives'];
}

/** A receiver of Prometheus remote write. */
export interface RemoteWrite {
  url: string;
  headers: Record<string, string>;
  tokenEnv: string | null;
  everyMs: number;
}

/**
 * The configuration with every default filled in and every path absolute. Plain JSON. A domain adds its own keys where it resolves them:
 * `declare module '../../model/config.ts' { interface ResolvedConfig { chaos: ResolvedChaos } }`.
 */
export interface ResolvedConfig {
  name: string;
  version: string;
  baselineVersion: string | null;
  environment: string;
  /** Declared; absent where nothing is. */
  artifacts?: DeclaredArtifact[];
  target: {
    /** Not null: start the bundled sample system; `baseUrl` is then null until it runs. */
    sample: { defects: string; version: 'v2.0.0' | 'v2.1.0' } | null;
    /** Without a trailing slash. */
    baseUrl: string | null;
    /** `host` or `host:port`, lower case; that of `baseUrl` is among them. */
    allowHosts: string[];
    /** Recorded origin → origin it is sent to, null: left out. */
    hosts: Record<string, string | null>;
    /** Names in lower case. */
    headers: Header[];
    dropHeaders: string[];
    tls: { caFile: string | null; certFile: string | null; keyFile: string | null };
    http2: boolean;
    tokenHook: { command: string[]; header: string; everyS: number } | null;
    scale: { command: string[]; instances: number } | null;
    healthPath: string | null;
    /** Where the target says what it is made of; absent: it does not. */
    artifactPath?: string;
  };
  /** What READY means; absent: the command says no more than whether its own gates passed. */
  policy?: Policy;
  /** A whole table, or changes to the default one by id; null: the default one. */
  objectives: Objective[] | Record<string, ObjectiveOverride> | null;
  /** Runs past either bound are removed when a run has ended; null: no bound. */
  reports: {
    folder: string;
    /** The folder that the configuration names, where a command line names another for its run; absent: it does not. */
    usualFolder?: string;
    keep: number | null;
    keepDays: number | null;
    publicUrl: string | null;
  };
  /** Where the run's own figures go while it is on. */
  metrics: { remoteWrite: RemoteWrite | null };
  /** Passing runs to compare with: where they are, how many are kept, and how many of the newest count. */
  baselines: { folder: string; keep: number; runs: number };
  /** Whose signatures count, and for what; null: nobody said. */
  signing: { allowedSigners: string | null; namespace: string };
  /** What certificates are signed with, and whose count. */
  certificate: CertificateSettings;
}
