import { incompleteBeta } from '../beta.ts';

/**
 * Of three answers to one request, two come from the same version. Where nothing but chance makes them differ, each of the three is as likely to be
 * the one that differs from the other two. So of `informative` cases in which exactly one does, it is the candidate's in a third of them.
 */
const byChance = 1 / 3;

/**
 * One-sided p-value of "the candidate's answer is the odd one more often than chance makes it": the exact test for two matched rates (McNemar's, with a
 * second answer of the version before as a third arm). Exact for small counts, and conditional on how often one was odd at all, so the noise of a field need not be known.
 * @param candidate cases in which it was the candidate's
 * @param informative cases in which exactly one was odd
 */
export function oddOneOut(candidate: number, informative: number): number {
  return atLeast(candidate, informative, byChance);
}

/** Smallest p-value that so many informative cases can come to. */
export function smallestP(informative: number): number {
  return byChance ** informative;
}

/** p-value of "the candidate's is the largest (or the smallest) more often than by chance", both sides looked at. */
export function extremeP(largest: Extremes, smallest: Extremes): number {
  return Math.min(
    1,
    2 * Math.min(oddOneOut(largest.candidate, largest.of), oddOneOut(smallest.candidate, smallest.of)),
  );
}

/** How often a figure of the candidate was the only largest (or smallest) of three, of the cases in which one was. */
export interface Extremes {
  candidate: number;
  of: number;
}

/**
 * How many of these tests can come to an alarm at all, in Tarone's sense (Biometrics 46, 1990): the largest set whose members could each pass the bound that the
 * set's own size asks for. A field with one informative case cannot, and counting it would only blunt the others. Depends on `smallest` alone, which says nothing of
 * the candidate, so correcting within the set (Holm) keeps the chance of any false alarm at `level`.
 * @param smallest the smallest p-value that each could come to
 * @returns their places
 */
export function testable(smallest: readonly number[], level: number): number[] {
  for (let size = 1; size <= smallest.length; size++) {
    const able = smallest.flatMap((p, i) => (p <= level / size ? [i] : []));
    if (able.length <= size) return able;
  }
  return smallest.map((_, i) => i);
}

/**
 * Share of cases in which a change must show, so that it is found with a chance of 80 %; null: not even one that always shows would be.
 * @param cases that are looked at
 * @param noise share of cases in which an arm is the odd one by chance, for each of the three; 0 … 1/3
 * @param level of the single test, corrected for their number
 */
export function detectableShare(cases: number, noise: number, level: number): number | null {
  const needed = (informative: number) => {
    // From the count that chance alone comes to, upwards.
    let k = Math.ceil(informative * byChance);
    while (k <= informative && oddOneOut(k, informative) > level) k++;
    return k;
  };
  const neededFor: number[] = [];
  const power = (share: number) => {
    // A change makes the candidate odd where the two others agree; what was odd by chance stays so or is no longer one of two.
    const odd = noise + share * (1 - 3 * noise);
    const all = odd + 2 * noise * (1 - share);
    if (all <= 0) return 0;
    const spread = 6 * Math.sqrt(cases * all * (1 - all)) + 1;
    const [from, to] = [
      Math.max(0, Math.floor(cases * all - spread)),
      Math.min(cases, Math.ceil(cases * all + spread)),
    ];
    let found = 0;
    for (let informative = from; informative <= to; informative++) {
      const chance = atLeast(informative, cases, all) - atLeast(informative + 1, cases, all);
      neededFor[informative] ??= needed(informative);
      found += chance * atLeast(neededFor[informative] ?? 0, informative, odd / all);
    }
    return found;
  };
  if (power(1) < wantedPower) return null;
  let [low, high] = [0, 1];
  for (let i = 0; i < 12; i++) {
    const middle = (low + high) / 2;
    if (power(middle) >= wantedPower) high = middle;
    else low = middle;
  }
  return high;
}

const wantedPower = 0.8;

/** P(X ≥ k) for X binomial. */
function atLeast(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return p >= 1 ? 1 : incompleteBeta(p, k, n - k + 1);
}
