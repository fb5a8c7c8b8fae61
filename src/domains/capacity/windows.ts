import { appendFileSync, existsSync, mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LatencyHistogram } from '../../stats/histogram.ts';
import { histogramLogHeader, readPackedLog } from '../../stats/hlog.ts';
import { decodeHistogramInto } from '../../stats/payload.ts';

const logs = ['response', 'service'] as const;
const start = /^(Tag=[^,\s]*,)([\d.]+),/;

/** Appends a step's interval logs to the run's, moved to the run's clock. */
export async function joinLogs(
  stepFolder: string,
  runFolder: string,
  offsetMs: number,
  startedAt: Date,
): Promise<void> {
  mkdirSync(runFolder, { recursive: true });
  for (const name of logs) {
    const [from, to] = [join(stepFolder, `${name}.hlog`), join(runFolder, `${name}.hlog`)];
    if (!existsSync(from)) continue;
    if (!existsSync(to)) appendFileSync(to, histogramLogHeader(startedAt));
    const lines = (await readFile(from, 'latin1')).split('\n').filter((line) => start.test(line));
    const moved = lines.map((line) =>
      line.replace(
        start,
        (_, tag: string, seconds: string) => `${tag}${(Number(seconds) + offsetMs / 1000).toFixed(3)},`,
      ),
    );
    appendFileSync(to, moved.map((line) => `${line}\n`).join(''));
  }
}

/** All routes' times of the windows with these indices, merged; µs. */
export async function mergedTimes(
  stepFolder: string,
  name: (typeof logs)[number],
  windowMs: number,
  wanted: ReadonlySet<number>,
): Promise<LatencyHistogram> {
  const merged = new LatencyHistogram();
  const file = join(stepFolder, `${name}.hlog`);
  if (!existsSync(file)) return merged;
  for await (const { tag, startSec, payload } of readPackedLog(file, () => {})) {
    if (tag === 'all' && wanted.has(Math.round((startSec * 1000) / windowMs))) decodeHistogramInto(payload, merged);
  }
  return merged;
}
