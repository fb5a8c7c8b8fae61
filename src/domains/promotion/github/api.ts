import { z } from 'zod';
import type { GithubSettings } from '../configuration.ts';
import { type ForgeClient, forgeClient } from '../forge/client.ts';

/** How GitHub is asked: with the version of its API that the answers are read by. */
export function githubClient(
  { apiUrl }: Pick<GithubSettings, 'apiUrl'>,
  token: string,
  signal: AbortSignal,
  times: { timeoutMs?: number; pauseMs?: number } = {},
): ForgeClient {
  return forgeClient({
    name: 'GitHub',
    apiUrl,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'user-agent': 'shakedown',
      'x-github-api-version': '2022-11-28',
    },
    signal,
    ...times,
  });
}

/** An account; null: it is gone. */
export const account = z.object({ login: z.string(), id: z.int(), type: z.string() });

export const comment = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: account.nullish(),
  created_at: z.string(),
});

export const pullRequest = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  user: account,
  head: z.object({ sha: z.string() }),
});

export const status = z.object({
  id: z.int(),
  state: z.string(),
  context: z.string(),
  description: z.string().nullable(),
  target_url: z.string().nullable(),
});

export const deployment = z.object({
  id: z.int(),
  sha: z.string(),
  environment: z.string(),
  created_at: z.string(),
  payload: z.union([z.record(z.string(), z.unknown()), z.string()]),
  creator: account.nullish(),
});

export type Deployment = z.output<typeof deployment>;
export type CommitStatus = z.output<typeof status>;
