import { expect, test } from 'vitest';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import { routesOf } from '../../../../../src/domains/monitoring/validation/alertmanager/routing.ts';
import { knownAlerts } from '../../../../../src/domains/monitoring/validation/pager/known-alerts.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

const model = parseAlertmanager(
  `
route:
  receiver: nobody
  routes:
    - { receiver: page, matchers: ['sloth_severity="page"', 'team="shop"'] }
    - { receiver: ticket, matchers: ['sloth_severity="ticket"'] }
    - { receiver: urgent, matchers: ['severity="critical"'] }
    - { receiver: shop, matchers: ['job="shop"'] }
receivers: [{ name: nobody }, { name: page }, { name: ticket }, { name: urgent }, { name: shop }]
`,
  'alertmanager.yml',
);

function told(text: string, ...more: string[]) {
  const files = [text, ...more].map((one, index) => readRuleText(one, `${index}.yml`));
  const { alerts, notKnown } = knownAlerts(files, model, { site: 'a' });
  return {
    to: alerts.map(({ name, labels }) => `${name}: ${routesOf(model.route, labels).map(({ receiver }) => receiver)}`),
    notKnown: notKnown.map(({ name }) => name),
    alerts,
  };
}

const rule = `{ alert: Down, expr: 'up{job="shop"} == 0', labels: { severity: warning } }`;

test.each([
  ['a rule file', `groups: [{ name: g, rules: [${rule}] }]`],
  [
    'a PrometheusRule in a list',
    `{ kind: List, items: [{ kind: PrometheusRule, apiVersion: monitoring.coreos.com/v1, spec: { groups: [{ name: g, rules: [${rule}] }] } }] }`,
  ],
  ['a ConfigMap', `kind: ConfigMap\ndata:\n  a.yml: |\n    groups:\n      - name: g\n        rules: [${rule}]\n`],
  ['many documents', `---\nkind: Service\n---\ngroups: [{ name: g, rules: [${rule}] }]\n`],
])('alerts of %s are routed, by the labels of their series too', (_, text) => {
  expect(told(text).to).toEqual(['Down: shop']);
  expect(told(text).alerts[0]?.labels).toEqual({ alertname: 'Down', severity: 'warning', job: 'shop', site: 'a' });
});

test('each branch of a template is routed', () => {
  const severity = '{{ if gt $value 90.0 }}critical{{ else }}warning{{ end }}';
  expect(
    told(`groups: [{ name: g, rules: [{ alert: A, expr: x > 1, labels: { severity: "${severity}" } }] }]`).to,
  ).toEqual(['A: urgent', 'A: nobody']);
});

const slo = `
version: prometheus/v1
service: shop
labels: { team: shop }
slos:
  - name: orders
    objective: 99.9
    sli: { events: { error_query: 'e[{{.window}}]', total_query: 't[{{.window}}]' } }
    alerting: { name: OrdersFail, page_alert: { labels: { severity: high } } }
`;

test('alerts of an SLO are routed as Sloth would write them, where its rules were not given', () => {
  expect(told(slo)).toMatchObject({ to: ['OrdersFail: page', 'OrdersFail: ticket'], notKnown: [] });
  expect(told(slo).alerts[0]?.labels).toEqual({
    ...{ alertname: 'OrdersFail', severity: 'high', site: 'a', team: 'shop' },
    ...{ sloth_id: 'shop-orders', sloth_service: 'shop', sloth_slo: 'orders', sloth_severity: 'page' },
  });
  const inCluster = slo.replace('page_alert:', 'ticketAlert: { disable: true }, pageAlert:');
  expect(told(inCluster).to).toEqual(['OrdersFail: page']);
  // With the rules, they alone count: their labels come from what is recorded.
  const sli = `{ record: 'slo:sli_error:ratio_rate5m', expr: e / t, labels: { sloth_id: shop-orders, team: shop } }`;
  const alert = `{ alert: OrdersFail, expr: 'max(slo:sli_error:ratio_rate5m{sloth_id="shop-orders"} > 0.1) without (sloth_window)', labels: { sloth_severity: page } }`;
  expect(told(slo, `groups: [{ name: g, rules: [${sli}, ${alert}] }]`)).toMatchObject({
    to: ['OrdersFail: page'],
    notKnown: [],
  });
});

test('an SLO of which nobody says what alerts it has is named', () => {
  expect(told(slo.replace(/alerting:.*/, ''))).toMatchObject({ to: [], notKnown: ['orders'] });
  // One that is to have none has none.
  const none = slo.replace(
    /alerting:.*/,
    'alerting: { page_alert: { disable: true }, ticket_alert: { disable: true } }',
  );
  expect(told(none)).toMatchObject({ to: [], notKnown: [] });
  const open =
    '{ apiVersion: openslo/v1alpha, kind: SLO, metadata: { name: o }, spec: { service: s, objectives: [{ target: 0.9, ratioMetrics: {} }] } }';
  expect(told(open)).toMatchObject({ to: [], notKnown: ['o'] });
});

test('what fires always is told from what has a condition', () => {
  const always = (expr: string) =>
    told(`groups: [{ name: g, rules: [{ alert: A, expr: '${expr}' }] }]`).alerts[0]?.always;
  expect(['vector(1)', '(vector( 1 ))', 'vector(1) > 0', 'x or vector(1)', 'up == 0'].map(always)).toEqual([
    ...[true, true, false, false, false],
  ]);
});
