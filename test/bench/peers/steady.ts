import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findPeer, k6Arguments, runPeer } from '../programs.ts';
import type { BenchTarget } from '../target.ts';

/** A load generator that others would pick for a steady load, set up as its own documents say. */
export interface SteadyPeer {
  readonly name: string;
  /** What it was run with, for the table. */
  readonly setting: string;
  /** Null: it is not here. */
  readonly path: string | null;
  /** Which program to bring, and how it is found. */
  readonly missing: string;
  /** Sends to the target until it is over. @param onSpawn gets its process */
  run(load: SteadyLoad, onSpawn: (pid: number) => void): Promise<void>;
}

export interface SteadyLoad {
  target: BenchTarget;
  ratePerSecond: number;
  seconds: number;
  scratch: string;
}

/** Enough for answers that come in a millisecond, and for a pause of the target of 100 ms. */
const virtualUsersFor = (ratePerSecond: number) => Math.max(50, Math.ceil(ratePerSecond / 10));

export function steadyPeers(k6: string): SteadyPeer[] {
  const run = async (...about: Parameters<typeof runPeer>) => {
    const { code, stderr, stdout } = await runPeer(...about);
    if (code !== 0) throw new Error(`${about[0]} ended with ${code}: ${(stderr || stdout).slice(-500)}`);
  };
  const spawned = (onSpawn: (pid: number) => void) => ({
    onSpawn: (child: { pid?: number | undefined }) => onSpawn(child.pid ?? -1),
  });
  const vegeta = findPeer('SHAKEDOWN_BENCH_VEGETA', 'vegeta');
  const wrk2 = findPeer('SHAKEDOWN_BENCH_WRK2', 'wrk2');
  return [
    {
      ...{ name: 'plain k6', path: k6, missing: 'no k6' },
      setting:
        'constant-arrival-rate, a VU for each 10 requests a second (at least 50), discardResponseBodies, no summary, no thresholds',
      async run({ target, ratePerSecond, seconds, scratch }, onSpawn) {
        const env = {
          ...{ TARGET: target.url, RATE: String(ratePerSecond), DURATION: `${seconds}s` },
          ...{ VUS: String(virtualUsersFor(ratePerSecond)), SUMMARY: join(scratch, 'steady.json') },
        };
        const args = k6Arguments('constant-rate.js', ['--summary-mode=disabled', '--no-thresholds']);
        await run(k6, args, { env, ...spawned(onSpawn) });
      },
    },
    {
      ...{ name: 'vegeta', path: vegeta, missing: 'no vegeta on PATH (nor SHAKEDOWN_BENCH_VEGETA)' },
      setting: 'attack -rate, its defaults',
      async run({ target, ratePerSecond, seconds, scratch }, onSpawn) {
        const targets = join(scratch, 'vegeta-targets');
        await writeFile(targets, `GET ${target.url}/r/0\n`);
        const about = ['attack', `-targets=${targets}`, `-rate=${ratePerSecond}/1s`, `-duration=${seconds}s`];
        await run(vegeta ?? '', [...about, '-output=/dev/null'], spawned(onSpawn));
      },
    },
    {
      ...{ name: 'wrk2', path: wrk2, missing: 'no wrk2 on PATH (nor SHAKEDOWN_BENCH_WRK2)' },
      setting: '-t1 -c50',
      async run({ target, ratePerSecond, seconds }, onSpawn) {
        const about = ['-t1', '-c50', `-d${seconds}s`, `-R${ratePerSecond}`];
        await run(wrk2 ?? '', [...about, `${target.url}/r/0`], spawned(onSpawn));
      },
    },
  ];
}
