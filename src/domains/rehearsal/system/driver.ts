import type { Side } from './state.ts';

/** How versions of a system come up and end: one file a driver. */
export interface DeployDriver {
  readonly id: string;
  /**
   * Brings a version up on a side, without traffic.
   * @param started called for each process as soon as it is there, so that it can be ended should this process be killed
   * @param more variables of its environment, beside what every version has
   * @throws ShakedownError DEPLOYMENT_FAILED
   */
  up(
    version: string,
    side: string,
    started: (soFar: Side) => void,
    signal: AbortSignal,
    more?: Readonly<Record<string, string>>,
  ): Promise<Side>;
  /** Ends what is on a side; safe where it is gone. */
  down(side: Side): Promise<void>;
  /** Files with lines such as `{"requestId": "…"}`, for each request that an instance was given; absent: what the instances name themselves. */
  requestLogs?(side: Side): Promise<string[]>;
  readonly healthPath: string;
  readonly artifactPath: string | null;
  readonly warmUpPaths: readonly string[];
}
