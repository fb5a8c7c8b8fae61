import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyWith } from '../../../../../src/domains/monitoring/validation/alertmanager/copy.ts';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import { itWithMonitoring } from '../../../../setup/monitoring.ts';

const config = `
global:
  slack_api_url: https://hooks.slack.example/services/hidden-hook
  opsgenie_api_key: hidden-genie
  http_config: { proxy_url: 'http://proxy.example:3128' }
  smtp_smarthost: mail.example:25
  smtp_from: a@example.com
  smtp_auth_password: hidden-mail
route: { receiver: all, group_wait: 7s }
receivers:
  - name: all
    pagerduty_configs: [{ routing_key: hidden-page, severity: critical, http_config: { proxy_url: 'http://proxy.example:3128' } }]
    slack_configs: [{ channel: '#a' }]
    email_configs: [{ to: b@example.com, tls_config: { ca_file: /ca.pem } }]
    opsgenie_configs: [{ message: hello }]
    webhook_configs: [{ url: 'https://user:hidden@hook.example/path/hidden-path' }]
    victorops_configs: [{ api_key: hidden-victor, routing_key: team }]
`;
const model = parseAlertmanager(config, '/etc/alertmanager.yml');
const standIns = model.receivers.flatMap(({ name, integrations }) =>
  integrations.map((integration, at) => ({
    ...{ receiver: name, integration },
    address: integration.kind === 'email' ? `127.0.0.1:${9000 + at}` : `http://127.0.0.1:9999/${at}`,
  })),
);

it('a copy leads nowhere but to the stand-ins, and says in what it differs without its secrets', () => {
  const { text, changes, notStoodIn } = copyWith(model, standIns);
  expect(text).not.toMatch(/hidden|proxy|slack\.example|mail\.example|hook\.example/);
  expect(text).toContain('group_wait: 7s');
  expect(JSON.stringify(changes)).not.toMatch(/hidden-|user:hidden/);
  expect(changes.map(({ path }) => path)).toContain('receivers[0].webhook_configs[0].url');
  expect(changes.some(({ path }) => /severity|channel|message|\.to$/.test(path))).toBe(false);
  expect(notStoodIn).toEqual([{ receiver: 'all', key: 'victorops_configs' }]);
});

it('an integration without a stand-in is never left as it is', () => {
  expect(() => copyWith(model, standIns.slice(1))).toThrow('no stand-in for all');
});

itWithMonitoring('Alertmanager takes the copy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'copy-'));
  writeFileSync(join(folder, 'copy.yml'), copyWith(model, standIns).text);
  const outcome = spawnSync('amtool', ['check-config', join(folder, 'copy.yml')]);
  expect(outcome.stderr.toString() + outcome.stdout.toString()).toContain('SUCCESS');
  rmSync(folder, { recursive: true });
});
