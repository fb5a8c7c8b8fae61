import type { z } from 'zod';
import type { ResolvedConfig } from '../model/config.ts';

type Schemas = Readonly<Record<string, z.ZodType>>;

/**
 * One or more keys of the configuration file: what a user may write, with defaults, meaning and an example, and what it comes to.
 * A fixed default stands in the schema (`.default(…)`); one that depends on something ends the description: `…; by the run's length when absent.`
 */
export interface Configuration<S extends Schemas = Schemas> {
  /** Schema by key. Each describes itself, for editors and `docs/configuration.md`. */
  readonly schemas: S;
  /** For the documentation: every key of the schemas is in one of them. */
  readonly examples: readonly { readonly [K in keyof S]?: z.input<S[K]> }[];
  /** Keys that may name a YAML or JSON file in place of holding the value themselves. */
  readonly files?: Readonly<Record<string, z.ZodType>>;
  /** What keys were called before, and are called now: `engine.relayS` → `engine.handOverS`. `*` stands for any part. */
  readonly renamed?: Readonly<Record<string, string>>;
  /**
   * Its part of the resolved configuration: paths absolute, all units those of the names.
   * @throws ShakedownError CONFIG_INVALID for what a schema cannot see
   */
  resolve(written: { [K in keyof S]: z.output<S[K]> }, context: ConfigurationContext): Partial<ResolvedConfig>;
}

export interface ConfigurationContext {
  /** Makes a path absolute; relative ones are of the configuration's folder. */
  at(path: string): string;
  /** Whether the bundled sample system is the target. */
  isSample: boolean;
  /** Whether traffic will be replayed. */
  replays: boolean;
  /** Tags that requests have, by `traffic.tags`; absent: none. */
  tags?: readonly string[];
  /**
   * Refuses evidence that no domain can show: `gate:secrity`. Absent: nothing is known of the domains.
   * @param key where it is written
   * @throws ShakedownError CONFIG_INVALID
   */
  refuseEvidence?(reference: string, key: string): void;
}
