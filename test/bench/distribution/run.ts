import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LoadAccounting } from '../../../src/domains/load/accounting/accounting.ts';
import { SessionWire } from '../../../src/domains/load/k6/wire.ts';
import { makePlan } from '../../../src/domains/traffic/plan/plan.ts';
import { readManifest } from '../../../src/domains/traffic/recording.ts';
import { sampleBytes } from '../../../src/model/sample.ts';
import { loadInput } from '../../domains/load/shop.ts';
import { FedAccounting } from '../fed-accounting.ts';
import { ingestedPerSecond } from '../measures/ingest.ts';

/** What a k6 of ours sends with a core of its own, requests a second: the share of it that is safe to plan with. */
const requestsPerPod = 1000;
const folder = fileURLToPath(new URL('../../../load/traffic/sample-shop', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'shakedown-bench-'));

try {
  const feed = await measureFeed();
  const samplesPerCoreSecond = measureSamples();
  process.stdout.write(report(feed, samplesPerCoreSecond, measureFollowing()));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Plans, enters and encodes the bundled recording as the harness does for its generators; the bytes go nowhere. */
async function measureFeed(): Promise<{ bytesPerRequest: number; requestsPerCoreSecond: number }> {
  const manifest = await readManifest(folder);
  const options = {
    mode: 'bootstrap',
    durationMs: 120_000,
    ratePerSecond: 5000,
    scale: 1,
    speed: 1,
    seed: 1,
    writes: 'recorded',
  } as const;
  const plan = await makePlan({
    folder,
    manifest,
    target: { baseUrl: 'http://10.96.0.80', hosts: {}, headers: {}, dropHeaders: [] },
    rules: [],
    data: [],
    signal: new AbortController().signal,
    options: { ...options, shape: { kind: 'flat', points: [] } },
  });
  const input = loadInput('http://10.96.0.80', [], { folder: scratch, durationMs: options.durationMs });
  const accounting = new LoadAccounting({ ...input, plan: plan.summary, sessions: plan.sessions() });
  const wire = new SessionWire(plan.summary);
  const before = process.cpuUsage();
  let bytes = 0;
  for await (const session of accounting.handOut()) bytes += Buffer.byteLength(wire.encode(session, null, 0));
  const used = process.cpuUsage(before);
  const seconds = (used.user + used.system) / 1e6;
  const { requests } = plan.summary;
  return { bytesPerRequest: bytes / requests, requestsPerCoreSecond: requests / seconds };
}

/** Takes samples in as they come from generators, windows and logs and all, with what planning them costs. */
function measureSamples(): number {
  const fed = new FedAccounting({ windowMs: 1000, ratePerSecond: 100_000, routes: 50, folder: scratch });
  const count = 4_000_000;
  const before = process.cpuUsage();
  for (let taken = 0; taken < count; taken += 2048) fed.step();
  fed.finish();
  const used = process.cpuUsage(before);
  return count / ((used.user + used.system) / 1e6);
}

/** Reads and counts samples of frames, without and with sessions followed through journeys: the best of three each, in turns. */
function measureFollowing(): { read: number; followed: number } {
  const best = { read: 0, followed: 0 };
  for (let round = 0; round < 3; round++) {
    best.read = Math.max(best.read, ingestedPerSecond(2_000_000, 10_000));
    best.followed = Math.max(best.followed, ingestedPerSecond(2_000_000, 10_000, true));
  }
  return best;
}

function report(
  feed: { bytesPerRequest: number; requestsPerCoreSecond: number },
  samples: number,
  { read, followed }: { read: number; followed: number },
): string {
  const collector = 1 / (1 / feed.requestsPerCoreSecond + 1 / samples);
  const withJourneys = 1 / (1 / collector + 1 / followed - 1 / read);
  const whole = (perSecond: number) => Math.round(perSecond).toLocaleString('en');
  const row = (rate: number) => {
    const pods = Math.ceil(rate / requestsPerPod);
    const megabytes = (bytes: number) => `${((rate * bytes) / 1e6).toFixed(1)} MB/s`;
    return `| ${rate.toLocaleString('en')} | ${pods} | ${(rate / collector).toFixed(1)} | ${megabytes(feed.bytesPerRequest)} | ${megabytes(sampleBytes)} |\n`;
  };
  return `One core of the harness plans and feeds ${whole(feed.requestsPerCoreSecond)} requests a second, ${feed.bytesPerRequest.toFixed(0)} bytes each,
and takes in ${whole(samples)} samples a second, ${sampleBytes} bytes each: both together, ${whole(collector)} requests a second and core.
Frames alone are read and counted at ${whole(read)} a second, with sessions followed through journeys at ${whole(followed)}: all together, ${whole(withJourneys)}.

| requests a second | pods of 1 core, ${requestsPerPod.toLocaleString('en')} /s each | cores of the harness | feed | samples |
| --- | --- | --- | --- | --- |
${row(100_000)}${row(1_000_000)}`;
}
