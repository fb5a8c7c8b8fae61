import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import { fixture, useImport } from './recording.ts';

/**
 * Recordings of tools' own test suites and documentation, none of which is kept here: SHAKEDOWN_CORPUS names a folder with copies of the
 * repositories, as `<owner>/<name>/<path>`. The numbers of requests of most text logs were also counted by another program; the other figures come from the
 * importer, and show that it still reads the files as it did (docs/recorded-traffic.md).
 */
const folder = process.env.SHAKEDOWN_CORPUS ?? '';
const input = useImport();

interface Known {
  tool: string;
  /** `owner/name`, and the commit that the figures are of. */
  repository: string;
  commit: string;
  path: string;
  sha256: string;
  /** Code of the error, where it holds nothing that can be replayed. */
  refused?: string;
  format?: string;
  wrapping?: string;
  requests?: number;
  /** Entries that are no request to the site. */
  notRequests?: number;
  clients?: number;
  sessions?: number;
  /** To the second, UTC. */
  startedAt?: string | null;
  withDuration?: number;
}

const corpus = JSON.parse(readFileSync(fixture('corpus.json'), 'utf8')) as Known[];

test('the corpus is of many tools, and each file is pinned', () => {
  expect(corpus.length).toBeGreaterThanOrEqual(25);
  expect(new Set(corpus.map(({ tool }) => tool)).size).toBeGreaterThanOrEqual(20);
  for (const { sha256, commit } of corpus) expect(`${commit}${sha256}`).toMatch(/^[0-9a-f]{104}$/);
});

describe.skipIf(folder === '')('the corpus of public recordings (skipped without SHAKEDOWN_CORPUS)', () => {
  test.each(corpus)(
    '$repository $path',
    async (known) => {
      const file = join(folder, known.repository, known.path);
      if (!existsSync(file)) throw new Error(`${file} is not there: check ${known.repository} out at ${known.commit}`);
      expect(createHash('sha256').update(readFileSync(file)).digest('hex'), 'the version that is known').toBe(
        known.sha256,
      );
      if (known.refused !== undefined) {
        await expect(input.importFiles([file])).rejects.toMatchObject({ code: known.refused });
        return;
      }
      const { result, out } = await input.importFiles([file]);
      const { manifest, sessions, notReplayable, files } = result;
      expect(files[0]).toMatchObject({ format: known.format, damaged: 0, withDuration: known.withDuration });
      expect(files[0]?.wrapping).toBe(known.wrapping);
      expect(manifest).toMatchObject({ requests: known.requests, sessions: known.sessions });
      expect(manifest.startedAt?.slice(0, 19) ?? null).toBe(known.startedAt);
      expect(sessions.clients).toBe(known.clients);
      expect(notReplayable.reduce((sum, { count }) => sum + count, 0)).toBe(known.notRequests);
      const { scan } = await anonymizeRecording({ from: out, to: `${out}-anonymized` });
      expect(scan.listed).toEqual([]);
      expect(scan.passed).toBe(true);
    },
    300_000,
  );
});
