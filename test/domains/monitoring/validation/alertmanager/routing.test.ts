import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseMatchers } from '../../../../../src/domains/monitoring/validation/alertmanager/matcher.ts';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import {
  alertFaults,
  inhibits,
  routesOf,
  routingFaults,
  untakenRoutes,
} from '../../../../../src/domains/monitoring/validation/alertmanager/routing.ts';
import { itWithMonitoring } from '../../../../setup/monitoring.ts';

const config = `
route:
  receiver: rest
  group_by: [alertname]
  routes:
    - receiver: a
      matchers: ['severity=~"crit.*|page"', 'team!="x, y"']
      continue: true
      group_wait: 1m30s
      routes:
        - receiver: b
          matchers: [service = shop]
        - receiver: c
          match_re: { service: 'db|cache' }
    - receiver: d
      match: { severity: critical }
    - receiver: e
      matchers: ['owner!~".+"']
receivers: [{ name: rest }, { name: a }, { name: b }, { name: c }, { name: d }, { name: e }]
inhibit_rules:
  - source_matchers: [severity="critical"]
    target_matchers: [severity=~"critical|warning"]
    equal: [service]
`;
const model = parseAlertmanager(config, '/config.yml');
const alerts: Record<string, string>[] = [
  { severity: 'critical', service: 'shop' },
  { severity: 'critical', service: 'db', owner: 'me' },
  { severity: 'page', team: 'x, y', owner: 'me' },
  { severity: 'critical', team: 'x, y' },
  { severity: 'warning', owner: 'me' },
  { severity: 'xcritical' },
  { severity: 'page', service: 'other' },
];

itWithMonitoring('routes are taken as amtool says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'routing-'));
  const file = join(folder, 'config.yml');
  writeFileSync(file, config);
  const asked = (labels: Record<string, string>) =>
    spawnSync('amtool', [
      'config',
      'routes',
      'test',
      `--config.file=${file}`,
      ...Object.entries(labels).map(([k, v]) => `${k}=${v}`),
    ])
      .stdout.toString()
      .trim();
  for (const labels of alerts) {
    const ours = routesOf(model.route, labels).map(({ receiver }) => receiver);
    expect(ours.join(','), JSON.stringify(labels)).toBe(asked(labels));
  }
  rmSync(folder, { recursive: true });
});

it('what a route does not say it has from the one above', () => {
  const [b] = routesOf(model.route, { severity: 'critical', service: 'shop' });
  expect(b).toMatchObject({ receiver: 'b', groupBy: ['alertname'], groupWaitS: 90, groupIntervalS: 300 });
});

it('an alert that is source and target of a rule does not hold back another such', () => {
  const critical = { severity: 'critical', service: 'shop' };
  expect(inhibits(model, critical, { severity: 'warning', service: 'shop' })).toBe(true);
  expect(inhibits(model, critical, { severity: 'warning', service: 'db' })).toBe(false);
  expect(inhibits(model, critical, { ...critical, alertname: 'other' })).toBe(false);
});

it('faults of the tree are named', () => {
  const broken = parseAlertmanager(
    `route: { receiver: a, routes: [{ receiver: b, mute_time_intervals: [night] }, { receiver: gone, matchers: ['x="1"'] }] }
receivers: [{ name: a }, { name: b }, { name: never }]`,
    '/config.yml',
  );
  expect(routingFaults(broken).map(({ fault }) => fault)).toEqual([
    'route.routes[0] takes every alert before it',
    'time interval night is not defined',
    'receiver gone is not defined',
    'no route leads to it',
  ]);
});

const switching = (text: string) => parseAlertmanager(text, '/config.yml');
const alert = (name: string, severity: string, always = false) => ({
  ...{ name, always },
  labels: { alertname: name, severity },
});

it('an alert that nobody is told of is named, but not one that is there to hold others back', () => {
  const dropping =
    switching(`route: { receiver: nobody, routes: [{ receiver: pager, matchers: ['severity="warning"'] }] }
receivers: [{ name: nobody }, { name: pager, webhook_configs: [{ url: 'http://127.0.0.1:1/' }] }]`);
  const alerts = [alert('NodeDown', 'critical'), alert('Slow', 'warning'), alert('InfoInhibitor', 'none')];
  expect(alertFaults(dropping, alerts)).toEqual([
    { path: 'alert NodeDown', fault: 'nobody is told of it: receiver nobody tells nobody' },
  ]);
});

it('alerts that one which always fires holds back are named', () => {
  const config = (more: string) =>
    switching(`route: { receiver: pager }
receivers: [{ name: pager, webhook_configs: [{ url: 'http://127.0.0.1:1/' }] }]
inhibit_rules: [{ source_matchers: ['alertname="Watchdog"'], target_matchers: ['severity="critical"'] ${more} }]`);
  const alerts = [alert('Watchdog', 'none', true), alert('NodeDown', 'critical'), alert('Slow', 'warning')];
  expect(alertFaults(config(''), alerts)).toEqual([
    { path: 'inhibit_rules', fault: 'Watchdog always fires, and holds back NodeDown' },
  ]);
  expect(alertFaults(config(', equal: [severity]'), alerts)).toEqual([]);
});

it('routes that no alert takes are named, each with the topmost of its kind', () => {
  const tree = switching(`route:
  receiver: rest
  routes:
    - { receiver: a, matchers: ['alertname="NodeDwon"'], routes: [{ receiver: b }] }
    - { receiver: a, matchers: ['severity="critical"'], routes: [{ receiver: b, matchers: ['severity="warning"'] }, { receiver: c }] }
receivers: [{ name: rest }, { name: a }, { name: b }, { name: c }]`);
  expect(untakenRoutes(tree, [alert('NodeDown', 'critical')])).toEqual([
    'route.routes[0] to a',
    'route.routes[1].routes[0] to b',
  ]);
});

it('matchers with quotes, commas and escapes', () => {
  expect(parseMatchers('{a="b,c", d!~"e\\"f"}')).toEqual([
    { name: 'a', operator: '=', value: 'b,c' },
    { name: 'd', operator: '!~', value: 'e"f' },
  ]);
  expect(() => parseMatchers('a')).toThrow('not a matcher');
});

it('a file that cannot be read is named', () => {
  expect(() => parseAlertmanager('route: 1', '/x/config.yml')).toThrow(/\/x\/config\.yml/);
});
