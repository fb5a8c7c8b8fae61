import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changePoints } from '../../../src/stats/change-points.ts';
import type { Point } from '../../../src/stats/trend.ts';

/** One series with the moments at which people saw it change, by annotator. */
interface Annotated {
  name: string;
  points: Point[];
  annotations: number[][];
}

/** So many observations off is still the same change (van den Burg and Williams, arXiv 2003.06222). */
const margin = 5;

/**
 * Series of the Turing Change Point Dataset with one variable, from a copy of https://github.com/alan-turing-institute/TCPD. Each series has a
 * licence of its own, so none is part of this repository; those that may not be redistributed are not in the copy either and are left out.
 * @param folder of the copy: annotations.json and datasets/
 */
function readTcpd(folder: string): Annotated[] {
  const annotations = JSON.parse(readFileSync(join(folder, 'annotations.json'), 'utf8')) as Record<
    string,
    Record<string, number[]>
  >;
  return readdirSync(join(folder, 'datasets')).flatMap((name) => {
    const file = join(folder, 'datasets', name, `${name}.json`);
    const by = annotations[name];
    if (by === undefined || !existsSync(file)) return [];
    const { series } = JSON.parse(readFileSync(file, 'utf8')) as { series: { raw: (number | null)[] }[] };
    const [only] = series;
    if (only === undefined || series.length > 1) return [];
    const points = only.raw.flatMap((y, x) => (y === null ? [] : [{ x, y }]));
    return [{ name, points, annotations: Object.values(by) }];
  });
}

/** F1 with a margin as the authors of the data set define it: precision against all annotators together, recall as the mean over them. */
function f1({ annotations }: Pick<Annotated, 'annotations'>, found: readonly number[]): number {
  // The first observation is a change for everybody, so that silence has a score.
  const predicted = new Set([0, ...found]);
  const all = new Set([0, ...annotations.flat()]);
  const precision = hits(all, predicted) / predicted.size;
  const recalls = annotations.map((one) => {
    const truth = new Set([0, ...one]);
    return hits(truth, predicted) / truth.size;
  });
  const recall = recalls.reduce((sum, value) => sum + value, 0) / recalls.length;
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

/** How many true changes have a prediction near, each prediction counting once. */
function hits(truth: ReadonlySet<number>, predicted: ReadonlySet<number>): number {
  const left = new Set(predicted);
  let count = 0;
  for (const moment of [...truth].sort((a, b) => a - b)) {
    const [near] = [...left]
      .filter((one) => Math.abs(one - moment) <= margin)
      .sort((a, b) => Math.abs(a - moment) - Math.abs(b - moment));
    if (near === undefined) continue;
    left.delete(near);
    count++;
  }
  return count;
}

/** Mean F1 of the change points found and of silence, over every second series each (nothing is fitted to the second half), and over all. */
export function tcpdText(folder: string): string {
  const rows = readTcpd(folder).map((one) => ({
    ours: f1(
      one,
      changePoints(one.points).map(({ at }) => at.x),
    ),
    silence: f1(one, []),
  }));
  const mean = (of: typeof rows, who: 'ours' | 'silence') =>
    (of.reduce((sum, row) => sum + row[who], 0) / Math.max(of.length, 1)).toFixed(3);
  const half = (odd: number) => rows.filter((_, i) => i % 2 === odd);
  const line = (what: string, of: typeof rows) =>
    `| ${what} | ${of.length} | ${mean(of, 'ours')} | ${mean(of, 'silence')} |`;
  return [
    '| series | number | ours | silence |',
    '| --- | --- | --- | --- |',
    line('first half', half(0)),
    line('second half', half(1)),
    line('all', rows),
  ].join('\n');
}
