import { type Coverage, percentileCoverage, shareCoverage } from './coverage.ts';
import { healthyKinds, healthyRates } from './healthy.ts';

const sizes = [
  [40, 200],
  [200, 200],
  [40, 1000],
  [200, 1000],
] as const;
/** Fewer clusters are quite often none at all, of which nobody can know how large they would have been. */
const clustersAtLeast = 4;

const percent = (share: number) => (100 * share).toFixed(1);

function cells({ covered, independent, wrongPass, unbounded, width }: Coverage): string[] {
  const wide = Number.isFinite(width)
    ? `${width.toFixed(2)}${unbounded > 0 ? ` (${percent(unbounded)} % unbounded)` : ''}`
    : '–';
  return [percent(covered), percent(independent), percent(wrongPass), wide];
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

/** Coverages of intervals at 95 % in Markdown. @param trials of each row */
export function coverageText(trials: number, say: (line: string) => void): string {
  const percentiles: string[] = [];
  for (const [windows, requests] of sizes) {
    for (const correlation of [0, 0.5, 0.9]) {
      const found = percentileCoverage({
        windows,
        requests,
        correlation,
        level: 0.1,
        trials,
        seed: windows + requests,
      });
      for (const [p, coverage] of found)
        percentiles.push(row([`p${p}`, correlation, `${windows} × ${requests}`, ...cells(coverage)]));
      say(`${windows} × ${requests}, φ ${correlation}`);
    }
  }
  const shares: string[] = [];
  for (const share of [0.0012, 0.01]) {
    for (const [windows, requests] of sizes) {
      for (const cluster of [1, 20, 100]) {
        const clusters = (windows * requests * share) / cluster;
        const found = shareCoverage({ windows, requests, cluster, share, trials, seed: windows + cluster });
        const enough = clusters >= clustersAtLeast ? '' : ' (too few)';
        shares.push(
          row([
            `${percent(10 * share)} ‰`,
            cluster,
            `${windows} × ${requests}`,
            `${clusters.toFixed(1)}${enough}`,
            ...cells(found),
          ]),
        );
      }
    }
  }
  return [
    '## Intervals at 95 %: how often they hold the true figure',
    '',
    `${trials} simulated runs a row. *Independent*: the interval that takes each request for independent of the others. *Wrong pass*: the target is missed by the least bit (percentiles), or by a fifth (shares: 0.12 % against 0.1 %), and the interval lies on its right side. *Width*: as a multiple of that of an interval which knows how the figure scatters.`,
    '',
    'Percentiles of log-normal response times (0.3) in windows whose level wanders (0.1, in logarithms; φ is the correlation of neighbours):',
    '',
    '| percentile | φ | windows × requests | coverage, % | independent, % | wrong pass, % | width |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...percentiles,
    '',
    `Shares of failures that come in clusters. Where fewer than ${clustersAtLeast} clusters are expected in the whole run (*too few*), many runs see none, and of what nobody has seen nobody can know how it comes together: no method holds there without an assumption, and none is made.`,
    '',
    '| true share | cluster | windows × requests | clusters expected | coverage, % | independent, % | wrong pass, % | width |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...shares,
  ].join('\n');
}

/** How often healthy runs come out FAILED by all default objectives together. @param runs of each kind */
export function healthyText(runs: number, say: (line: string) => void): string {
  const rows = healthyKinds(runs).map((kind) => {
    const found = healthyRates(kind);
    say(`${kind.name}: ${found.failed} of ${found.runs} failed`);
    const by = found.by.slice(0, 3).map(([id, count]) => `${id} ${count}`);
    const cells = [kind.name, kind.correlation, kind.cluster, kind.ofTarget, found.runs, found.failed];
    return row([...cells, by.length === 0 ? '–' : by.join(', ')]);
  });
  return [
    '## Healthy runs, all objectives together',
    '',
    'Default objectives, a p95 for each of twenty routes, and the comparison with earlier runs. *Of the target* 1 is borderline: every true percentile and share is exactly what is allowed.',
    '',
    '| length | φ | failures a cluster | of the target | runs | FAILED | by |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
