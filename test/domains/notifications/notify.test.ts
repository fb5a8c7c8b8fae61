import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Receiver } from '../../../src/domains/notifications/configuration.ts';
import { endNotice, type Notice, startNotice } from '../../../src/domains/notifications/notice.ts';
import { tell } from '../../../src/domains/notifications/notify.ts';
import { slackMessage } from '../../../src/domains/notifications/receivers/slack.ts';
import type { Verdict } from '../../../src/model/verdict.ts';
import { resultsOf } from '../promotion/request.ts';

const variable = 'SHAKEDOWN_TEST_RECEIVER';
let base: string;
let answers: [status: number, headers?: Record<string, string>][];
let seen: { at: number; body: Record<string, unknown>; text: string; headers: Record<string, unknown> }[];
let warnings: string[];
let server: ReturnType<typeof createServer>;
let url: string;

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'shakedown-notices-'));
  [answers, seen, warnings] = [[], [], []];
  server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request
      .on('data', (piece) => pieces.push(piece))
      .on('end', () => {
        const text = Buffer.concat(pieces).toString();
        seen.push({ at: Date.now(), body: JSON.parse(text), text, headers: request.headers });
        const [status, headers] = answers.shift() ?? [200];
        response.writeHead(status, headers).end('ok');
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/very-secret`;
  process.env[variable] = url;
});

afterEach(async () => {
  delete process.env[variable];
  rmSync(base, { recursive: true, force: true });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const receiver = (about: Partial<Receiver> = {}): Receiver => ({
  ...{ kind: 'slack', events: ['gate-failed', 'aborted', 'finished'], quiet: true, repeatMs: 3_600_000 },
  ...{ secret: { env: variable, file: null }, signing: null, apiUrl: null, from: null, to: [] },
  ...about,
});
const send = (notice: Notice, ...receivers: Receiver[]) =>
  tell(notice, { receivers, base, warn: (text) => warnings.push(text) });
const ended = (verdict: Verdict = 'fail', run = '2026-11-29T1000-0001') => endNotice(resultsOf({ verdict, run }), null);
const aborted = () => {
  const results = resultsOf({ verdict: 'inconclusive' });
  return endNotice({ ...results, run: { ...results.run, interrupted: 'by the user' } }, null);
};

test('somebody hears once of a gate that failed, and of an end that is no pass', async () => {
  await send(ended(), receiver());
  await send(ended(), receiver());
  // The same gates in the next run, within the hours in which that is no news.
  await send(ended('fail', '2026-11-29T1100-0002'), receiver());
  expect(seen).toHaveLength(1);
  expect(seen[0]?.text).toContain('NOT READY: shop v2.1.0 on staging');
  await send(ended('pass'), receiver());
  expect(seen).toHaveLength(1);
  await send(ended('inconclusive', '2026-11-29T1200-0003'), receiver());
  await send(aborted(), receiver());
  expect(seen).toHaveLength(3);
  expect(seen[2]?.text).toContain('It ended before its time: by the user');
  await send(ended('fail', '2026-11-29T1300-0004'), receiver({ repeatMs: 0 }));
  await send(ended('pass', '2026-11-29T1400-0005'), receiver({ quiet: false }));
  expect(seen).toHaveLength(5);
  expect(warnings).toEqual([]);
});

test('what it is not to hear of, it does not; twenty at once are one', async () => {
  const started = startNotice(
    { run: 'r', command: 'shakedown simulate', name: 'shop', version: 'v2', environment: 'staging' },
    null,
  );
  await send(started, receiver());
  await send(aborted(), receiver({ events: ['gate-failed'] }));
  expect(seen).toEqual([]);
  await Promise.all(Array.from({ length: 20 }, () => send(started, receiver({ events: ['started'] }))));
  expect(seen).toHaveLength(1);
});

describe('a receiver that fails says so, changes nothing else, and is tried again at the next event', () => {
  test.each([
    [400, 'it answered 400'],
    [302, 'it answered 302'],
  ])('%i', async (status, words) => {
    answers.push([status, { location: 'http://127.0.0.1:1/elsewhere' }]);
    await send(ended(), receiver());
    expect(warnings).toEqual([`slack (receiver 1) was not told: ${words}.`]);
    await send(ended(), receiver());
    expect(seen).toHaveLength(2);
  });

  test('one that is not there, has no address, or a wrong one; and the others hear', async () => {
    process.env.SHAKEDOWN_TEST_GONE = 'http://127.0.0.1:1/very-secret';
    process.env.SHAKEDOWN_TEST_WRONG = 'http://hooks.example.com/very-secret';
    const of = (env: string) => receiver({ secret: { env, file: null } });
    await send(
      ended(),
      of('SHAKEDOWN_TEST_GONE'),
      of('SHAKEDOWN_TEST_WRONG'),
      of('SHAKEDOWN_TEST_UNSET'),
      receiver({ secret: { env: null, file: join(base, 'none') } }),
      receiver(),
    );
    expect(seen).toHaveLength(1);
    expect(warnings).toHaveLength(4);
    expect(warnings.join('\n')).not.toContain('very-secret');
    expect(warnings.join('\n')).toContain('must begin with https://');
    delete process.env.SHAKEDOWN_TEST_GONE;
    delete process.env.SHAKEDOWN_TEST_WRONG;
  });

  test('it is not sent again before Retry-After', async () => {
    answers.push([429, { 'retry-after': '1' }], [200]);
    await send(ended(), receiver());
    expect(warnings).toEqual([]);
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThanOrEqual(990);
    answers.push([429, { 'retry-after': '86400' }]);
    await send(ended('fail', 'another'), receiver({ repeatMs: 0 }));
    expect(warnings).toEqual(['slack (receiver 1) was not told: it answered 429.']);
  });

  test('an address may stand in a file', async () => {
    writeFileSync(join(base, 'address'), `${url}\n`);
    await send(ended(), receiver({ secret: { env: null, file: join(base, 'address') } }));
    expect(seen).toHaveLength(1);
  });
});

test('Slack gets no more than it takes, and nothing that acts', () => {
  const evil = '<!channel> <https://evil.example|click> & *bold* \u202e';
  const results = resultsOf({ name: evil, sentence: `${evil} ${'long '.repeat(2_000)}`, verdict: 'fail' });
  results.gates = Array.from({ length: 120 }, (_, i) => ({
    id: `g${i}`,
    title: `${evil}${i}`,
    verdict: 'fail',
    summary: 'much '.repeat(1_000),
    score: 0,
  }));
  const message = slackMessage(endNotice(results, 'https://reports.example.com')) as {
    text: string;
    blocks: { text?: { type: string; text: string }; elements?: { type: string; text: string }[] }[];
  };
  expect(message.blocks).toHaveLength(50);
  const texts = message.blocks.flatMap(({ text, elements }) => [
    ...(text === undefined ? [] : [text]),
    ...(elements ?? []),
  ]);
  expect(Math.max(...texts.map(({ text }) => text.length))).toBeLessThanOrEqual(3_000);
  expect(message.blocks[0]?.text?.text.length).toBeLessThanOrEqual(150);
  expect(texts.filter(({ type }) => type === 'mrkdwn').map(({ text }) => text)).toEqual([
    '<https://reports.example.com/2026-11-29T1000-0001/index.html|The report>',
  ]);
  expect(message.text).not.toMatch(/<|\u202e/);
  expect(JSON.stringify(message)).toContain('more gates.');
});

test('PagerDuty has an alert a gate, which the run resolves in which it passes', async () => {
  process.env[variable] = 'routing-key';
  const pager = receiver({ kind: 'pagerduty', apiUrl: url });
  await send(ended(), pager);
  await send(ended('pass', 'next'), pager);
  const events = seen.map(({ body }) => [body.event_action, body.dedup_key]);
  const performance = seen.find(({ text }) => text.includes('Performance failed'))?.body;
  expect(performance).toMatchObject({
    routing_key: 'routing-key',
    event_action: 'trigger',
    payload: { severity: 'critical', class: 'performance' },
  });
  expect(events).toContainEqual(['resolve', performance?.dedup_key]);
  expect(events.filter(([action]) => action === 'trigger')).toHaveLength(1);
  await send(aborted(), pager);
  expect(seen.at(-1)?.body).toMatchObject({ event_action: 'trigger', payload: { class: 'aborted' } });
});

test('a webhook is signed, and has a key of its own', async () => {
  process.env.SHAKEDOWN_TEST_SIGNING = 'key';
  await send(ended(), receiver({ kind: 'webhook', signing: { env: 'SHAKEDOWN_TEST_SIGNING', file: null } }));
  delete process.env.SHAKEDOWN_TEST_SIGNING;
  const [only] = seen;
  expect(only?.headers['x-shakedown-signature-256']).toBe(
    `sha256=${createHmac('sha256', 'key')
      .update(only?.text ?? '')
      .digest('hex')}`,
  );
  expect(only?.body).toMatchObject({
    format: 'shakedown.notice/1',
    kind: 'gate-failed',
    failed: [{ id: 'performance' }],
  });
});

test('a mail is taken by a real server, without a line of somebody else in its head', async () => {
  const mails: string[] = [];
  const smtp = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ['STARTTLS'], logger: false },
    onData(stream, _, done) {
      let text = '';
      stream
        .on('data', (piece) => (text += piece))
        .on('end', () => {
          mails.push(text);
          done();
        });
    },
  });
  const port = await new Promise<number>((resolve) => {
    const listening = smtp.listen(0, '127.0.0.1', () => resolve((listening.address() as AddressInfo).port));
  });
  process.env[variable] = `smtp://127.0.0.1:${port}`;
  const mail = receiver({ kind: 'email', from: 'shakedown@example.com', to: ['releases@example.com'] });
  await send(endNotice(resultsOf({ verdict: 'fail', name: 'shop\r\nBcc: mallory@example.com' }), null), mail);
  await new Promise<void>((resolve) => smtp.close(resolve));
  expect(warnings).toEqual([]);
  const [head = ''] = (mails[0] ?? '').split('\r\n\r\n');
  expect(head).not.toMatch(/^Bcc:/im);
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/im);
  await send(endNotice(resultsOf({ verdict: 'fail', name: 'other' }), null), mail);
  expect(warnings.join()).toMatch(/email \(receiver 1\) was not told: it could not be reached/);
});
