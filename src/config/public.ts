import type { UserConfig } from './schema.ts';

export type { LoadProfile } from '../domains/traffic/profile.ts';
export type { UserConfig } from './schema.ts';

/** Gives `shakedown.config.ts` its types; returns what it is given. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}
