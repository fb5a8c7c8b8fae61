import { request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LivePage, serveLivePage } from '../../../src/domains/rehearsal/live-page/serve.ts';

let page: LivePage;
let takesWord: boolean;
let origin: string;
let token: string;
beforeEach(async () => {
  takesWord = true;
  page = await serveLivePage(0, () => ({ title: 'v2', state: 'Canary', weights: { blue: 75, green: 25 }, takesWord }));
  const url = new URL(page.address);
  [origin, token] = [url.origin, url.hash.slice(1)];
});
afterEach(() => page.close());

/** Not fetch, which lets nobody choose Host and Origin. */
function sent(method: string, path: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${origin}${path}`, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.once('error', reject);
    asked.end();
  });
}

it('shows the state, and takes each word once', async () => {
  page.mark({ atMs: 4000, text: 'all traffic to <b>v2</b>', kind: 'move' });
  const state = await (await fetch(`${origin}/state`, { headers: { 'x-shakedown-token': token } })).json();
  expect(state).toMatchObject({ weights: { green: 25 }, marks: [{ atMs: 4000, kind: 'move' }] });
  for (const word of ['pause', 'resume', 'promote', 'abort'])
    expect(await sent('POST', `/${word}`, { 'x-shakedown-token': token, origin })).toBe(202);
  expect([page.next(), page.next(), page.next(), page.next(), page.next()]).toEqual([
    ...['pause', 'resume', 'promote', 'abort'],
    null,
  ]);
});

it.each([
  ['without the token', {}, 403],
  ['with another token', { 'x-shakedown-token': 'f'.repeat(32) }, 403],
  ['from a page of another site', { 'x-shakedown-token': 'own', origin: 'https://elsewhere.example' }, 403],
  ['from a page without an origin', { 'x-shakedown-token': 'own', origin: 'null' }, 403],
  ['for another host name', { 'x-shakedown-token': 'own', host: 'shakedown.example' }, 403],
  ['as a browser marks what other sites ask', { 'x-shakedown-token': 'own', 'sec-fetch-site': 'cross-site' }, 403],
] as [string, Record<string, string>, number][])('decides nothing %s', async (_, headers, status) => {
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === 'own' ? token : value]),
  );
  for (const word of ['promote', 'abort']) expect(await sent('POST', `/${word}`, given)).toBe(status);
  expect(await sent('GET', '/state', given)).toBe(status);
  expect(page.next()).toBeNull();
});

it('decides nothing by a link, and nothing where no rehearsal asks', async () => {
  const own = { 'x-shakedown-token': token };
  expect(await sent('GET', '/promote', own)).toBe(404);
  takesWord = false;
  expect(await sent('POST', '/promote', own)).toBe(409);
  expect(page.next()).toBeNull();
});

it('the page runs no other script, and holds no secret', async () => {
  const answer = await fetch(origin);
  const html = await answer.text();
  const policy = answer.headers.get('content-security-policy') ?? '';
  const [, nonce = 'none'] = /script-src 'nonce-([^']+)'/.exec(policy) ?? [];
  expect(policy).toMatch(/^default-src 'none'/);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain(`<script nonce="${nonce}">`);
  expect(html).not.toContain(token);
});
