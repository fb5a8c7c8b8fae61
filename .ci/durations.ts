// `npm run test:durations -- <record>`: takes how long test files took from the file that SHAKEDOWN_TEST_RECORD named, and writes them to .ci/durations.json.
// Other files keep what they had; those that are gone are dropped.
import { readFileSync, writeFileSync } from 'node:fs';
import { durationsFile } from '../test/setup/durations.ts';
import { readRecord } from '../test/setup/record.ts';
import { testFiles } from '../test/setup/tiers.ts';

const [record = ''] = process.argv.slice(2);
const before: Record<string, number> = JSON.parse(readFileSync(durationsFile, 'utf8'));
const measured = readRecord(record).files;
const entries = testFiles().flatMap((path): [string, number][] => {
  const seconds = measured[path] ?? before[path];
  return seconds === undefined ? [] : [[path, Math.round(seconds)]];
});
writeFileSync(durationsFile, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
