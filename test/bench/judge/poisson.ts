/** How often something happens that happens `mean` times on average, each time by itself. */
export function poisson(mean: number, random: () => number): number {
  // The sum of many small ones is one too, and e^−mean stays above 0.
  if (mean > 30) return poisson(30, random) + poisson(mean - 30, random);
  let product = random();
  let count = 0;
  for (const limit = Math.exp(-mean); product > limit; count++) product *= random();
  return count;
}
