import { calibratedAt, caution, steepness } from './caution.ts';
import { evidence, studentBelow } from './evidence.ts';
import { attention } from './noise.ts';

/** Where a level is looked for first. */
export interface Reach {
  low: number;
  high: number;
}

export interface Judgement {
  /** One-sided p-value of "the level is more than `level`"; rises with it. */
  above(level: number): number;
  /** One-sided p-value of "it is less". */
  below(level: number): number;
  reach: Reach;
  /** Standard deviation of a window's figure, long-run: what its mean over n windows scatters by, times √n. */
  longRunDeviation: number;
}

/** Kinds of noise that are so much less likely than the likeliest change no p-value in its third digit. */
const negligible = 1e-9;

/**
 * A test of the level of one series, or of how far that of the second lies above that of the first, in noise of unknown kind. For each kind
 * of noise the chance that the level is on the other side is Student's t; what speaks for a change is a mean of those over the kinds where it is
 * looked for (`attention`), what speaks against it a mean over the kinds that could most easily feign it (`caution`). With these least favourable
 * weights no other test of the same rate of false alarms has more power on average over `attention` (Elliott, Müller and Watson, "Nearly
 * optimal tests when a nuisance parameter is present under the null hypothesis", Econometrica 83, 2015). Unlike a plug-in of an
 * estimated correlation this allows for not knowing it, which with few windows is most of the uncertainty.
 * @param windows of an arm
 */
export function judgement(
  series: readonly [Float64Array] | readonly [Float64Array, Float64Array],
  windows: number,
  design: 'paired' | 'independent',
): Judgement {
  const { likelihoods, centres, scales, freedom, windows: counted } = evidence(series);
  const careful = caution(windows, design);
  const looked = attention(windows);
  let most = Number.NEGATIVE_INFINITY;
  for (const likelihood of likelihoods) most = Math.max(most, likelihood);
  const kinds: { against: number; favour: number; centre: number; scale: number }[] = [];
  let variance = 0;
  let total = 0;
  const reach = { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
  likelihoods.forEach((likelihood, i) => {
    const favour = (looked[i] as number) * Math.exp(likelihood - most);
    const against = favour * (careful[i] as number);
    if (Math.max(favour, against) < negligible) return;
    const [centre, scale] = [centres[i] as number, scales[i] as number];
    kinds.push({ favour, against, centre, scale });
    variance += favour * scale ** 2;
    total += favour;
    reach.low = Math.min(reach.low, centre - scale);
    reach.high = Math.max(reach.high, centre + scale);
  });
  const sided = (level: number, side: 1 | -1) => {
    let favour = 0;
    let against = 0;
    for (const kind of kinds) {
      const other = studentBelow((side * (level - kind.centre)) / kind.scale, freedom);
      against += kind.against * other;
      favour += kind.favour * (1 - other);
    }
    const p = against / (against + favour);
    return p < calibratedAt ? calibratedAt * (p / calibratedAt) ** steepness : p;
  };
  return {
    above: (level) => sided(level, 1),
    below: (level) => sided(level, -1),
    reach,
    longRunDeviation: Math.sqrt((variance / total) * counted),
  };
}
