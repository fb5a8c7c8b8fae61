import { detectableShare, extremeP, oddOneOut, smallestP, testable } from '../../../stats/compare/odd-one-out.ts';
import type { FieldCount } from './tally.ts';

/** What is said of a field. */
export type Standing =
  /** Nothing differed. */
  | 'same'
  /** It differs, and no more than the current version differs from itself. */
  | 'noise'
  /** The candidate's differs, beyond doubt. */
  | 'different'
  /** It differs, and in too few sessions to say whose doing that is. */
  | 'too few'
  /** No two answers share a value: only what it looks like, and how large it is, is judged. */
  | 'never alike';

export interface JudgedField {
  field: FieldCount;
  standing: Standing;
  /** Corrected for the number of tests; 1: nothing to test. */
  p: number;
  /** By what it was found. */
  by: 'the rate of differences' | 'its level' | 'how often it has its commonest value';
  /** Share of sessions in which a change must show to be found with a chance of 80 %; null: none would be. */
  detectable: number | null;
}

interface Test {
  place: number;
  by: JudgedField['by'];
  p: number;
  smallest: number;
}

/**
 * Says of each field whether the candidate answers differently. The chance that anything at all is reported of two equal versions is at most `level`: p-values are corrected by
 * Holm among the tests that can come to an alarm. Holm and not Benjamini-Hochberg, since one false report stops a release as surely as ten.
 */
export function judgeFields(counts: readonly FieldCount[], level: number): JudgedField[] {
  const tests = counts.flatMap((count, place) => testsOf(count).map((test) => ({ ...test, place })));
  const { corrected, size } = stepDown(tests, level);
  const single = level / Math.max(1, size);
  const best = new Map<number, { p: number; by: JudgedField['by'] }>();
  tests.forEach(({ place, by }, i) => {
    const p = corrected[i] ?? 1;
    if (p < (best.get(place)?.p ?? 2)) best.set(place, { p, by });
  });
  const shares = new Map<string, number | null>();
  const detectableOf = ({ sessions, oddOther }: FieldCount) => {
    const key = `${sessions} ${oddOther}`;
    const known = shares.get(key);
    if (known !== undefined) return known;
    const noise = Math.min(1 / 3, oddOther / Math.max(1, sessions) / 2);
    const share = detectableShare(sessions, noise, single);
    shares.set(key, share);
    return share;
  };
  return counts.map((field, place): JudgedField => {
    const found = best.get(place);
    const { p, by } = found ?? { p: 1, by: 'the rate of differences' as const };
    const detectable = detectableOf(field);
    return { field, standing: standingOf(field, p <= level, detectable, level), p, by, detectable };
  });
}

/** Holm's steps with Tarone's count at each (Hommel and Krummenauer, Statistics in Medicine 17, 1998): what is found makes room for the others. @returns size: of the last step */
function stepDown(tests: readonly Test[], level: number): { corrected: number[]; size: number } {
  const corrected = tests.map(() => 1);
  let left = tests.map((_, i) => i);
  for (;;) {
    const able = testable(
      left.map((i) => tests[i]?.smallest ?? 1),
      level,
    ).map((place) => left[place] as number);
    for (const i of able) corrected[i] = Math.min(1, (tests[i]?.p ?? 1) * able.length);
    const found = new Set(able.filter((i) => (corrected[i] ?? 1) <= level));
    if (found.size === 0) return { corrected, size: able.length };
    left = left.filter((i) => !found.has(i));
  }
}

function standingOf(
  { raw, noise, sessions, unlike, aspect, oddCandidate, oddOther }: FieldCount,
  isDifferent: boolean,
  detectable: number | null,
  level: number,
): Standing {
  if (isDifferent) return 'different';
  if (raw === 0 && noise === 0) return 'same';
  if (unlike >= 0.9 * sessions && (aspect === 'value' || aspect === 'form') && oddCandidate <= oddOther + 1)
    return 'never alike';
  // What never differed by chance, and differs in the candidate now and then, may be it or may not.
  if (noise === 0 && oddOther === 0 && oddCandidate >= 2) return 'too few';
  if (raw > 0 && (detectable === null || smallestP(sessions) > level)) return 'too few';
  return 'noise';
}

function testsOf(count: FieldCount): Omit<Test, 'place'>[] {
  const informative = count.oddCandidate + count.oddOther;
  const tests: Omit<Test, 'place'>[] = [];
  if (informative > 0)
    tests.push({
      by: 'the rate of differences',
      p: oddOneOut(count.oddCandidate, informative),
      smallest: smallestP(informative),
    });
  if (count.aspect !== 'value') return tests;
  for (const [by, one, other] of [
    ['its level', count.largest, count.smallest],
    ['how often it has its commonest value', count.withCommonest, count.withoutCommonest],
  ] as const) {
    if (one.of + other.of === 0) continue;
    tests.push({ by, p: extremeP(one, other), smallest: Math.min(1, 2 * smallestP(Math.max(one.of, other.of))) });
  }
  return tests;
}
