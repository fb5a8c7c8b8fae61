import { afterAll, beforeAll, expect, test } from 'vitest';
import { githubAdapter } from '../../../src/domains/promotion/github/adapter.ts';
import { markerOf } from '../../../src/domains/promotion/request/marker.ts';
import { GithubStandIn } from './github.ts';
import { requestOf } from './request.ts';

const github = new GithubStandIn();
const variable = 'SHAKEDOWN_TEST_GITHUB_RACE';
let apiUrl = '';

beforeAll(async () => {
  process.env[variable] = 'right';
  apiUrl = await github.start();
});

afterAll(async () => {
  delete process.env[variable];
  await github.stop();
});

const send = (content: ReturnType<typeof requestOf>) =>
  githubAdapter({
    ...{
      apiUrl,
      repository: 'acme/shop',
      pullRequest: 42,
      branch: undefined,
      comment: true,
      status: 'shakedown/promotion',
    },
    deployment: { environment: 'production', requiredContexts: [] },
    token: { env: variable, file: null },
  }).send(content, new AbortController().signal);

test('a hundred pairs that race leave nothing twice, and the newest', async () => {
  for (let pair = 0; pair < 100; pair++) {
    for (const list of [github.comments, github.statuses, github.deployments]) list.length = 0;
    // The same evidence is promoted twice at the same time, from two machines: no lock is between them.
    const of = (n: number) => requestOf({ at: `2026-11-29T10:00:00.00${n}Z`, run: `2026-11-29T1000-000${n}` });
    const [a, b] = [of(1), of(2)];
    await Promise.all([send(pair % 2 === 0 ? a : b), send(pair % 2 === 0 ? b : a)]);
    expect(github.deployments).toHaveLength(1);
    expect(github.comments.map(({ body }) => markerOf(body)?.run)).toEqual(['2026-11-29T1000-0002']);
    expect(github.statuses.at(-1)?.description).toContain('2026-11-29T1000-0002');
  }
  expect(github.wrongAnswers).toEqual([]);
});
