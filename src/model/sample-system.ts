export type SampleVersion = 'v2.0.0' | 'v2.1.0';

export interface SampleInstance {
  name: string;
  /** Direct address of the instance; also where `/metrics` is, which the balancer does not pass on. */
  url: string;
  pid: number;
}

/** A connection within the system that goes through a Toxiproxy. Addresses are host:port. */
export interface SampleLink {
  /** `balancer to shop-1`, `shop-1 to database`. */
  name: string;
  toxiproxyUrl: string;
  proxy: string;
  listen: string;
  upstream: string;
}

/** The bundled sample system while it runs (`src/sample`). */
export interface SampleSystem {
  /** `http://127.0.0.1:<port>`, the balancer. */
  baseUrl: string;
  version: SampleVersion;
  /** Kept up to date: an instance that died is replaced within a second under the same name and address, with a new pid. */
  readonly instances: readonly SampleInstance[];
  /** `url` is the balancer's own side: `/healthz`, `/status` and `/metrics`, not the shop. */
  readonly balancer: { url: string; pid: number };
  /** Connection string of a role that owns the shop's database; `pid` is the postmaster's. */
  readonly database: { url: string; pid: number };
  /** The shop's carrier: a service of others, which is asked by the shop. While it is closed, another may answer at its `url`. */
  readonly carrier: { readonly url: string; open(): Promise<void>; close(): Promise<void> };
  /**
   * Kills an instance, and resolves when its replacement, with this added to its environment that once, has taken its place.
   * @throws ShakedownError SAMPLE_INSTANCE where there is none of that name
   */
  relaunch(name: string, environment: Record<string, string>): Promise<void>;
  /**
   * Adds or removes instances while the shop serves; returns when as many are there. Those that leave finish what they have begun.
   * @throws ShakedownError SAMPLE_SCALE when that takes longer than two minutes
   */
  scale(instances: number): Promise<void>;
  /**
   * Kills the database, so that what it had not written is gone, and resolves when it is back and the shop can be used.
   * @throws ShakedownError SAMPLE_FAILED when it does not come back
   */
  restartDatabase(signal?: AbortSignal): Promise<void>;
  /** Empty without a Toxiproxy. */
  readonly links: readonly SampleLink[];
  /** Ends every process and removes the data; safe to call twice. */
  stop(): Promise<void>;
}

/** Files of the sample system's monitoring; absolute. */
export interface SampleMonitoring {
  /** Prometheus' configuration. */
  readonly prometheus: string;
  readonly alertmanager: string;
  /** Folders. */
  readonly rules: string;
  readonly ruleTests: string;
  readonly dashboards: string;
}
