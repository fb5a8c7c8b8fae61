/** Of the installed package, from the project's folder: completes and checks the file while it is written. */
const schema = './node_modules/shakedown/dist/config/schema.json';

/** The configuration that `shakedown init` writes, by its format. */
export const firstConfig = {
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
  },

  // Changes to the default objectives, by id:
  // objectives: { 'response-p95': { target: 80 } },
});
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

# Changes to the default objectives, by id:
# objectives: { response-p95: { target: 80 } }
`,
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
