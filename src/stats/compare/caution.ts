import { type CautionRow, cautionTables } from './caution-table.ts';

/** The level at which the rate of false alarms was set, by simulation. */
export const calibratedAt = 0.008;

/**
 * Further out the weights would not be enough: a p-value p below `calibratedAt` is reported as calibratedAt × (p ÷ calibratedAt) to this power. Without it, one in
 * ten thousand would come up to five times in ten thousand.
 */
export const steepness = 0.65;

/**
 * How much more each kind of noise counts in favour of "no change" than in favour of a change: what keeps false alarms at what is promised
 * whatever the noise, the least favourable weights. Between the rows of the table they are interpolated in the logarithm of the number of
 * windows; past its end they are those of the last row, where they matter little.
 * @param windows of an arm; of arms of different lengths, their harmonic mean
 */
export function caution(windows: number, design: 'paired' | 'independent'): Float64Array {
  const rows = cautionTables[design];
  const after = rows.findIndex((row) => row.windows >= windows);
  const above = rows[after === -1 ? rows.length - 1 : after] as CautionRow;
  const below = rows[Math.max(0, after === -1 ? rows.length - 1 : after - 1)] as CautionRow;
  const span = Math.log(above.windows / below.windows);
  const part = span === 0 ? 0 : Math.min(1, Math.max(0, Math.log(windows / below.windows) / span));
  const weight = (row: CautionRow, i: number) => Math.exp((row.weights[i] ?? 0) / 10);
  return Float64Array.from(above.weights, (_, i) => (1 - part) * weight(below, i) + part * weight(above, i));
}
