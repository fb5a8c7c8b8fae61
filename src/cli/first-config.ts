import { targetAmount } from '../gate/words.ts';
import type { Objective } from '../model/verdict.ts';

/** Of the installed package, from the project's folder: completes and checks the file while it is written. */
const schema = './node_modules/shakedown/dist/config/schema.json';

/** Takes the place of the default objectives in what is written. */
const objectivesHere = '@objectives@\n';

const firstConfig = {
  ts: `import { defineConfig } from 'shakedown';

// Every setting, with what it means, is in your editor's completion. What is left out has a default.
export default defineConfig({
  name: 'my-service',
  // Or on the command line: --version-under-test
  version: '0.0.0',
  environment: 'staging',

  target: {
    // Where the release candidate answers. Only this host and those of allowHosts are ever sent traffic.
    baseUrl: 'http://127.0.0.1:8080',
    // allowHosts: ['images.staging.example.com'],
    // Recorded hosts go to baseUrl, unless said otherwise here; null leaves their requests out.
    // hosts: { 'https://images.example.com': 'https://images.staging.example.com' },
    // headers: { 'x-load-test': 'shakedown' },
    // healthPath: '/healthz',
  },

  traffic: {
    // Made by \`shakedown traffic import\` and \`shakedown traffic anonymize\`.
    recording: 'load/traffic/production',
  },
  profile: 'load/profiles/steady.yaml',

  replay: {
    // 'safe' sends GET, HEAD and OPTIONS only. 'recorded' also sends what writes: only where the target may be written to.
    writes: 'safe',
    // For an access log, which has no cookies and no bodies: how sessions log in, and where bodies come from (docs/logins-and-writes.md).
    // login: { users: 'load/users.csv', requests: [{ request: 'POST /login', form: { email: '{{email}}', password: '{{env.TEST_PASSWORD}}' } }] },
    // bodies: [{ from: 'load/app.har' }, { from: 'openapi.yaml' }],
  },

  // Whose processor, memory and descriptors are watched. Without one of these no run can pass: nobody saw how near the target was to its limits.
  // watch: {
  //   processes: [{ name: 'web', pidFile: '/run/web.pid' }],
  //   scrape: [{ name: 'web', url: 'http://127.0.0.1:8080/metrics' }],
  //   prometheus: { url: 'http://127.0.0.1:9090' },
  // },

${objectivesHere}});
`,
  yaml: `# yaml-language-server: $schema=${schema}
# Every setting, with what it means, is in your editor's completion. What is left out has a default.
name: my-service
# Or on the command line: --version-under-test
version: 0.0.0
environment: staging

target:
  # Where the release candidate answers. Only this host and those of allowHosts are ever sent traffic.
  baseUrl: http://127.0.0.1:8080
  # allowHosts: [images.staging.example.com]
  # Recorded hosts go to baseUrl, unless said otherwise here; null leaves their requests out.
  # hosts: { https://images.example.com: https://images.staging.example.com }
  # headers: { x-load-test: shakedown }
  # healthPath: /healthz

traffic:
  # Made by \`shakedown traffic import\` and \`shakedown traffic anonymize\`.
  recording: load/traffic/production
profile: load/profiles/steady.yaml

replay:
  # safe sends GET, HEAD and OPTIONS only. recorded also sends what writes: only where the target may be written to.
  writes: safe
  # For an access log, which has no cookies and no bodies: how sessions log in, and where bodies come from (docs/logins-and-writes.md).
  # login:
  #   users: load/users.csv
  #   requests: [{ request: POST /login, form: { email: '{{email}}', password: '{{env.TEST_PASSWORD}}' } }]
  # bodies: [{ from: load/app.har }, { from: openapi.yaml }]

# Whose processor, memory and descriptors are watched. Without one of these no run can pass: nobody saw how near the target was to its limits.
# watch:
#   processes: [{ name: web, pidFile: /run/web.pid }]
#   scrape: [{ name: web, url: http://127.0.0.1:8080/metrics }]
#   prometheus: { url: http://127.0.0.1:9090 }

${objectivesHere}`,
  json: `{
  "$schema": "${schema}",
  "name": "my-service",
  "version": "0.0.0",
  "environment": "staging",
  "target": { "baseUrl": "http://127.0.0.1:8080" },
  "traffic": { "recording": "load/traffic/production" },
  "profile": "load/profiles/steady.yaml",
  "replay": { "writes": "safe" }
}
`,
};

export type ConfigFormat = keyof typeof firstConfig;

const signs: Record<Objective['comparison'], string> = { '<': '<', '<=': '≤', '>': '>', '>=': '≥', '=': '=' };

/**
 * The configuration that `shakedown init` writes. Where a format has comments it holds every default objective with its target and unit.
 * @param defaults objectives of all domains
 */
export function firstConfigText(format: ConfigFormat, defaults: readonly Objective[]): string {
  const [comment, quote] = format === 'ts' ? ['  //', "'"] : ['#', ''];
  const width = Math.max(...defaults.map(({ id, target }) => `${id}${target}`.length));
  const lines: string[] = [
    'What is wanted: every default objective, by gate. Take a line out of the comment to change its target; comparison, weight, key and',
    'minimumSamples can be changed in the same way. What each is for: docs/objectives.md.',
    'objectives: {',
  ];
  for (const gate of new Set(defaults.map((one) => one.gate))) {
    lines.push(`  ${format === 'ts' ? '//' : '#'} ${gate}`);
    for (const objective of defaults.filter((one) => one.gate === gate)) {
      const { id, target, title, comparison } = objective;
      const what = `${title}, ${signs[comparison]} ${targetAmount(objective)}`;
      const entry = `  ${quote}${id}${quote}: { target: ${target} },${' '.repeat(width - `${id}${target}`.length)}`;
      lines.push(`${entry} ${format === 'ts' ? '//' : '#'} ${what}`);
    }
  }
  lines.push(format === 'ts' ? '},' : '}');
  const written = lines.map((line) => `${comment} ${line}`.trimEnd()).join('\n');
  return firstConfig[format].replace(objectivesHere, `${written}\n`);
}
