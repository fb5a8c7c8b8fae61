/** Not for version control: what runs write, and traffic that may hold personal data. */
export const ignoredPaths = ['reports/runs/', 'reports/staging.json', 'reports/staging.lock', 'load/traffic/raw/'];

/** Copied as they are here, so that what a user gets is what is tested. */
export const copiedFiles = [
  'load/profiles/steady.yaml',
  'load/profiles/peak.yaml',
  'load/profiles/day.yaml',
  'reports/policies/five-minutes.yaml',
  'chaos/experiments/instance-killed.yaml',
  'chaos/experiments/instance-frozen.yaml',
  'chaos/experiments/slow-database.yaml',
  'chaos/experiments/database-out-of-reach.yaml',
];

/** Files that `shakedown init` writes beside the configuration, by path. */
export const scaffold: Record<string, string> = {
  'load/traffic/README.md': `# Recordings

\`raw/\` is what \`shakedown traffic import\` made: it may hold personal data and is not for version control.
\`production/\` is what \`shakedown traffic anonymize\` made of it: it has passed the leak scan and may be shared.
`,
  'uat/README.md': `# Business scenarios

Playwright tests, one file a scenario: \`checkout.uat.ts\`. They run against the same target as the replayed traffic.
`,
  'chaos/experiments/README.md': `# Experiments

Chaos Toolkit experiments, one YAML file each: steady-state hypothesis, method, rollbacks.
The components that they name (\`shop-1\`, \`shop-1 to database\`) are those of the sample system: put yours in their place.
\`shakedown chaos list\` names the faults there are, \`shakedown chaos validate chaos/experiments/*.yaml\` checks what you write.
`,
  'reports/README.md': `# Reports

Every run writes a folder under \`runs/\`: \`index.html\` for people, \`junit.xml\`, \`summary.md\` and \`results.json\` for programs.
`,
};
