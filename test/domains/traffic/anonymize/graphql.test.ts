import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import type { RecordedRequest } from '../../../../src/model/traffic.ts';
import { json, request, session } from './request.ts';
import { readAll, temporaryFolder, writeRecording } from './shop.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function written(...requests: RecordedRequest[]) {
  await writeRecording(join(folder.path, 'raw'), [session(0, ...requests)]);
  const options = { from: join(folder.path, 'raw'), to: join(folder.path, 'out'), force: true };
  const report = await anonymizeRecording({ ...options, key: 'a key of sixteen bytes or more' });
  expect(report.scan.passed).toBe(true);
  const [out] = await readAll(join(folder.path, 'out'));
  return out?.requests ?? [];
}

const query = `query FindTrellow($id: ID!, $n: [Int!]! = [3]) @cached(ttl: 60) {
  # asked for by Quolbert
  user(id: $id, email: "quolbert@mail.example", note: "caf\\u00e9 \\"Quolbert\\" \\u{1F600}") {
    ...Glimpse @include(if: true)
    best: orders(first: 17, status: [OPEN, SENT], range: {min: -1.5e3, max: null}) { edges { node { zorbel(size: LARGE) } } }
    bio(text: """
      Quolbert wrote """ , other: "")
  }
}
fragment Glimpse on Customer { zorbelName }
`;

const shape = (text: string) =>
  text
    .replace(/#.*/g, '')
    .replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\])*"/g, '""')
    .replace(/-?\d+(?:\.\d+)?(?:e\d+)?/g, '0');

it('a query of few clients keeps its structure; its literals are replaced, its comments left out', async () => {
  const [first] = await written(
    request('/graphql', {
      method: 'POST',
      body: json({ operationName: 'FindTrellow', query, variables: { id: 'trellow' } }),
    }),
  );
  const body = JSON.parse(first?.body?.data ?? '') as { operationName: string; query: string };
  expect(shape(body.query)).toBe(shape(query));
  expect(body.query).not.toMatch(/quolbert|17|1\.5e3/i);
  expect(body.operationName).toBe('FindTrellow');
  expect(first?.body?.data).not.toContain('"trellow"');
});

it.each([
  ['in a query', (text: string) => request(`/api/graphql?query=${encodeURIComponent(text)}`)],
  [
    'as a body of its own',
    (text: string) =>
      request('/api/gql', { method: 'POST', body: { mime: 'application/graphql', encoding: 'utf8', data: text } }),
  ],
  ['in a batch', (text: string) => request('/graphql', { method: 'POST', body: json([{ query: text }]) })],
])('%s, without a keyword too', async (_where, made) => {
  const [first] = await written(made('{ zorbels(name: "Quolbert") { id } }'));
  const all = decodeURIComponent(`${first?.path} ${first?.body?.data.replaceAll('\\', '')}`);
  expect(all).toMatch(/\{ zorbels\(name: "(?!Quolbert)[^"]+"\) \{ id \} \}/);
});

it('the same literal has the same pseudonym in a query and elsewhere', async () => {
  const [first, second] = await written(
    request('/graphql', { method: 'POST', body: json({ query: 'query { order(id: "ord_8812ab") { id } }' }) }),
    request('/graphql', { method: 'POST', body: json({ variables: { id: 'ord_8812ab' } }) }),
  );
  const id = JSON.parse(second?.body?.data ?? '').variables.id;
  expect(first?.body?.data).toContain(id);
  expect(id).not.toBe('ord_8812ab');
});

it.each([
  ['a text', 'query trellow of Quolbert'],
  ['a text in braces elsewhere', '{ Quolbert }'],
  ['one that is not closed', 'query { trellow(name: "Quolbert") '],
  ['one that holds what is no token', 'query { trellow(name: Quolbert%) }'],
  ['names of people', 'query { quolbert_18022 }'],
])('%s is a value like others', async (_what, text) => {
  const [first] = await written(request(`/search?query=${encodeURIComponent(text)}`));
  expect(decodeURIComponent(first?.path ?? '')).not.toMatch(/trellow|quolbert/i);
});
