import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { findPeer, runPeer } from '../programs.ts';

export const noWrk = 'no wrk on PATH (nor SHAKEDOWN_BENCH_WRK)';
const connections = 50;

/** p95 as wrk reports it, ms: 50 connections as fast as they are answered. Null without wrk. */
export async function wrkP95(url: string, seconds: number, scratch: string): Promise<number | null> {
  const wrk = findPeer('SHAKEDOWN_BENCH_WRK', 'wrk');
  if (wrk === null) return null;
  const script = join(scratch, 'p95.lua');
  await writeFile(script, 'function done(_, latency) io.write("p95 " .. latency:percentile(95) .. "\\n") end\n');
  const { stdout } = await runPeer(wrk, ['-t1', `-c${connections}`, `-d${seconds}s`, '-T10s', '-s', script, url]);
  const found = /^p95 ([\d.]+)$/m.exec(stdout);
  return found === null ? Number.NaN : Number(found[1]) / 1000;
}

/** p97.5 (it has no p95) as autocannon reports it at a steady rate over 50 connections, ms, its correction for omitted requests included. */
export async function autocannonP97_5(url: string, ratePerSecond: number, seconds: number): Promise<number> {
  const result = await autocannon({ url, connections, overallRate: ratePerSecond, duration: seconds, timeout: 10 });
  return result.latency.p97_5;
}
