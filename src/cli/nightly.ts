/** What `shakedown init --nightly` writes, and which of our own files it is made of: what a user gets is what is tested. */
export const nightlyFiles = [
  { from: '.github/workflows/nightly.yml', to: '.github/workflows/nightly-soak.yml' },
  ...['README.md', 'shakedown-nightly.service', 'shakedown-nightly.timer'].map((name) => ({
    from: `docs/nightly/${name}`,
    to: `docs/nightly/${name}`,
  })),
];

/** What `shakedown init --workflows` writes: the stage in workflows of GitHub, and the same as a pipeline of GitLab. */
export const workflowFiles = [
  ...[
    'shakedown',
    'staging-deployment',
    'final-validation',
    'deployment-rehearsal',
    'staging-monitoring',
    'promotion',
  ].map((name) => ({ from: `.github/workflows/${name}.yml`, to: `.github/workflows/${name}.yml` })),
  { from: 'docs/pipelines/gitlab-ci.yml', to: 'docs/pipelines/gitlab-ci.yml' },
];

/** Ours run from a clone, a user's from the installed package. */
const asInstalled = [
  ['npm run simulate:production -- ', 'npx shakedown simulate '],
  ['npm run --silent promote:production -- ', 'npx shakedown promote '],
  ['npm run --silent shakedown -- ', 'npx shakedown '],
  ['.github/workflows/nightly.yml', '.github/workflows/nightly-soak.yml'],
  ['cache-dependency-path: load/k6/go.sum', 'cache: false'],
  ["hashFiles('load/k6/**')", "hashFiles('package-lock.json')"],
] as const;

/** One of our own files, as a user's repository needs it. */
export function asUser(text: string): string {
  return asInstalled.reduce((so, [ours, theirs]) => so.replaceAll(ours, theirs), text);
}
