import type { ScalabilityFit } from '../../model/capacity.ts';

type Point = ScalabilityFit['points'][number];

/** Each rate is known to about 6 % (the search's resolution), so two of them differ by chance up to this factor. */
const byChance = 1.06 ** 2;

/** Whether the rates at all counts differ by no more than the search can distinguish. */
export function isFlat(points: readonly Point[]): boolean {
  const rates = points.map(({ ratePerSecond }) => ratePerSecond);
  return rates.length > 1 && Math.max(...rates) <= Math.min(...rates) * byChance;
}

/** What more instances brought, in words; null where the rate is known at one count only. */
export function gainInWords(points: readonly Point[]): string | null {
  const sorted = points.toSorted((a, b) => a.n - b.n);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || first.n === last.n) return null;
  const factor = last.ratePerSecond / first.ratePerSecond;
  const between = `From ${first.n} to ${last.n} instances`;
  if (isFlat(sorted)) {
    return `${between} the rate stayed the same as far as the search can show (×${factor.toFixed(2)}): what they share is the limit, or the machine they run on.`;
  }
  if (factor < 1) return `${between} the rate fell (×${factor.toFixed(2)}).`;
  const best = sorted.reduce((most, one) => (one.ratePerSecond > most.ratePerSecond ? one : most));
  const peak =
    best.ratePerSecond > last.ratePerSecond * byChance
      ? `, and was highest at ${best.n} (×${(best.ratePerSecond / first.ratePerSecond).toFixed(2)})`
      : '';
  const most = Math.round((last.n / first.n) * 100) / 100;
  return `${between} the rate rose by ×${factor.toFixed(2)} of ×${most}${peak}.`;
}
