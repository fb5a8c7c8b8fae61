import type { UserConfig } from './user-config.ts';

export type { LoadProfile, UserConfig } from './user-config.ts';

/** Gives `shakedown.config.ts` its types; returns what it is given. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}
