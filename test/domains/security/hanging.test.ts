import { afterEach, describe, expect, it } from 'vitest';
import { type Looked, lookAround } from '../../../src/domains/security/posture/look.ts';
import { nothingRecorded } from '../../../src/domains/security/posture/recorded.ts';
import { about, end, endServers, serve } from './target.ts';

afterEach(endServers);

/** Looks at a target with a short patience. @param hangs which paths are never answered */
async function look(hangs: (path: string) => boolean) {
  const asked: string[] = [];
  const url = await serve((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    if (!hangs(path)) end(response, 200, '<p>page</p>');
  });
  const pages = Array.from({ length: 12 }, (_, i) => `/page${i}`);
  const seen = new Map<string, Looked>();
  await lookAround(
    {
      ...about(url, { pages, leaveOut: { tls: 'no TLS here' } }),
      recorded: nothingRecorded,
      ...{ checks: ['headers', 'cors', 'exposed', 'errors'], timeoutMs: 100 },
    },
    (one) => seen.set(one.check, one),
  );
  return { asked, seen };
}

describe('a target that hangs', () => {
  it('is left alone after a few requests, and each check says why it saw nothing', async () => {
    const { asked, seen } = await look(() => true);
    // Three in a row, and the page that shows whether it is the whole target.
    expect(asked).toHaveLength(4);
    for (const check of ['headers', 'cors', 'exposed', 'errors'])
      expect(seen.get(check)).toMatchObject({ looked: null, findings: [] });
    expect(seen.get('cors')?.notLooked).toEqual(['not asked, as 3 requests in a row had no answer within 0.1 s']);
  });

  it('on some paths is asked for the others', async () => {
    const { seen } = await look((path) => path.startsWith('/page'));
    expect(seen.get('headers')?.notLooked).toContain(
      '/page11: not asked, as 3 requests in a row had no answer within 0.1 s',
    );
    expect(seen.get('errors')).toMatchObject({ notLooked: [] });
    expect(seen.get('exposed')).toMatchObject({ notLooked: [] });
  });
});
