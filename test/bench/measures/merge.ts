import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SampleIngest } from '../../../src/domains/load/windows/ingest.ts';
import { WindowLog } from '../../../src/domains/load/windows/log.ts';
import { mergeLengths } from '../../../src/domains/load/windows/merging.ts';
import { readWindows } from '../../../src/domains/load/windows/read.ts';
import { closeWindow } from '../../../src/domains/load/windows/result.ts';
import { plannedUnitUs, sampleWords } from '../../../src/model/sample.ts';
import { LatencyHistogram } from '../../../src/stats/histogram.ts';
import { decodeHistogramInto } from '../../../src/stats/payload.ts';
import { gaussian, seeded } from '../../random.ts';
import { atMost, beside, judged, type Measure } from '../measure.ts';

const shards = 4;
const routes = 5;
const ratePerSecond = 2000;
const windowMs = 1000;
const durationMs = 600_000;
const percentiles = [50, 90, 95, 99, 99.9];
const honesty = { maxGeneratorLatenessMs: 1000 };

/** Whether percentiles of a load that four generators shared are those that one generator would have given. */
export const merge: Measure = {
  name: 'merge',
  limitMinutes: 2,
  async run({ quick, scratch }) {
    const samples = quick ? 200_000 : 1_000_000;
    const words = samplesOf(samples);
    const one = await logged(scratch, words, () => true);
    const parts: Map<string, LatencyHistogram>[] = [];
    // Sessions belong to a generator; what is planned for a moment comes from all of them.
    for (let shard = 0; shard < shards; shard++) {
      parts.push(await logged(scratch, words, (session) => session % shards === shard));
    }
    let merged = 0;
    let averaged = 0;
    for (const [tag, whole] of one) {
      const together = new LatencyHistogram();
      for (const part of parts) together.add(part.get(tag) ?? new LatencyHistogram());
      for (const p of percentiles) {
        const truth = whole.percentile(p) ?? Number.NaN;
        merged = Math.max(merged, Math.abs((together.percentile(p) ?? Number.NaN) / truth - 1));
        const mean = parts.reduce((sum, part) => sum + (part.get(tag)?.percentile(p) ?? Number.NaN), 0) / shards;
        averaged = Math.max(averaged, Math.abs(mean / truth - 1));
      }
    }
    const rows = [
      judged(
        'merge error of 4 shards against one, %',
        atMost(0.1),
        merged * 100,
        (merged * 100).toFixed(4),
        `largest of p50 … p99.9, of all and of ${routes} routes; ${samples} samples, one shard three times as slow, through windows, logs, their merging by time and decoding`,
      ),
      beside(
        'the same, percentiles of the shards averaged',
        (averaged * 100).toFixed(1),
        'what is left to do where each generator reports percentiles of its own',
      ),
    ];
    return { rows, raw: { samples, merged, averaged } };
  },
};

/** Log-normal times, those of every fourth session three times as long: a generator in a zone farther off. */
function samplesOf(count: number): Uint32Array {
  const random = seeded(9);
  const normal = gaussian(random);
  const words = new Uint32Array(count * sampleWords);
  for (let i = 0; i < count; i++) {
    const at = i * sampleWords;
    const session = Math.floor(i / 5);
    words[at] = (i * 1e6) / plannedUnitUs / ratePerSecond;
    words[at + 3] = Math.round((session % shards === 0 ? 60_000 : 20_000) * Math.exp(0.5 * normal()));
    words[at + 5] = session;
    words[at + 6] = Math.floor(routes * random()) | (200 << 16);
    words[at + 7] = 200 << 16;
  }
  return words;
}

/** Takes the samples of some sessions in, as a run of ten minutes does, and reads back what its log of response times holds. */
async function logged(
  scratch: string,
  words: Uint32Array,
  isOurs: (session: number) => boolean,
): Promise<Map<string, LatencyHistogram>> {
  const folder = await mkdtemp(join(scratch, 'merge-'));
  const log = new WindowLog({ folder, windowMs, startedAt: new Date(0), merge: mergeLengths(durationMs, windowMs) });
  const ingest = new SampleIngest(windowMs, routes);
  for (let at = 0; at < words.length; at += sampleWords) {
    if (isOurs(words[at + 5] as number)) ingest.ingest(words, at, at + sampleWords);
  }
  for (const window of ingest.takeClosed(0, true)) log.append(window, closeWindow(window, windowMs, null, honesty));
  log.close();
  const found = new Map<string, LatencyHistogram>();
  for await (const { tag, payload } of readWindows(folder, 'response', windowMs, () => {})) {
    const histogram = found.get(tag) ?? new LatencyHistogram();
    found.set(tag, histogram);
    decodeHistogramInto(payload, histogram);
  }
  await rm(folder, { recursive: true, force: true });
  return found;
}
