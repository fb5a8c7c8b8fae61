import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { copyWith } from '../../../../../src/domains/monitoring/validation/alertmanager/copy.ts';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import { inhibits, routesOf } from '../../../../../src/domains/monitoring/validation/alertmanager/routing.ts';
import { merged } from '../../../../../src/domains/monitoring/validation/operator/merge.ts';
import { readOperatorResources } from '../../../../../src/domains/monitoring/validation/operator/resources.ts';
import { itWithMonitoring } from '../../../../setup/monitoring.ts';

const base = {
  route: { receiver: 'all', routes: [{ receiver: 'all', matchers: ['severity="critical"'] }] },
  receivers: [{ name: 'all', webhook_configs: [{ url: 'http://hook.example/' }] }],
};

const shop = `
apiVersion: monitoring.coreos.com/v1alpha1
kind: AlertmanagerConfig
metadata: { name: shop, namespace: web, labels: { team: shop } }
spec:
  route:
    receiver: on-call
    groupBy: [alertname]
    groupWait: 5s
    matchers: [{ name: severity, matchType: '=~', value: 'critical|warning' }]
    muteTimeIntervals: [night]
    routes: [{ receiver: chat, matchers: [{ name: owner, value: 'a"b' }, { name: env, value: 'p.*', regex: true }] }]
  inhibitRules:
    - { sourceMatch: [{ name: alertname, value: Down, matchType: '=' }], targetMatch: [{ name: severity, value: warning }], equal: [service] }
  muteTimeIntervals:
    - name: night
      timeIntervals: [{ times: [{ startTime: '22:00', endTime: '24:00' }], weekdays: ['Monday:Friday'], daysOfMonth: [{ start: 1, end: -1 }], months: [January, '2:12'] }]
  receivers:
    - name: on-call
      pagerdutyConfigs:
        - routingKey: { name: keys, key: pagerduty }
          details: [{ key: runbook, value: '{{ .CommonAnnotations.runbook_url }}' }]
          pagerDutyLinkConfigs: [{ href: 'https://example.com/', text: Runbook }]
          httpConfig: { proxyURL: 'http://proxy.example' }
    - name: chat
      slackConfigs: [{ apiURL: { name: keys, key: slack }, channel: '#a', sendResolved: true, titleLink: 'https://example.com/', iconURL: 'https://example.com/i.png' }]
      emailConfigs: [{ to: a@example.com, from: b@example.com, smarthost: 'mail.example:25', requireTLS: false, headers: [{ key: Subject, value: hello }] }]
      webhookConfigs: [{ urlSecret: { name: keys, key: hook }, maxAlerts: 10 }]
`;
const other = `
apiVersion: monitoring.coreos.com/v1beta1
kind: AlertmanagerConfig
metadata: { name: all, namespace: data }
spec:
  route: { receiver: 'null', activeTimeIntervals: [day] }
  timeIntervals: [{ name: day, timeIntervals: [{ times: [{ startTime: '06:00', endTime: '22:00' }] }] }]
  receivers: [{ name: 'null' }]
`;
const alertmanager = (spec: string) => `
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
metadata: { name: main, namespace: web }
spec: ${spec}
`;

function mergedOf(...documents: string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
  try {
    const file = join(folder, 'resources.yml');
    writeFileSync(file, documents.join('\n---\n'));
    const { document, ...rest } = merged(base, readOperatorResources([folder]));
    return { ...rest, document, model: parseAlertmanager(stringify(document), '/etc/a.yml') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const receiversOf = (model: ReturnType<typeof mergedOf>['model'], labels: Record<string, string>) =>
  routesOf(model.route, labels).map(({ receiver }) => receiver);

describe('AlertmanagerConfig resources are merged as the operator does', () => {
  it('routes come first, in the order of their names, hold in their namespace and go on', () => {
    const { model } = mergedOf(shop, other);
    expect(receiversOf(model, { namespace: 'web', severity: 'critical' })).toEqual(['web/shop/on-call', 'all']);
    expect(receiversOf(model, { namespace: 'data', severity: 'critical' })).toEqual(['data/all/null', 'all']);
    expect(receiversOf(model, { severity: 'critical' })).toEqual(['all']);
    expect(receiversOf(model, { namespace: 'web', severity: 'critical', owner: 'a"b', env: 'prod' })).toEqual([
      'web/shop/chat',
      'all',
    ]);
    expect(model.route.routes.map(({ path, receiver }) => [path, receiver])).toEqual([
      ['route.routes[0]', 'data/all/null'],
      ['route.routes[1]', 'web/shop/on-call'],
      ['route.routes[2]', 'all'],
    ]);
    expect(model.route.routes[1]?.muteTimes).toEqual(['web/shop/night']);
    expect(model.route.routes[0]?.activeTimes).toEqual(['data/all/day']);
  });

  it('inhibitions hold in their namespace', () => {
    const { model } = mergedOf(shop);
    const [source, target] = [
      { alertname: 'Down', namespace: 'web' },
      { severity: 'warning', namespace: 'web' },
    ];
    expect(inhibits(model, source, target)).toBe(true);
    expect(inhibits(model, source, { ...target, namespace: 'data' })).toBe(false);
    expect(inhibits(model, { ...source, namespace: 'data' }, target)).toBe(false);
  });

  it('by the strategy of the Alertmanager resource', () => {
    const strategy = (type: string) =>
      alertmanager(`{ alertmanagerConfigMatcherStrategy: { type: ${type} }, alertmanagerConfigNamespaceSelector: {} }`);
    expect(receiversOf(mergedOf(shop, other, strategy('None')).model, { severity: 'critical' })).toEqual([
      'data/all/null',
      'web/shop/on-call',
      'all',
    ]);
    const except = mergedOf(shop, other, strategy('OnNamespaceExceptForAlertmanagerNamespace')).model;
    expect(receiversOf(except, { severity: 'critical' })).toEqual(['web/shop/on-call', 'all']);
  });

  it('what the operator does not take is named, and so is what nobody wrote', () => {
    const selected = mergedOf(
      shop,
      other,
      alertmanager('{ alertmanagerConfigSelector: { matchLabels: { team: shop } } }'),
    );
    expect(selected.refused).toEqual(['data/all: alertmanagerConfigSelector asks for the label team=shop']);
    expect(mergedOf(shop, other, alertmanager('{}')).refused).toEqual(['data/all: only the namespace web is selected']);
    const broken = mergedOf(shop.replace('receiver: chat', 'receiver: nobody'));
    expect(broken.refused).toEqual(['web/shop: receiver nobody is not defined in it']);
    expect(broken.model.receivers.map(({ name }) => name)).toEqual(['all']);
    const { differences } = mergedOf(shop);
    expect(differences.join('\n')).toMatch(
      /web\/shop: its route comes before .* takes only alerts with namespace="web"/,
    );
    expect(differences.join('\n')).toMatch(
      /in Secrets: on-call\.pagerdutyConfigs\[0\]\.routingKey, chat\.slackConfigs\[0\]\.apiURL/,
    );
    expect(differences.join('\n')).toMatch(/left out.*on-call\.pagerdutyConfigs\[0\]\.httpConfig/);
  });

  it('a file without such a resource is refused', () => {
    expect(() => readOperatorResources(['/nowhere/at/all.yml'])).toThrow('ENOENT');
  });
});

itWithMonitoring('amtool takes what they are merged to', async () => {
  const { model } = mergedOf(shop, other);
  const replacements = model.receivers.flatMap(({ name, integrations }) =>
    integrations.map((integration) => ({
      ...{ receiver: name, integration },
      address: integration.kind === 'email' ? '127.0.0.1:25' : 'http://127.0.0.1:9/1',
    })),
  );
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-test-'));
  try {
    const file = join(folder, 'alertmanager.yml');
    writeFileSync(file, copyWith(model, replacements).text);
    const { status, stdout, stderr } = spawnSync('amtool', ['check-config', file], { encoding: 'utf8' });
    expect(`${status} ${stdout}${stderr}`).toMatch(/^0 /);
    const routes = spawnSync(
      'amtool',
      ['config', 'routes', 'test', `--config.file=${file}`, 'namespace=web', 'severity=critical'],
      { encoding: 'utf8' },
    );
    expect(routes.stdout.trim()).toBe('web/shop/on-call,all');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
