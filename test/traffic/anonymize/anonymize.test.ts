import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordedSession } from '../../../src/model/traffic.ts';
import { type AnonymizeReport, anonymizeRecording } from '../../../src/traffic/anonymize/anonymize.ts';
import { verifyPrivacy } from '../../../src/traffic/anonymize/privacy.ts';
import { readManifest } from '../../../src/traffic/recording.ts';
import { readAll, shopper, shopSessions, temporaryFolder, writeRecording } from './shop.ts';

const key = Buffer.alloc(32, 7);
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let report: AnonymizeReport;
let original: RecordedSession[];
let result: RecordedSession[];

beforeAll(async () => {
  folder = await temporaryFolder();
  original = shopSessions(60);
  await writeRecording(join(folder.path, 'raw'), original);
  report = await anonymizeRecording({
    from: join(folder.path, 'raw'),
    to: join(folder.path, 'out'),
    key,
    canaries: ['posteo-mail'],
  });
  result = await readAll(join(folder.path, 'out'));
});
afterAll(() => folder.remove());

describe('anonymizing a shop', () => {
  it('passes its own scan', async () => {
    expect(report.scan.listed).toEqual([]);
    expect(report.scan.passed).toBe(true);
    expect(report.canaries).toMatchObject({ seenWhenLeft: report.canaries.planted, left: 0 });
    expect(verifyPrivacy(await readManifest(join(folder.path, 'out')))).toEqual({ ok: true, reason: '' });
  });

  it('leaves nothing personal anywhere', async () => {
    const texts = [
      JSON.stringify(result),
      await readFile(join(folder.path, 'out/recording.json'), 'utf8'),
      JSON.stringify(report),
    ];
    for (let n = 0; n < 60; n++) {
      const { name, email, phone, userId, orderId, cartId, sid, csrf, address } = shopper(n);
      for (const text of texts) {
        for (const value of [
          ...name.split(' '),
          email,
          phone,
          String(userId),
          String(orderId),
          cartId,
          sid,
          csrf,
          address,
        ]) {
          expect(text.includes(value), value).toBe(false);
        }
      }
    }
    for (const text of texts) expect(text).not.toMatch(/meadow|hunter|alice-laptop|2024-03-05/);
  });
});
