import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FrameReader } from '../../../src/domains/load/k6/frames.ts';
import { SampleIngest } from '../../../src/domains/load/windows/ingest.ts';
import { FollowedSessions } from '../followed.ts';
import { atLeast, type BenchContext, beside, judged, type Measure, ownCpuSeconds } from '../measure.ts';
import { runPlainK6 } from '../programs.ts';
import { needed } from '../replay.ts';
import { SampleStream } from '../stream.ts';
import { startTarget } from '../target.ts';

const ratePerSecond = 2000;
const routes = 10;
const rounds = 5;

/** Requests read and counted a second and core: ours, against no more than the parsing of what k6 writes as JSON about as many requests. */
export const ingest: Measure = {
  name: 'ingest',
  limitMinutes: 4,
  async run(context) {
    const samples = context.quick ? 1_000_000 : 8_000_000;
    // In turns, and the best of each: what else runs on the machine only ever slows down.
    const lines = await jsonLines(context, context.quick ? 1000 : 3000);
    const long: number[] = [];
    const short: number[] = [];
    const json: number[] = [];
    const followed: number[] = [];
    for (let round = 0; round < rounds; round++) {
      long.push(ingestedPerSecond(samples, 10_000));
      followed.push(ingestedPerSecond(samples / 4, 10_000, true));
      short.push(ingestedPerSecond(samples / 4, 1000));
      json.push(parsedPerSecond(lines.requests, lines.text));
    }
    const [ours, oursShort, oursFollowed, theirs] = [long, short, followed, json].map((figures) =>
      Math.max(...figures),
    ) as [number, number, number, number];
    const moreUs = 1e6 / oursFollowed - 1e6 / ours;
    const perRequest = lines.text.length / lines.requests;
    const rows = [
      judged(
        'requests ingested per second and core ÷ JSON.parse of k6’s JSON lines',
        atLeast(100),
        ours / theirs,
        `${(ours / theirs).toFixed(0)} (${millions(ours)} ÷ ${millions(theirs)})`,
        `FrameReader and SampleIngest, ${routes} routes, windows of 10 s at ${ratePerSecond}/s; JSON: ${perRequest.toFixed(0)} lines a request, parsed and dropped; best of ${rounds}`,
      ),
      beside('samples ingested a second and core', millions(ours), 'the figure above, of 32 bytes each'),
      beside(
        'the same, sessions followed through journeys',
        millions(oursFollowed),
        'what one thread collects of all generators; to plan the requests and to feed them is not in it (`npm run bench:distribution`)',
      ),
      beside(
        'the same ratio, windows of 1 s',
        `${(oursShort / theirs).toFixed(0)} (${millions(oursShort)})`,
        'as in runs of up to ten minutes: a window has few samples to share its cost',
      ),
      beside(
        'the same ratio, sessions followed',
        `${(oursFollowed / theirs).toFixed(0)} (${millions(oursFollowed)})`,
        `through 3 journeys and 6 features, from being planned to being counted: ${moreUs.toFixed(2)} µs more a request, or ${((moreUs * ratePerSecond) / 1e4).toFixed(2)} % of a core at ${ratePerSecond}/s; sessions of five requests`,
      ),
    ];
    return { rows, raw: { long, short, followed, json, linesPerRequest: perRequest } };
  },
};

/** @param isFollowed with sessions entered as they are planned, followed through journeys, and counted with their windows */
export function ingestedPerSecond(samples: number, windowMs: number, isFollowed = false): number {
  const bare = new SampleStream(ratePerSecond, routes);
  const before = ownCpuSeconds();
  while (bare.sent < samples) bare.next();
  const making = ownCpuSeconds() - before;

  const stream = new SampleStream(ratePerSecond, routes);
  const counter = new SampleIngest(windowMs, routes);
  const sessions = isFollowed ? new FollowedSessions(stream, windowMs) : null;
  if (sessions !== null) counter.sessions = sessions.tracker;
  const reader = new FrameReader({
    samples: (words, from, to) => counter.ingest(words, from, to, stream.originMs, stream.sender),
    message: () => {},
  });
  const from = ownCpuSeconds();
  while (stream.sent < samples) {
    const chunk = stream.next();
    sessions?.enter(stream.sent);
    reader.push(chunk);
    for (const { index } of counter.takeClosed(stream.plannedMs - windowMs)) sessions?.close(index);
  }
  const { completed, failed } = counter.totals;
  if (completed + failed !== stream.sent) throw new Error(`${stream.sent} samples, ${completed + failed} counted.`);
  const perSecond = stream.sent / (ownCpuSeconds() - from - making);
  sessions?.check(counter.windows.size);
  return perSecond;
}

function parsedPerSecond(requests: number, lines: string[]): number {
  const from = ownCpuSeconds();
  let parsed = 0;
  const times = Math.ceil(20_000 / requests);
  for (let i = 0; i < times; i++) {
    for (const line of lines) parsed += (JSON.parse(line) as { type: string }).type.length;
  }
  if (parsed === 0) throw new Error('k6 wrote no JSON.');
  return (requests * times) / (ownCpuSeconds() - from);
}

async function jsonLines(context: BenchContext, requests: number): Promise<{ requests: number; text: string[] }> {
  const target = await startTarget();
  const file = join(context.scratch, 'samples.json');
  try {
    const env = { TARGET: target.url, REQUESTS: String(requests) };
    await runPlainK6(needed(context).path, 'requests.js', env, [
      '--summary-mode=disabled',
      '--no-thresholds',
      '--out',
      `json=${file}`,
    ]);
  } finally {
    await target.stop();
  }
  const text = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  return { requests, text };
}

const millions = (perSecond: number) => `${(perSecond / 1e6).toFixed(perSecond < 1e6 ? 3 : 1)} M/s`;
