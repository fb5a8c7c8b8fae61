import { expect, it } from 'vitest';
import { checkMail } from '../../../../../src/domains/monitoring/validation/receivers/mail.ts';
import { checkOpsgenie } from '../../../../../src/domains/monitoring/validation/receivers/opsgenie.ts';
import { checkPagerDuty } from '../../../../../src/domains/monitoring/validation/receivers/pagerduty.ts';
import { checkSlack } from '../../../../../src/domains/monitoring/validation/receivers/slack.ts';
import { checkTeams } from '../../../../../src/domains/monitoring/validation/receivers/teams.ts';
import { checkWebhook } from '../../../../../src/domains/monitoring/validation/receivers/webhook.ts';

const headers = { 'content-type': 'application/json', authorization: 'GenieKey abc' };
const sent = (body: unknown, path = '/') => ({ method: 'POST', path, headers, body: JSON.stringify(body) });

const event = {
  routing_key: 'a'.repeat(32),
  event_action: 'trigger',
  dedup_key: 'k',
  payload: { summary: 's', source: 'h', severity: 'critical', custom_details: { a: 'b' } },
  links: [{ href: 'https://a.example', text: 'Runbook' }],
};

it('PagerDuty: an event as documented is taken, and each field that is not is named', () => {
  const check = (change: object) => checkPagerDuty(sent({ ...event, ...change }, '/v2/enqueue'));
  expect(check({})).toMatchObject({
    status: 'firing',
    key: 'k',
    severity: 'critical',
    faults: [],
    reply: { status: 202 },
  });
  const payload = (change: object) => check({ payload: { ...event.payload, ...change } });
  expect(payload({ severity: 'page' }).faults).toEqual([
    'payload.severity is page, not one of critical, error, warning, info',
  ]);
  expect(payload({ summary: '' }).faults).toEqual(['payload.summary is empty']);
  expect(payload({ summary: 'é'.repeat(1025) }).faults[0]).toContain('1025 characters');
  expect(payload({ summary: 'é'.repeat(1024) }).faults).toEqual([]);
  expect(payload({ source: undefined }).reply.status).toBe(400);
  expect(check({ routing_key: 'short' }).faults).toHaveLength(1);
  expect(check({ event_action: 'page' }).faults).toHaveLength(1);
  expect(check({ links: [{ href: 'no' }] }).faults).toHaveLength(1);
  expect(check({ event_action: 'resolve', dedup_key: '' }).faults).toEqual(['dedup_key is empty']);
  expect(payload({ custom_details: { a: 'x'.repeat(600_000) } }).reply.status).toBe(413);
  expect(JSON.stringify(check({}).fields)).not.toContain('aaaa');
});

it('Slack: a message that says nothing is refused', () => {
  const attachment = {
    title: '[FIRING:1] A',
    text: 'b',
    color: 'danger',
    actions: [{ type: 'button', text: 'R', url: 'https://a.example' }],
  };
  const check = (change: object) => checkSlack(sent({ channel: '#a', attachments: [{ ...attachment, ...change }] }));
  expect(check({})).toMatchObject({ status: 'firing', faults: [], reply: { status: 200, body: 'ok' } });
  expect(check({ color: 'good', title: '[RESOLVED] A' }).status).toBe('resolved');
  expect(check({ title: '', text: ' ' })).toMatchObject({ reply: { status: 400, body: 'no_text' } });
  expect(check({ color: 'red' }).faults).toHaveLength(1);
  expect(checkSlack({ ...sent(1), body: '{' }).reply.body).toBe('invalid_payload');
  expect(checkSlack(sent({ attachments: Array(101).fill(attachment) })).reply.body).toBe('too_many_attachments');
});

it('Opsgenie: creating and closing', () => {
  const check = (change: object) =>
    checkOpsgenie(sent({ message: 'm', alias: 'a', priority: 'P1', ...change }, '/v2/alerts'));
  expect(check({})).toMatchObject({ status: 'firing', key: 'a', faults: [], reply: { status: 202 } });
  expect(check({ message: 'm'.repeat(131) }).reply.status).toBe(422);
  expect(check({ priority: 'P9' }).faults).toHaveLength(1);
  expect(check({ responders: [{ type: 'team' }] }).faults).toHaveLength(1);
  expect(checkOpsgenie(sent({ source: 's' }, '/v2/alerts/a/close?identifierType=alias'))).toMatchObject({
    ...{ status: 'resolved', key: 'a', faults: [] },
  });
  expect(checkOpsgenie({ ...sent({ message: 'm' }, '/v2/alerts'), headers: {} }).faults).toHaveLength(2);
});

it('webhook version 4, Teams and mail', async () => {
  const alert = {
    ...{ status: 'firing', labels: { alertname: 'A' }, annotations: {}, fingerprint: '0123456789abcdef' },
    ...{ startsAt: '2026-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z' },
  };
  const hook = {
    ...{ version: '4', groupKey: 'g', truncatedAlerts: 0, status: 'firing', receiver: 'r', groupLabels: {} },
    ...{ commonLabels: {}, commonAnnotations: {}, externalURL: 'http://a', alerts: [alert] },
  };
  expect(checkWebhook(sent(hook))).toMatchObject({ status: 'firing', key: 'g', faults: [] });
  expect(checkWebhook(sent({ ...hook, version: '3', alerts: [] })).faults).toHaveLength(2);
  const card = {
    '@type': 'MessageCard',
    '@context': 'http://schema.org/extensions',
    title: 'A',
    summary: 's',
    text: 't',
  };
  expect(checkTeams(sent(card)).faults).toEqual([]);
  expect(checkTeams(sent({ ...card, summary: '', text: '' })).reply.status).toBe(400);
  const mail =
    'From: a@b.example\r\nTo: c@d.example\r\nSubject: [RESOLVED] A\r\nDate: Mon, 02 Jan 2006 15:04:05 +0000\r\n\r\nhello\r\n';
  expect(await checkMail(mail, ['c@d.example'])).toMatchObject({ status: 'resolved', faults: [] });
  expect((await checkMail('Subject: x\r\n\r\n', [])).faults).toEqual([
    ...['From is missing', 'To is missing', 'Date is missing', 'there is no recipient', 'the body is empty'],
  ]);
});
