import { type Ran, type Way, ways } from './ways.ts';

const names: Record<Way, string> = {
  bare: 'bare `playwright test`',
  harness: '`uat run` with nothing checked',
  watched: '`uat run`',
};

/** What the runs come to, in lines: medians, and what each way takes more than the bare one. */
export function told(ran: readonly Ran[]): string[] {
  const of = (way: Way, figure: (one: Ran) => number) => median(ran.filter((one) => one.way === way).map(figure));
  const wall = (one: Ran) => one.wallMs / 1000;
  const cpu = (one: Ran) => one.cpuSeconds;
  const inRunner = (one: Ran) => (one.results?.sections.uat?.acceptance?.wallMs ?? Number.NaN) / 1000;
  const more = (way: Way, figure: (one: Ran) => number) => percent(of(way, figure) / of('bare', figure) - 1);
  const times = Math.max(0, ran.filter(({ way }) => way === 'bare').length);
  const lines = [`medians of ${times} runs each, in turn`];
  for (const way of ways) {
    const [low, high] = spreadOf(ran, way);
    const ratio =
      way === 'bare'
        ? ''
        : `; overhead ${more(way, wall)} wall (${percent(low)} to ${percent(high)} by pairs), ${more(way, cpu)} CPU`;
    const goal = way === 'watched' ? ' (goal: ≤ 15 % wall)' : '';
    lines.push(`${names[way]}: ${of(way, wall).toFixed(1)} s, CPU ${of(way, cpu).toFixed(1)} s${ratio}${goal}`);
  }
  const around = of('watched', wall) - of('watched', inRunner);
  lines.push(
    `of the watched ${of('watched', wall).toFixed(1)} s, ${around.toFixed(1)} s are before and after its runner`,
  );
  lines.push(...checks(ran.findLast(({ way }) => way === 'watched')));
  for (const { way, failed } of ran) {
    if (failed > 0) lines.push(`not comparable: ${failed} of a run of ${names[way]} did not pass`);
  }
  return lines;
}

/** What each run of a way takes more than the bare run next to it. */
function spreadOf(ran: readonly Ran[], way: Way): [number, number] {
  const of = (one: Way) => ran.filter((each) => each.way === one).map(({ wallMs }) => wallMs);
  const bare = of('bare');
  const shares = of(way).flatMap((ms, index) => (bare[index] === undefined ? [] : [ms / bare[index] - 1]));
  return [Math.min(...shares), Math.max(...shares)];
}

/** What each check takes, wall time; those of one page go on side by side where the browser lets them. */
function checks(last: Ran | undefined): string[] {
  if (last === undefined || last.results === null) return [];
  const all = (last.results.sections.uat?.acceptance?.checks ?? []).filter(({ times }) => times > 0);
  const scans = all.find(({ check }) => check === 'axe')?.times ?? 0;
  const tookMs = all.reduce((sum, each) => sum + each.tookMs, 0);
  return [
    `scan cost a page: ${Math.round(tookMs / scans)} ms over ${scans} pages, sizes and states`,
    ...all.map(
      ({ check, times, tookMs: own, pages }) =>
        `  ${check}: ${Math.round(own / times)} ms each, ${times} times on ${pages} addresses`,
    ),
    `report without screenshots: ${last.reportBytes} bytes (goal: ≤ 300000)`,
  ];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

function percent(share: number): string {
  return `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`;
}
