import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { decisionOf, linksOf } from '../../../src/domains/promotion/request/content.ts';
import { commentBodies, requestMarkdown } from '../../../src/domains/promotion/request/markdown.ts';
import { markerOf, markerText } from '../../../src/domains/promotion/request/marker.ts';
import { compareRuns } from '../../../src/domains/promotion/request/subject.ts';
import { sendWebhook, webhookBody } from '../../../src/domains/promotion/request/webhook.ts';
import { digest, requestOf, resultsOf } from './request.ts';

const none = new AbortController().signal;

test('the request says the verdict first, then why, then the gates, and what it is about', () => {
  const text = requestMarkdown(
    requestOf({ verdict: 'fail', sentence: 'p99 is 213 ms, and 200 ms are allowed', missing: ['WebKit was not run.'] }),
  );
  expect(text.split('\n')[0]).toBe('## 🛑 NOT READY: shop v2.1.0 to production');
  expect(text.split('\n')[2]).toBe('p99 is 213 ms, and 200 ms are allowed.');
  expect(text).toContain('no deployment is asked for');
  expect(text.indexOf('| Performance | 🛑 failed')).toBeLessThan(text.indexOf('| Security | ✅ passed'));
  for (const part of [
    'WebKit was not run.',
    `<code>${'a'.repeat(40)}</code>`,
    digest,
    '[the report](https://reports.example.com/runs/2026-11-29T1000-0001/index.html)',
  ])
    expect(text).toContain(part);
});

test('a run that is READY and has no certificate is not asked for', () => {
  const { verdict, word, sentence } = decisionOf(resultsOf({}), ['no certificate was issued: no key is named']);
  expect([verdict, word]).toEqual(['inconclusive', 'INCONCLUSIVE']);
  expect(sentence).toContain('no key is named');
  expect(decisionOf(resultsOf({ verdict: 'fail' }), ['x']).word).toBe('NOT READY');
});

test('hostile text in every field neither acts nor breaks the table', () => {
  const evil =
    '--> <script>alert(1)</script> ![x](https://evil.example/p.png) @acme/admins | `</code>` \u202e\n## READY';
  const content = requestOf({ name: evil, sentence: evil, missing: [evil] });
  const { results } = content;
  Object.assign(results.candidate, {
    version: evil,
    baselineVersion: evil,
    artifacts: [{ name: evil, digest, source: 'probed' }],
  });
  Object.assign(results.environment, { name: evil });
  Object.assign(results.gates[0] ?? {}, { title: evil, summary: evil });
  Object.assign(results.policy ?? {}, { title: evil });
  const full = { ...content, certificate: { none: evil }, packed: { none: evil } };
  for (const text of [requestMarkdown(full), ...commentBodies(full, 60_000)]) {
    expect(text).not.toMatch(/<script|!\[x\]|@acme|\u202e|^## READY/m);
    expect(text).not.toMatch(/https:\/\/evil/);
    for (const line of text.split('\n').filter((one) => one.startsWith('| ')))
      expect([4, 5]).toContain(line.split('|').length);
  }
  const marker = { ...content.subject, nonce: 'n' };
  expect(markerOf(`${markerText(marker)}\nbody`)).toEqual(marker);
  expect(markerText({ ...marker, run: '--> x' })).toMatch(/^<!-- shakedown-promotion [\w-]+ -->$/);
  for (const body of [
    `x${markerText(marker)}`,
    '<!-- shakedown-promotion e30 -->',
    '<!-- shakedown-promotion !!! -->',
    '',
  ])
    expect(markerOf(body)).toBe(null);
});

test('comments get shorter, and say the verdict all the same', () => {
  const content = requestOf({
    missing: Array.from({ length: 300 }, () => 'much '.repeat(100)),
    sentence: 'long '.repeat(900),
  });
  const sizes = commentBodies(content, 60_000).map((body) => body.length);
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(sizes.at(-1)).toBeLessThan(2_500);
  for (const body of commentBodies(content, 60_000)) expect(body).toContain('READY');
});

test('links are those of the configuration, or of the pipeline, or none', () => {
  expect(linksOf('https://reports.example.com/a b/', {})?.page('x y', 'index.html')).toBe(
    'https://reports.example.com/a b/x%20y/index.html',
  );
  const actions = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '7' };
  expect(linksOf(null, actions)?.whole).toBe('https://github.com/acme/shop/actions/runs/7#artifacts');
  expect(linksOf(null, { CI_JOB_URL: 'https://gitlab.com/acme/shop/-/jobs/7' })?.whole).toContain('/artifacts/browse');
  expect(linksOf(null, { CI_JOB_URL: 'javascript:alert(1)' })).toBe(null);
  expect(linksOf(null, {})).toBe(null);
  expect(requestMarkdown({ ...requestOf({}), links: null })).toContain('reports.publicUrl is not set');
});

test('runs are ordered by when they began', () => {
  const at = (startedAt: string, run: string) => ({ startedAt, run });
  expect(compareRuns(at('2026-11-29T10:00:00Z', 'a'), at('2026-11-29T10:00:00.001Z', 'a'))).toBeLessThan(0);
  expect(compareRuns(at('2026-11-29T10:00:00Z', 'b'), at('2026-11-29T10:00:00Z', 'a'))).toBeGreaterThan(0);
  expect(compareRuns(at('2026-11-29T10:00:00Z', 'a'), at('2026-11-29T10:00:00Z', 'a'))).toBe(0);
});

test('the webhook gets the request once, signed; a receiver that refuses or is silent is said, without its address', async () => {
  const seen: { body: string; headers: Record<string, unknown> }[] = [];
  const answers = [503, 200];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request
      .on('data', (piece) => pieces.push(piece))
      .on('end', () => {
        seen.push({ body: Buffer.concat(pieces).toString(), headers: request.headers });
        response.writeHead(answers.shift() ?? 400, { 'retry-after': '0' }).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/very-secret`;
  const { subject } = requestOf({});
  const body = webhookBody(requestOf({}));
  const about = { url, secret: 'key', key: subject.key, signal: none, pauseMs: 1 };
  await sendWebhook(body, about);
  expect(seen).toHaveLength(2);
  expect(seen[1]?.headers).toMatchObject({
    'idempotency-key': subject.key,
    'x-shakedown-signature-256': `sha256=${createHmac('sha256', 'key')
      .update(seen[1]?.body ?? '')
      .digest('hex')}`,
  });
  expect(JSON.parse(seen[1]?.body ?? '')).toMatchObject({
    format: 'shakedown.promotion/1',
    word: 'READY',
    commit: 'a'.repeat(40),
  });
  const refused = await sendWebhook(body, about).catch((cause: Error) => cause);
  expect(refused).toMatchObject({ code: 'WEBHOOK_REFUSED', message: expect.stringContaining('it answered 400') });
  expect((refused as Error).message).not.toContain('very-secret');
  await new Promise((resolve) => server.close(resolve));
  await expect(sendWebhook(body, about)).rejects.toMatchObject({ message: expect.stringContaining('ECONNREFUSED') });
  await expect(sendWebhook(body, { ...about, url: 'http://example.com/hook' })).rejects.toMatchObject({
    message: expect.stringContaining('must begin with https://'),
  });
});
