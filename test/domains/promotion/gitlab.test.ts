import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { gitlabAdapter } from '../../../src/domains/promotion/gitlab/adapter.ts';
import { markerOf, markerText } from '../../../src/domains/promotion/request/marker.ts';
import { requestOf } from './request.ts';

/** As GitLab's documentation has it: notes of a merge request, twenty a page, newest first; a token in PRIVATE-TOKEN. */
const notes: { id: number; body: string; system: boolean; author: { username: string }; created_at: string }[] = [];
let sha = 'a'.repeat(40);
let state = 'opened';
let id = 1;
const variable = 'SHAKEDOWN_TEST_GITLAB';
const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const base = '/api/v4/projects/acme%2Fshop/merge_requests/42';
  const pieces: Buffer[] = [];
  request
    .on('data', (piece) => pieces.push(piece))
    .on('end', () => {
      const answer = (status: number, body: unknown, headers = {}) =>
        response.writeHead(status, headers).end(status === 204 ? '' : JSON.stringify(body));
      if (request.headers['private-token'] !== 'right') return answer(401, { message: '401 Unauthorized' });
      const what = `${request.method} ${url.pathname}`;
      if (what === `GET ${base}`) return answer(200, { iid: 42, sha, state });
      if (what === `GET ${base}/notes`) {
        const [page, size] = [
          Number(url.searchParams.get('page') ?? 1),
          Number(url.searchParams.get('per_page') ?? 20),
        ];
        const all = [...notes].reverse();
        url.searchParams.set('page', String(page + 1));
        const link = page * size < all.length ? { link: `<${url.href}>; rel="next", <${url.href}>; rel="last"` } : {};
        return answer(200, all.slice((page - 1) * size, page * size), link);
      }
      if (what === `POST ${base}/notes`) {
        const note = {
          id: id++,
          body: JSON.parse(Buffer.concat(pieces).toString()).body,
          system: false,
          author: { username: 'project_1_bot' },
          created_at: '2026-11-29T10:00:00.000Z',
        };
        notes.push(note);
        return answer(201, note);
      }
      const edited = notes.find((each) => what === `PUT ${base}/notes/${each.id}`);
      if (edited !== undefined) {
        edited.body = JSON.parse(Buffer.concat(pieces).toString()).body;
        return answer(200, edited);
      }
      const found = notes.findIndex((each) => what === `DELETE ${base}/notes/${each.id}`);
      if (found === -1) return answer(404, { message: '404 Not found' });
      notes.splice(found, 1);
      return answer(204, null);
    });
});
let apiUrl = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`;
});
afterAll(async () => {
  delete process.env[variable];
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  process.env[variable] = 'right';
  notes.length = 0;
  [sha, state] = ['a'.repeat(40), 'opened'];
});

const send = async (content = requestOf({})) => {
  const settings = { apiUrl, project: 'acme/shop', mergeRequest: 42, token: { env: variable, file: null } };
  const [outcome] = await gitlabAdapter(settings, { timeoutMs: 500, pauseMs: 5 }).send(
    content,
    new AbortController().signal,
  );
  return outcome;
};

test('one note, of the newest run, found again among hundreds', async () => {
  const { subject } = requestOf({ at: '2026-11-29T08:00:00.000Z', run: '2026-11-29T0800-0001' });
  notes.push({
    id: id++,
    body: markerText({ ...subject, nonce: 'x' }),
    system: false,
    author: { username: 'project_1_bot' },
    created_at: '2026-11-29T10:00:00.000Z',
  });
  for (let i = 0; i < 250; i++)
    notes.push({
      id: id++,
      body: `talk ${i}`,
      system: i % 2 === 0,
      author: { username: 'ada' },
      created_at: '2026-11-29T10:00:00.000Z',
    });
  expect(await send()).toMatchObject({ ok: true });
  expect(await send()).toMatchObject({ ok: true });
  expect(notes.map(({ body }) => markerOf(body)?.run).filter(Boolean)).toEqual([requestOf({}).subject.run]);
  expect(await send(requestOf({ at: '2026-11-29T09:00:00.000Z', run: '2026-11-29T0900-0001' }))).toMatchObject({
    says: expect.stringContaining('newer run stays'),
  });
  expect(notes.map(({ body }) => markerOf(body)?.run).filter(Boolean)).toEqual([requestOf({}).subject.run]);
});

test('nothing is written to another head, to one that is merged, without a commit, or with a wrong token', async () => {
  sha = 'b'.repeat(40);
  expect(await send()).toMatchObject({
    ok: false,
    says: expect.stringContaining(`the head of merge request 42 is ${'b'.repeat(40)}`),
  });
  [sha, state] = ['a'.repeat(40), 'merged'];
  expect(await send()).toMatchObject({ ok: false, says: expect.stringContaining('merge request 42 is merged') });
  expect(await send(requestOf({ commit: null }))).toMatchObject({
    ok: false,
    says: expect.stringContaining('not known which commit'),
  });
  process.env[variable] = 'wrong';
  expect(await send()).toMatchObject({ ok: false, says: expect.stringContaining('401 Unauthorized') });
  expect(notes).toEqual([]);
});
