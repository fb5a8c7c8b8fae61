import type { SampleVersion } from '../model/sample-system.ts';
import type { SampleDefects } from './defects.ts';

export interface SampleOptions {
  /** Default v2.0.0. v2.1.0 adds ratings and recommendations, and one migration. */
  version?: SampleVersion;
  /** Planted faults; none by default. */
  defects?: SampleDefects;
  /** Shop processes behind the balancer; default 3. */
  instances?: number;
  /** Port of the balancer on 127.0.0.1; 0, the default, takes any free one. */
  port?: number;
  /** JSON log file, appended to by every instance; none by default. */
  log?: string;
  /** One log line a request, not warnings and errors only; default false. Needs `log`. */
  accessLog?: boolean;
  /**
   * An unknown address is given an account at its first sign-in (with a password of 8 characters or more), so that the people of an
   * anonymized recording can sign in; default true. A known address always needs its password.
   */
  openSignIn?: boolean;
  /** Zipkin's collector, `http://127.0.0.1:9411/api/v2/spans`: each instance reports spans of requests and statements to it; none by default. */
  tracesUrl?: string;
  /** URL of a Toxiproxy's API: connections from the balancer to the instances and from them to the database go through proxies of it. */
  toxiproxyUrl?: string;
  /** Seed of the demo data and of the defects' dice; default 1. */
  seed?: number;
  /** Its pages are read until they are answered as fast as they will be, before it counts as started; default false. */
  warmUp?: boolean;
  /** Called as soon as it is known where it will answer. */
  addressed?(baseUrl: string): void;
  /** Aborting stops the start, or the running system. */
  signal?: AbortSignal;
}
