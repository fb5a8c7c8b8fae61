import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AnonymizeReport, anonymizeRecording } from '../../../../src/domains/traffic/anonymize/anonymize.ts';
import type { RecordedSession } from '../../../../src/model/traffic.ts';
import {
  all,
  contents,
  count,
  encodings,
  fields,
  found,
  isDate,
  peopleSessions,
  plain,
  tellingValues,
  unpacked,
} from './leak-corpus.ts';
import { readAll, temporaryFolder, writeRecording } from './shop.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let report: AnonymizeReport;
let result: RecordedSession[];
let text: string;
let original: RecordedSession[];

beforeAll(async () => {
  folder = await temporaryFolder();
  original = peopleSessions();
  await writeRecording(join(folder.path, 'raw'), original);
  report = await anonymizeRecording({
    from: join(folder.path, 'raw'),
    to: join(folder.path, 'out'),
    key: Buffer.alloc(32, 5),
  });
  result = await readAll(join(folder.path, 'out'));
  text = `${await contents(join(folder.path, 'out'))}\n${unpacked(result).join('\n')}\n${JSON.stringify(report)}`;
}, 120_000);
afterAll(() => folder.remove());

describe('1,000 invented people in 12 locales', () => {
  it('stand in the recording before', () => {
    const before = JSON.stringify(original);
    const values = new Set(all.flatMap((who) => [who.email, who.token, who.uuid]));
    expect(found(values, decodeURIComponent(before.replace(/%(?![\da-fA-F]{2})/g, '%25'))).size).toBeGreaterThan(
      values.size * 0.5,
    );
  });

  it.each(encodings)('leave nothing behind %s', (_, encode) => {
    expect([...found(tellingValues(encode), text)]).toEqual([]);
  });

  it('leave no birthday where it was', () => {
    // A made-up day is the birthday of someone else now and then; it must not be the one that it stands for.
    let looked = 0;
    for (const [n, { requests }] of original.entries()) {
      for (const [index, before] of requests.entries()) {
        const was = plain(before);
        const is = plain(result[n]?.requests[index]);
        for (const who of [all[n], all[(n + 1) % count]]) {
          for (const field of fields.filter(isDate)) {
            const day = who?.[field] ?? '';
            if (!was.includes(day)) continue;
            looked++;
            expect(is.includes(day), `session ${n}, request ${index}: ${day}`).toBe(false);
          }
        }
      }
    }
    expect(looked).toBeGreaterThan(count);
  });

  it('pass the scan, and what was structure before is structure still', () => {
    expect(report.scan.listed).toEqual([]);
    expect(report.scan.passed).toBe(true);
    for (const [n, { requests }] of result.entries()) {
      expect(requests.map(({ method, offsetMs }) => `${method} ${offsetMs}`)).toEqual(
        original[n]?.requests.map(({ method, offsetMs }) => `${method} ${offsetMs}`),
      );
    }
    expect(text).toContain('/api/v1/members/');
  });
});
