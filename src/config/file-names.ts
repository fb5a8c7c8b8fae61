/** What a configuration may be called, in the project's folder. */
export const configFileNames = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map(
  (end) => `shakedown.config.${end}`,
);
