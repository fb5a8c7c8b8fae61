/** What `import … from 'shakedown'` gives. docs/imports.md promises these names; the rest may change. */
import type { UserConfig } from '../config/user-config.ts';

export type { UserConfig };

/** Gives `shakedown.config.ts` its types; returns what it is given. */
export function defineConfig(config: UserConfig): UserConfig {
  return config;
}
