import type { DeclaredArtifact } from './artifact.ts';

/** A program of this machine that a deployment runs. */
export interface LocalProgram {
  readonly argv: readonly string[];
  /** Beside that of this process. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs; absent: where the command was started. */
  readonly folder?: string;
}

/** A version of a system, as processes of this machine. */
export interface LocalRelease {
  readonly version: string;
  readonly artifacts: readonly DeclaredArtifact[];
  /** Run to its end before an instance of the version comes up, such as a migration; null: nothing is to be done. */
  readonly prepare: LocalProgram | null;
  /** One instance: it listens on 127.0.0.1 at the port in `PORT`, and ends in order at SIGTERM. */
  readonly instance: LocalProgram;
  /** Of the database's schema; null: unknown. */
  readonly migration: string | null;
  /** What changed since the version before it, a line each; absent: nobody says. */
  readonly changes?: readonly string[];
}

/** A system that versions can be deployed to, as processes of this machine. */
export interface LocalSystem {
  /**
   * What all versions share, such as a database: started once, and ended last. It writes `{"environment": {…}}` to the file that `STATE_FILE` names when it
   * is ready; instances and `prepare` have that in their environment. null: nothing.
   */
  readonly shared: LocalProgram | null;
  readonly healthPath: string;
  /** Where an instance says what it is made of, as `{"artifacts": [{"name", "digest"}]}`; null: it does not. */
  readonly artifactPath: string | null;
  /** Requests of an instance that are only for warming it up, as paths. */
  readonly warmUpPaths: readonly string[];
  /** Names the versions that there are; empty: any. */
  readonly versions: readonly string[];
  /** @throws ShakedownError DEPLOYMENT_VERSION for one that there is not */
  release(version: string): LocalRelease;
}
