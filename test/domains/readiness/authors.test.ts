import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorsOf } from '../../../src/domains/readiness/authors.ts';

const at = (name: string) => `${name}@example.com`;

describe('authors of the candidate', () => {
  const repository = mkdtempSync(join(tmpdir(), 'authors-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args]);
  beforeAll(() => {
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'first');
    git('tag', 'v1');
    const message =
      'second\n\nCo-authored-by: Cy Doe <cy@example.com>\nCO-AUTHORED-BY: Di\n  <di@example.com>\n\nNo longer at the end.';
    git('commit', '-q', '--allow-empty', '-m', message, '--author', 'Bob <bob@example.com>');
  });
  afterAll(() => rmSync(repository, { recursive: true }));
  const asked = (authors: string[], since: string | null = 'v1') =>
    authorsOf({
      config: { readiness: { authors }, candidate: { repository, since }, baselineVersion: null } as never,
      signal: new AbortController().signal,
    });

  it('are those of the configuration, and authors, co-authors and committers since the version before', async () => {
    const { names, isKnown, error } = await asked(['carl']);
    expect([names.toSorted(), isKnown, error]).toEqual([
      ['Ann', 'Bob', 'Cy Doe', 'Di', ...['ann', 'bob'].map(at), 'carl', ...['cy', 'di'].map(at)],
      true,
      '',
    ]);
  });

  it('are not known as a whole where some are left out, or git does not say', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => `author-${n}`);
    expect((await asked(many)).error).toBe('there are more than 1000 names');
    expect((await asked([], null)).error).toBe('candidate.since is not set');
    expect((await asked([], '--all')).error).toBe('candidate.since is not set');
    expect((await asked([], 'v0')).error).toMatch(/^fatal: .*v0/);
  });
});
