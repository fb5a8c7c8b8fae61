/** What the default objectives ask for, with some to spare; and what a core can take of generator, balancer, shop and database together. */
const wantedRate = 1150;
const ratePerCore = 275;

/**
 * What runs where there is no configuration: the sample system and its recording, at the rate that the default objectives ask for or, on a
 * machine too small for the system and the generator beside it, at one that it can take.
 */
export function builtInConfig(cores: number): object {
  const ratePerSecond = Math.min(wantedRate, ratePerCore * cores);
  return { target: { sample: {} }, profile: { mode: 'bootstrap', ratePerSecond, seed: 1 } };
}
