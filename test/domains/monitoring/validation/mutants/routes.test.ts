import { expect, test } from 'vitest';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import { alertsOf } from '../../../../../src/domains/monitoring/validation/mutants/routes/alerts.ts';
import { whyEquivalent } from '../../../../../src/domains/monitoring/validation/mutants/routes/equivalent.ts';
import { routeMutants } from '../../../../../src/domains/monitoring/validation/mutants/routes/mutate.ts';
import { caughtBy } from '../../../../../src/domains/monitoring/validation/mutants/routes/try.ts';
import { checkStatically } from '../../../../../src/domains/monitoring/validation/rules/checks/every.ts';
import { readRuleText } from '../../../../../src/domains/monitoring/validation/rules/readers/read.ts';

const configuration = `
route:
  receiver: mail
  group_by: [alertname, service]
  routes:
    - { receiver: pager, matchers: ['severity="critical"'], continue: true }
    - { receiver: chat, matchers: ['severity=~"critical|warning"'], group_by: [cluster] }
    - { receiver: nobody-comes, matchers: ['team="gone"'] }
inhibit_rules:
  - { source_matchers: ['alertname="Down"'], target_matchers: ['severity="warning"'], equal: [cluster] }
receivers:
  - { name: mail, email_configs: [{ to: a@b.example }] }
  - { name: pager, pagerduty_configs: [{ routing_key: k }] }
  - { name: chat, slack_configs: [{ channel: '#c' }] }
  - { name: nobody-comes, webhook_configs: [{ url: 'http://127.0.0.1/' }] }
  - { name: unused, webhook_configs: [{ url: 'http://127.0.0.1/' }] }
`;
const ownRules = `groups:
  - name: g
    rules:
      - { alert: Down, expr: 'up{job="s"} == 0', labels: { severity: critical, service: s } }
      - { alert: Slow, expr: 'sum by (cluster) (x) > 1', labels: { severity: warning, service: s } }
      - { alert: Odd, expr: 'y > 1', labels: { severity: warning, service: t, cluster: one } }
      - { alert: Watchdog, expr: 'vector(1)', labels: { severity: none } }
`;

function outcome(given = configuration, rules = ownRules): Map<string, string | null> {
  const model = parseAlertmanager(given, 'alertmanager.yml');
  const { known } = checkStatically([readRuleText(rules, 'r.yml')], {
    requiredLabels: [],
    requiredAnnotations: [],
    scrape: { byJobMs: new Map(), otherMs: 15_000, isKnown: true },
  });
  const alerts = alertsOf(known, model);
  return new Map(
    routeMutants(model).map((mutant) => [
      `${mutant.at}: ${mutant.what}`,
      caughtBy(mutant, model, alerts) ?? (whyEquivalent(mutant, model, known) === null ? null : 'equivalent'),
    ]),
  );
}

test('changes of routes, grouping, inhibition and receivers are seen by the alerts that they concern', () => {
  const seen = outcome();
  for (const [mutant, alert] of [
    ['route.routes[0]: the route to pager taken out', 'Down'],
    ['route.routes[0]: continue: true → false', 'Down'],
    ['route.routes[0]: severity="critical" dropped', 'Slow'],
    ['route.routes[1]: cluster taken out of group_by', 'Down'],
    ['inhibit_rules[0]: taken out', 'Slow'],
    ['inhibit_rules[0]: cluster taken out of equal', 'Slow'],
    ['receivers.pager: nobody is told', 'Down'],
    ['receivers.mail: send_resolved of email_configs[0]: false → true', 'Watchdog'],
  ] as const)
    expect(seen.get(mutant), mutant).toBe(alert);
});

test('what makes no difference to any alert survives; what nothing leads to is shown equivalent', () => {
  const seen = outcome();
  expect(seen.get('route.routes[2]: the route to nobody-comes taken out')).toBeNull();
  expect(seen.get('receivers.unused: nobody is told')).toBe('equivalent');
  expect(seen.get('receivers.nobody-comes: nobody is told')).toBeNull();
});

test('what the rules’ own labels rule out is shown equivalent, and only that', () => {
  const routes = `
route:
  receiver: mail
  group_by: [alertname, service]
  routes:
    - { receiver: dead-man, matchers: ['alertname="Watchdog"'] }
    - { receiver: chat, matchers: ['severity=~"critical|warning"'] }
inhibit_rules:
  - { source_matchers: ['alertname="Down"'], target_matchers: ['alertname="Slow"'], equal: [environment, job] }
receivers: [{ name: mail }, { name: dead-man }, { name: chat }]
`;
  const of = (more: string) =>
    outcome(
      routes,
      `groups:
  - name: g
    rules:
      - { alert: Down, expr: 'sum by (job) (up{job="s"}) == 0', labels: { severity: critical, service: s } }
      - { alert: Slow, expr: 'sum by (job) (x{job="s"}) > 1', labels: { severity: warning, service: s } }
      - { alert: Watchdog, expr: 'vector(1)', labels: { severity: none } }
${more}`,
    );
  const changes = {
    group: 'route: service taken out of group_by',
    first: 'route.routes[0]: continue: false → true',
    matcher: 'route.routes[1]: severity=~"critical|warning" dropped',
    last: 'route.routes[1]: continue: false → true',
    environment: 'inhibit_rules[0]: environment taken out of equal',
    job: 'inhibit_rules[0]: job taken out of equal',
  };
  const fates = (more: string) =>
    Object.fromEntries(Object.entries(changes).map(([name, change]) => [name, of(more).get(change)]));
  const all = { group: 'equivalent', first: 'equivalent', matcher: 'equivalent', last: 'equivalent' };
  expect(fates('')).toEqual({ ...all, environment: 'equivalent', job: 'equivalent' });
  // One more rule, and what was ruled out is not any more.
  const other = (text: string) => fates(`      - { ${text} }`);
  expect(other("alert: Odd, expr: 'y > 1', labels: { severity: info }")).toMatchObject({
    matcher: 'Odd',
    job: 'equivalent',
  });
  expect(other("alert: Odd, expr: 'y > 1'").matcher).not.toBe('equivalent');
  expect(other("alert: Slow, expr: 'y > 1', labels: { severity: warning, service: t }")).toMatchObject({
    ...{ group: 'Slow', matcher: 'equivalent' },
    ...{ environment: expect.not.stringMatching('equivalent'), job: expect.not.stringMatching('equivalent') },
  });
  expect(
    other(
      "alert: Watchdog, expr: 'vector(2)', labels: { severity: '{{ if gt $value 1.0 }}warning{{ else }}none{{ end }}' }",
    ),
  ).toMatchObject({ first: 'Watchdog' });
});
