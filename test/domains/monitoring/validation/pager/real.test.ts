import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import {
  clockTime,
  contains,
  timeIntervalsOf,
} from '../../../../../src/domains/monitoring/validation/alertmanager/time-interval.ts';
import { type Bench, inTrial, posted, waited } from '../../../../../src/domains/monitoring/validation/pager/bench.ts';
import { tryFalseEnd } from '../../../../../src/domains/monitoring/validation/pager/dying.ts';
import { type Evidence, evidence as schema } from '../../../../../src/domains/monitoring/validation/pager/evidence.ts';
import { silencesAt, tryMuted, trySilenced } from '../../../../../src/domains/monitoring/validation/pager/held-back.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/pager/judge.ts';
import { tryLargeGroup } from '../../../../../src/domains/monitoring/validation/pager/large-group.ts';
import { clockOf } from '../../../../../src/domains/monitoring/validation/pager/times.ts';
import { needMonitoringProgram } from '../../../../../src/environment/monitoring-programs.ts';
import { itWithMonitoring } from '../../../../setup/monitoring.ts';

const { signal } = new AbortController();

/** Groups of half a second: what is proved of a configuration with longer ones takes longer, and is the same. */
const head = `
global: { slack_api_url: 'https://hooks.slack.example/services/a', smtp_smarthost: 'mail.example:25', smtp_from: a@example.com }
route:
  receiver: mail
  group_by: [alertname]
  group_wait: 500ms
  group_interval: 2s
`;
const receivers = `
receivers:
  - name: page
    pagerduty_configs: [{ routing_key: 0123456789abcdef0123456789abcdef, severity: critical }]
  - name: chat
    slack_configs: [{ channel: '#a', send_resolved: true, text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}' }]
  - name: mail
    email_configs: [{ to: b@example.com }]
`;
/** Whatever day it is, nothing is muted. */
const plain = `${head}
  routes:
    - { receiver: page, matchers: ['severity="critical"'], continue: true }
    - { receiver: chat, matchers: ['severity=~".+"'] }
${receivers}`;
const timed = `${head}
  routes:
    - { receiver: page, matchers: ['severity="critical"'], continue: true }
    - { receiver: chat, matchers: ['severity=~".+"'], mute_time_intervals: [maintenance], continue: true }
    - { receiver: mail, matchers: ['severity=~".+"'], active_time_intervals: [office] }
time_intervals:
  - { name: maintenance, time_intervals: [{ weekdays: [sunday] }] }
  - { name: office, time_intervals: [{ weekdays: ['monday:friday'] }] }
${receivers}`;

const down = {
  name: 'Down',
  labels: { alertname: 'Down', severity: 'critical', job: 'shop' },
  annotations: { summary: 'The shop on {{ $labels.instance }} does not answer.' },
};

async function benchOf(config: string, body: (bench: Bench) => Promise<void>) {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-test-'));
  const { path } = await needMonitoringProgram('alertmanager');
  try {
    await body({
      program: path,
      model: parseAlertmanager(config, join(folder, 'a.yml')),
      alerts: [down],
      folder,
      signal,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function recorder() {
  const found: { atMs: number; data: Evidence }[] = [];
  const said = (id: string) => {
    const one = judge(found, true).checks.find((other) => other.id === id);
    return `${one?.verdict}: ${one?.reason}`;
  };
  return { found, said, record: (data: Evidence) => found.push({ atMs: 0, data: schema.parse(data) }) };
}

itWithMonitoring(
  'a group of 200 alerts is one message to each, and what a service would not take is named',
  async () => {
    const { found, said, record } = recorder();
    await benchOf(plain, (bench) => tryLargeGroup(bench, record));
    const [group] = found.map(({ data }) => data).filter((one) => one.kind === 'large-group');
    expect(group?.outcomes.map(({ receiver, messages, named }) => [receiver, messages, named])).toEqual(
      expect.arrayContaining([
        ['page', 1, 200],
        ['chat', 1, 200],
      ]),
    );
    // A text of half a kilobyte for each of 200 is more than Slack shows.
    const long = { ...down, annotations: { summary: `{{ $labels.instance }} ${'is down, '.repeat(60)}` } };
    const second = recorder();
    await benchOf(plain, (bench) => tryLargeGroup({ ...bench, alerts: [long] }, second.record));
    expect(said('large-group')).toMatch(/^(pass|inconclusive)/);
    expect(second.said('large-group')).toMatch(/^fail: .*chat \(slack\) would not take Down: .*at most 40000/i);
  },
);

itWithMonitoring(
  'a silence holds back and lets go; one that hides a page without a reason or an end is named',
  async () => {
    const { said, record } = recorder();
    await benchOf(plain, async (bench) => {
      await trySilenced(bench, down, record);
      await inTrial(bench, 'silences', async ({ start }) => {
        const { url } = await start('a');
        const silence = (comment: string, days: number, severity: string) =>
          fetch(`${url}/api/v2/silences`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              matchers: [{ name: 'severity', value: severity, isRegex: false, isEqual: true }],
              startsAt: new Date().toISOString(),
              endsAt: new Date(Date.now() + days * 86_400_000).toISOString(),
              ...{ createdBy: 'somebody', comment },
            }),
          });
        await silence('the database is being moved', 1, 'critical');
        const server = { url, headers: {}, caFile: null };
        const looked = recorder();
        looked.record(await silencesAt(server, [{ ...down, isPage: true }], signal));
        expect(looked.said('silences')).toMatch(/^pass: 1 silence, of which 1 hide/);
        await silence('', 3650, 'critical');
        await silence('', 3650, 'info');
        const again = recorder();
        again.record(await silencesAt(server, [{ ...down, isPage: true }], signal));
        expect(again.said('silences')).toMatch(
          /^inconclusive: Needs review: Silence \S+ \{severity="critical"\} has no comment and goes on for 3650 more days, and holds back Down\.$/,
        );
        again.record({ kind: 'clock', of: 'Alertmanager', ...(await clockOf(server, signal)) });
        expect(again.said('clock-alertmanager')).toMatch(/^pass/);
      });
    });
    expect(said('silenced')).toMatch(/^pass: Nobody was told during it; then page, chat/);
  },
);

itWithMonitoring('mute and active times decide who is told', async () => {
  const { said, record } = recorder();
  await benchOf(timed, (bench) =>
    Promise.all([tryMuted(bench, true, record), tryMuted(bench, false, record)]).then(() => {}),
  );
  expect(said('muted-on')).toBe('pass: 2 were to be told and were, 1 were not to be and were not.');
  expect(said('muted-off')).toBe('pass: 2 were to be told and were, 1 were not to be and were not.');
});

itWithMonitoring('a resolution that comes of a Prometheus that was killed is called false', async () => {
  const { said, record } = recorder();
  const { path } = await needMonitoringProgram('prometheus');
  await benchOf(plain, (bench) => tryFalseEnd(bench, path, down, record));
  expect(said('false-end')).toMatch(
    /^fail: False resolution: chat, page were told of a resolution \d+\.\d s after Prometheus was killed while the alert fired/,
  );
});

itWithMonitoring('a real Alertmanager has the same clock in each place as we have', async () => {
  const places = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Pacific/Auckland',
  ];
  const now = Date.now();
  const shown = (minute: number) =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  // An interval around this moment by the clock of Berlin, read in each of the places.
  const { minute } = clockTime('Europe/Berlin', now);
  const times = `{ start_time: '${shown(Math.max(0, minute - 5))}', end_time: '${shown(Math.min(1440, minute + 10))}' }`;
  const names = places.map((_, at) => `place-${at}`);
  const config = `${head}
  routes:
${names.map((name) => `    - { receiver: ${name}, matchers: ['severity="critical"'], mute_time_intervals: [${name}], continue: true }`).join('\n')}
time_intervals:
${names.map((name, at) => `  - { name: ${name}, time_intervals: [{ times: [${times}], location: ${places[at]} }] }`).join('\n')}
receivers:
  - name: mail
${names.map((name) => `  - { name: ${name}, webhook_configs: [{ url: 'http://hook.example/' }] }`).join('\n')}
`;
  await benchOf(config, async (bench) => {
    const muted = timeIntervalsOf(bench.model).map(({ intervals }) => intervals.some((one) => contains(one, now)));
    expect(new Set(muted)).toEqual(new Set([true, false]));
    await inTrial(bench, 'places', async ({ standIns, start }) => {
      const alertmanager = await start('a');
      await alertmanager.post(posted([down]));
      await waited(4, signal);
      const told = new Set(standIns.received.map(({ receiver }) => receiver));
      expect(names.map((name) => !told.has(name))).toEqual(muted);
    });
  });
});

itWithMonitoring(
  'clocks apart change when Alertmanager tells: a group does not wait, and an end is told late',
  async () => {
    const slow = plain.replace('group_wait: 500ms', 'group_wait: 6s');
    await benchOf(slow, (bench) =>
      inTrial(bench, 'apart', async ({ standIns, start }) => {
        const alertmanager = await start('a');
        const at = (aheadS: number) => new Date(Date.now() + aheadS * 1000).toISOString();
        // Of a Prometheus whose clock is a minute behind: what begins now began a minute ago.
        const begun = Date.now();
        await alertmanager.post([{ labels: down.labels, startsAt: at(-60), endsAt: at(180) }]);
        while (standIns.received.length === 0 && Date.now() - begun < 10_000) await waited(0.1, signal);
        expect(Date.now() - begun).toBeLessThan(5000);
        // Of one that is ahead: what ended now ends in Alertmanager's future, which is no end yet. It is said again, as Prometheus does.
        const ended = [{ labels: down.labels, startsAt: at(-60), endsAt: at(8) }];
        const resolved = () => standIns.received.filter(({ status }) => status === 'resolved');
        await alertmanager.post(ended);
        await waited(5, signal);
        expect(resolved()).toEqual([]);
        await waited(4, signal);
        await alertmanager.post(ended);
        const until = Date.now() + 15_000;
        while (resolved().length === 0 && Date.now() < until) await waited(0.2, signal);
        expect(resolved().length).toBeGreaterThan(0);
      }),
    );
  },
);
