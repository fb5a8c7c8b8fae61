import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { useImport } from './recording.ts';

/**
 * Logs from lnav's own tests (github.com/tstack/lnav, `test/`), which are not kept here: SHAKEDOWN_LNAV_TESTS names a folder with a copy. Counts
 * of five files were held against grep in November 2026; the other figures are what this importer gave then, and keep it from changing unseen.
 */
const folder = process.env.SHAKEDOWN_LNAV_TESTS ?? '';
const input = useImport();

const files: [file: string, format: string, requests: number, startedAt: string, withDuration: number][] = [
  ['logfile_access_log.0', 'access-log', 3, '2009-07-20T22:59:26', 0],
  ['logfile_shop_access_log.0', 'access-log', 1000, '2019-01-22T00:26:14', 0],
  ['logfile_regexp_access_log.0', 'access-log', 2, '2023-07-26T07:01:26', 2],
  ['logfile_caddy_log.0', 'caddy', 4, '2025-10-21T04:10:28', 4],
  ['logfile_caddy_log.1', 'caddy', 4, '2024-05-26T11:42:52', 4],
  ['logfile_cloudflare.1', 'cloudflare', 15, '2024-04-10T23:00:00', 15],
  ['logfile_haproxy.0', 'haproxy', 13, '2019-02-25T16:19:48', 13],
  ['logfile_w3c.1', 'w3c', 1, '2001-10-31T00:00:18', 0],
  ['logfile_w3c.3', 'w3c', 3, '2012-08-15T17:00:00', 2],
  ['logfile_w3c_big.0', 'w3c', 210, '2015-01-13T00:32:17', 210],
];

describe.skipIf(folder === '')('logs of lnav’s tests (skipped without SHAKEDOWN_LNAV_TESTS)', () => {
  test.each(files)('%s', async (file, format, requests, startedAt, withDuration) => {
    const { result } = await input.importFiles([join(folder, file)]);
    expect(result.files[0]).toMatchObject({ format, damaged: 0, withDuration });
    expect(result.manifest.requests).toBe(requests);
    expect(result.manifest.startedAt?.slice(0, 19)).toBe(startedAt);
  });
});
