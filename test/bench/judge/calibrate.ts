import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { calibratedAt } from '../../../src/stats/compare/caution.ts';
import type { CautionRow } from '../../../src/stats/compare/caution-table.ts';
import { alarmRates, leastFavourable, pool } from './least-favourable.ts';

/**
 * Finds the weights of src/stats/compare/caution-table.ts anew, by simulation, and with `--write` writes them; the better part of an hour. One change of
 * `noises` or `attention` there, and this must run again.
 */
const { values } = parseArgs({
  options: {
    draws: { type: 'string', default: '8000' },
    windows: { type: 'string', default: '10,12,14,17,20,25,30,40,50,70,100,140,200' },
    write: { type: 'boolean', default: false },
  },
});
const tables: Record<'paired' | 'independent', CautionRow[]> = { paired: [], independent: [] };
for (const design of ['paired', 'independent'] as const) {
  for (const windows of values.windows.split(',').map(Number)) {
    const drawn = pool({ design, windows, drawsOfEach: Number(values.draws), seed: windows });
    const weights = leastFavourable(drawn);
    tables[design].push({ windows, weights: weights.map((weight) => Math.round(10 * weight)) });
    const rates = alarmRates(drawn, weights, calibratedAt).map((rate) => (100 * rate).toFixed(2));
    console.error(`${design}, ${windows} windows: ${rates.join(' ')} %`);
  }
}

const text = [
  '/** One number of windows; `weights` are natural logarithms × 10. */',
  'export interface CautionRow {',
  '  windows: number;',
  '  weights: readonly number[];',
  '}',
  '',
  `/** Found by test/bench/judge/calibrate.ts from ${values.draws} draws of each kind; the order of weights is that of \`noises\`. */`,
  "export const cautionTables: Record<'paired' | 'independent', readonly CautionRow[]> = {",
  ...Object.entries(tables).flatMap(([design, rows]) => [
    `  ${design}: [`,
    ...rows.flatMap((row) => [
      '    {',
      `      windows: ${row.windows},`,
      `      weights: [${row.weights.join(', ')}],`,
      '    },',
    ]),
    '  ],',
  ]),
  '};',
  '',
].join('\n');
if (values.write) {
  await writeFile(new URL('../../../src/stats/compare/caution-table.ts', import.meta.url), text);
  console.error('Written; format it with biome.');
} else console.log(text);
