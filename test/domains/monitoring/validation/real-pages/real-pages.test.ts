import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { copyWith } from '../../../../../src/domains/monitoring/validation/alertmanager/copy.ts';
import { parseAlertmanager } from '../../../../../src/domains/monitoring/validation/alertmanager/read.ts';
import type { PartContext } from '../../../../../src/domains/monitoring/validation/part.ts';
import { startAcknowledging } from '../../../../../src/domains/monitoring/validation/real-pages/acknowledging.ts';
import {
  type Evidence,
  evidence as schema,
} from '../../../../../src/domains/monitoring/validation/real-pages/evidence.ts';
import { judge } from '../../../../../src/domains/monitoring/validation/real-pages/judge.ts';
import { run } from '../../../../../src/domains/monitoring/validation/real-pages/run.ts';
import { testConfiguration } from '../../../../../src/domains/monitoring/validation/real-pages/test-configuration.ts';
import { startStandIns } from '../../../../../src/domains/monitoring/validation/receivers/stand-ins.ts';
import { itWithMonitoring } from '../../../../setup/monitoring.ts';
import { freePort } from '../health/programs.ts';

const written = `
route: { receiver: chat, group_wait: 5m, routes: [{ receiver: page, matchers: ['severity="critical"'] }] }
inhibit_rules: [{ source_matchers: ['alertname=~".*"'], target_matchers: ['severity="info"'], equal: [] }]
receivers:
  - name: page
    pagerduty_configs: [{ routing_key: 0123456789abcdef0123456789abcdef }]
  - name: chat
    slack_configs: [{ api_url: 'https://hooks.slack.example/a', channel: '#a', send_resolved: true, text: '{{ .CommonAnnotations.description }}' }]
  - name: mail
    email_configs: [{ to: b@example.com, from: a@example.com, smarthost: 'mail.example:25', send_resolved: true }]
  - name: nobody
`;

function recorder() {
  const found: { atMs: number; data: Evidence }[] = [];
  const said = (id: string) => {
    const one = judge(found, true).checks.find((other) => other.id === id);
    return `${one?.verdict}: ${one?.reason}`;
  };
  return { found, said, record: (data: Evidence) => found.push({ atMs: 0, data: schema.parse(data) }) };
}

type StandIns = Awaited<ReturnType<typeof startStandIns>>;

/** The stand-ins of the services are what the user's own configuration leads to. */
async function paged(
  settings: object,
  during: (standIns: StandIns) => Promise<void> = async () => {},
  controller = new AbortController(),
) {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-test-'));
  const undo: (() => unknown)[] = [];
  const phases: { text: string; received: number }[] = [];
  const { record, said, found } = recorder();
  const model = parseAlertmanager(written, join(folder, 'a.yml'));
  const standIns = await startStandIns(model);
  try {
    const file = join(folder, 'alertmanager.yml');
    await writeFile(file, copyWith(model, standIns.list).text);
    const context = {
      config: { target: { sample: null }, monitoring: { alertmanager: null } },
      monitoring: {
        files: { alertmanager: file },
        realPages: { receivers: [], noticeS: 0, acknowledge: null, ...settings },
      },
      ...{
        signal: controller.signal,
        record,
        teardown: { before: (_: string, step: () => unknown) => undo.push(step) },
      },
      phase: (text: string) => phases.push({ text, received: standIns.received.length }),
    } as unknown as PartContext<Evidence>;
    const both = await Promise.allSettled([run(context), during(standIns)]);
    return {
      said,
      found,
      phases,
      received: [...standIns.received],
      error: both[0].status === 'rejected' ? both[0].reason : null,
    };
  } finally {
    for (const step of undo.reverse()) await step();
    await standIns.close();
    await rm(folder, { recursive: true, force: true });
  }
}

itWithMonitoring(
  'each real receiver gets one page that says that it is a test, after its name was shown, and its end',
  async () => {
    const { said, phases, received } = await paged({});
    expect(phases.map(({ text }) => text).join('\n')).toMatch(
      / {2}page: pagerduty\[0\]\n {2}chat: slack\[0\]\n {2}mail: email\[0\]/,
    );
    expect(phases.filter(({ text }) => text.startsWith('  ')).every((one) => one.received === 0)).toBe(true);
    const of = (status: string) =>
      received
        .filter((one) => one.status === status)
        .map(({ receiver }) => receiver)
        .sort();
    expect(of('firing')).toEqual(['chat', 'mail', 'page']);
    expect(of('resolved')).toEqual(['chat', 'mail', 'page']);
    for (const { text } of received.filter(({ status, receiver }) => status === 'firing' && receiver !== 'page'))
      expect(text).toMatch(/test/i);
    expect(said('reached-page')).toMatch(/^pass: Taken by pagerduty\[0\] after/);
    expect(said('there')).toBe('inconclusive: nobody tells nobody.');
    expect(said('acknowledged')).toMatch(/^inconclusive: Not measured/);
  },
);

itWithMonitoring(
  'a page that a service does not take fails, and an acknowledgement counts only when it was received',
  async () => {
    const port = await freePort();
    const acknowledge = { url: `http://127.0.0.1:${port}`, port, listen: '127.0.0.1', withinS: 8 };
    const { said, received } = await paged({ receivers: ['chat', 'page', 'gone'], acknowledge }, async (standIns) => {
      standIns.behave({ kind: 'status', status: 403 }, { receiver: 'page' });
      const find = () => standIns.received.find(({ receiver }) => receiver === 'chat');
      for (const end = Date.now() + 30_000; find() === undefined && Date.now() < end; )
        await new Promise((done) => setTimeout(done, 100));
      const link = /http:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}/.exec(find()?.text ?? '')?.[0] ?? '';
      // As a preview does.
      await fetch(link);
      await fetch(link, { method: 'POST' });
    });
    expect(received.some(({ receiver }) => receiver === 'mail')).toBe(false);
    expect(said('reached-chat')).toMatch(/^pass/);
    expect(said('reached-page')).toMatch(/^fail: pagerduty\[0\] did not take it: .*403/);
    expect(said('there')).toMatch(/^fail: gone is in monitoring\.realPages\.receivers/);
    expect(said('acknowledged')).toBe('inconclusive: No acknowledgement was received of page.');
  },
);

itWithMonitoring('nobody is paged where it is stopped before', async () => {
  const controller = new AbortController();
  const { received, error } = await paged(
    { noticeS: 60 },
    async () => {
      await new Promise((done) => setTimeout(done, 300));
      controller.abort();
    },
    controller,
  );
  expect(error).not.toBeNull();
  expect(received).toEqual([]);
});

it('the configuration that pages has real receivers and no other route, silence or inhibition', () => {
  const text = testConfiguration(
    parseAlertmanager(
      written.replace('routing_key: 0123456789abcdef0123456789abcdef', 'routing_key_file: keys/page'),
      '/etc/am/a.yml',
    ),
    ['page'],
  );
  expect(text).toContain('routing_key_file: /etc/am/keys/page');
  expect(text).not.toMatch(/slack|inhibit|severity/);
});

it('a link that is opened is no acknowledgement', async () => {
  const listening = await startAcknowledging(['page'], { url: 'http://pages.example', port: 0, listen: '127.0.0.1' });
  try {
    const link = listening.linkOf('page').replace('http://pages.example', `http://127.0.0.1:${listening.port}`);
    expect((await fetch(link)).status).toBe(200);
    expect(listening.at.size).toBe(0);
    expect((await fetch(`${link}x`, { method: 'POST' })).status).toBe(404);
    expect(listening.at.size).toBe(0);
    await fetch(link, { method: 'POST' });
    expect([...listening.at.keys()]).toEqual(['page']);
  } finally {
    await listening.close();
  }
});
