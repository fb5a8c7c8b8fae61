import { createHash } from 'node:crypto';
import { copyFile, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Check, check } from '../../part.ts';
import { cut, isAtLeast, risks } from '../finding.ts';
import type { Bar } from '../judge.ts';
import type { PenetrationTest } from '../settings.ts';
import type { ScanEvidence } from './evidence.ts';

export type TestFacts = Extract<ScanEvidence, { kind: 'penetration-test' }>;

const mostBytes = 100 * 1024 * 1024;

/** Puts the report beside the evidence, with its digest. It is not read: what it says is what the configuration says. */
export async function testReport(about: PenetrationTest, folder: string): Promise<TestFacts> {
  const { date, by, scope, digest, maxAgeDays, open } = about;
  const facts: TestFacts = {
    kind: 'penetration-test',
    file: basename(about.report),
    sha256: null,
    problem: null,
    ...{ date, by, scope, digest, maxAgeDays, open: { ...open } },
  };
  try {
    const { size } = await stat(about.report);
    if (size === 0) return { ...facts, problem: 'it is empty' };
    if (size > mostBytes) return { ...facts, problem: `it has more than ${mostBytes / 1048576} MB` };
    const sha256 = createHash('sha256')
      .update(await readFile(about.report))
      .digest('hex');
    await copyFile(about.report, join(folder, basename(about.report)));
    return { ...facts, sha256 };
  } catch (error) {
    return { ...facts, problem: `it cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})` };
  }
}

/** @param facts undefined: the run ended before it was looked at */
export function judgeTest(facts: TestFacts | undefined, candidate: readonly string[], bar: Bar): Check {
  const judged = (verdict: Check['verdict'], reason: string) =>
    check(
      'penetration-test',
      `A penetration test of this candidate left nothing of ${bar.failAt} risk or above open`,
      verdict,
      reason,
    );
  if (facts === undefined) return judged('inconclusive', 'The run ended before its report was looked at.');
  const { date, by, scope, digest, maxAgeDays, open, sha256, problem, file } = facts;
  const about = `${file}, by ${cut(by, 80)} on ${date}, of ${cut(scope)}`;
  if (problem !== null) return judged('inconclusive', `The report ${file} counts for nothing: ${problem}.`);
  if (!candidate.includes(digest))
    return judged('inconclusive', `It is of another candidate: ${digest.slice(0, 19)}… (${about}).`);
  const days = (Date.parse(bar.today) - Date.parse(date)) / 86_400_000;
  // The day of a run is that of UTC; elsewhere it may be tomorrow already.
  if (days < -1) return judged('inconclusive', `Its date lies in the future (${about}).`);
  if (!(days <= maxAgeDays))
    return judged('inconclusive', `It is ${days} days old, more than ${maxAgeDays} (${about}).`);
  const grave = risks.filter((risk) => isAtLeast(risk, bar.failAt) && (open[risk] ?? 0) > 0);
  if (grave.length > 0)
    return judged('fail', `Open: ${grave.map((risk) => `${open[risk]} ${risk}`).join(', ')} (${about}).`);
  return judged('pass', `${about}; SHA-256 ${sha256?.slice(0, 16)}….`);
}
