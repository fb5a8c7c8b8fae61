import { type Coverage, percentileCoverage, shareCoverage } from './coverage.ts';
import { healthyKinds, healthyRates } from './healthy.ts';

const sizes = [
  [40, 200],
  [200, 200],
  [40, 1000],
  [200, 1000],
] as const;

const percent = (share: number) => (100 * share).toFixed(1);

function cells({ covered, independent, wrongPass, unbounded, width }: Coverage): string[] {
  const wide = Number.isFinite(width)
    ? `${width.toFixed(2)}${unbounded > 0 ? ` (${percent(unbounded)} % unbounded)` : ''}`
    : '–';
  return [percent(covered), percent(independent), percent(wrongPass), wide];
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;

/** Coverages of intervals at 95 % in Markdown. @param trials of each row of percentiles @param shareTrials of shares */
export function coverageText(trials: number, shareTrials: number, say: (line: string) => void): string {
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
        const found = shareCoverage({
          windows,
          requests,
          cluster,
          share,
          trials: shareTrials,
          seed: windows + cluster,
        });
        shares.push(
          row([
            `${percent(10 * share)} ‰`,
            cluster,
            `${windows} × ${requests}`,
            clusters.toFixed(1),
            ...cells(found),
            percent(found.none),
            percent(found.wrongPassOfOthers),
          ]),
        );
      }
    }
  }
  return [
    '## Intervals at 95 %: how often they hold the true figure',
    '',
    `${trials} simulated runs a row (of shares ${shareTrials}). *Independent*: the interval that takes each request for independent of the others. *Wrong pass*: the target is missed by the least bit (percentiles), or by a fifth (shares: 0.12 % against 0.1 %), and the interval lies on its right side. *Width*: as a multiple of that of an interval which knows how the figure scatters.`,
    '',
    'Percentiles of log-normal response times (0.3) in windows whose level wanders (0.1, in logarithms; φ is the correlation of neighbours):',
    '',
    '| percentile | φ | windows × requests | coverage, % | independent, % | wrong pass, % | width |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...percentiles,
    '',
    'Shares of failures that come in clusters. Of what nobody has seen nobody can know how it comes together, so where nothing failed at all each request counts for itself; a share of failures that comes in few large clusters is then passed as often as a run sees none of them (*none seen*). The last column is of all other runs: as soon as one cluster was seen, it is allowed for.',
    '',
    '| true share | cluster | windows × requests | clusters expected | coverage, % | independent, % | wrong pass, % | width | none seen, % | wrong pass of the others, % |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...shares,
  ].join('\n');
}

/** How healthy runs come out by all default objectives together. @param runs of each kind */
export async function healthyText(runs: number, say: (line: string) => void): Promise<string> {
  const rows: string[] = [];
  const most = (of: [string, number][]) =>
    of.length === 0
      ? '–'
      : of
          .slice(0, 3)
          .map(([id, count]) => `${id} ${count}`)
          .join(', ');
  for (const kind of healthyKinds(runs)) {
    const { verdicts, failedBy, openBy } = await healthyRates(kind);
    const { pass, inconclusive, fail } = verdicts;
    say(`${kind.name}, ${kind.rate}/s: ${pass} passed, ${inconclusive} inconclusive, ${fail} failed; ${most(openBy)}`);
    const { name, rate, times, failures, correlation, cluster } = kind;
    rows.push(
      row([name, rate, times, failures, correlation, cluster, pass, inconclusive, fail, most(openBy), most(failedBy)]),
    );
  }
  return [
    '## Healthy runs, all objectives together',
    '',
    `${runs} simulated runs a row, each written as the harness writes it and judged as every run is, by all default objectives and against three earlier runs of its kind. The stable time asked for is the run’s length, the throughput nine tenths of its rate. *p95* and *failures* are true ones, as a multiple of what is allowed; 1 is borderline: nothing can show on which side it lies.`,
    '',
    '| length | requests/s | p95 | failures | φ | failures a cluster | passed | inconclusive | failed | inconclusive first | failed by |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
