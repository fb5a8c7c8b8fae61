import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPeer, runPeer } from '../programs.ts';
import type { BenchTarget } from '../target.ts';
import { dueByNumber, type Trace } from '../trace.ts';

export const noGoReplay = 'no GoReplay (`gor` or `goreplay` on PATH, or SHAKEDOWN_BENCH_GOREPLAY)';
const divider = '\n🐵🙈🙉\n';

/**
 * Replays the trace with GoReplay's file input.
 * @returns when each request that came should have come, and when it came, ms after the first; null without GoReplay
 */
export async function replayWithGoReplay(
  trace: Trace,
  target: BenchTarget,
  scratch: string,
): Promise<{ dueMs: Float64Array; sentMs: Float64Array } | null> {
  const goReplay = findPeer('SHAKEDOWN_BENCH_GOREPLAY', 'gor', 'goreplay');
  if (goReplay === null) return null;
  const due = dueByNumber(trace);
  const order = [...due.keys()].sort((a, b) => (due[a] as number) - (due[b] as number));
  const startNs = BigInt(Date.now()) * 1_000_000n;
  const records = order.map((number) => {
    const id = number.toString(16).padStart(24, '0');
    const at = startNs + BigInt(Math.round((due[number] as number) * 1e6));
    return `1 ${id} ${at} 0\nGET /r/${number} HTTP/1.1\r\nHost: bench\r\nAccept: */*\r\n\r\n${divider}`;
  });
  const file = join(scratch, 'trace.gor');
  await writeFile(file, records.join(''));
  await runPeer(goReplay, ['--input-file', file, '--output-http', target.url, '--stats=false'], {
    endAfterMs: trace.durationMs + 4000,
  });
  const { numbers, receivedMs } = await target.take();
  const dueMs = numbers.map((number) => due[number] ?? Number.NaN);
  // It keeps no clock that we could read: its first request counts as being on time.
  const zeroMs = receivedMs.reduce(
    (least, at, i) => Math.min(least, at - (dueMs[i] as number)),
    Number.POSITIVE_INFINITY,
  );
  return { dueMs, sentMs: receivedMs.map((at) => at - zeroMs) };
}
