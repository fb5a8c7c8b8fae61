import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Results } from '../../src/model/results.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const recording = join(root, 'load/traffic/sample-shop');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Project {
  folder: string;
  /** Starts `shakedown …` in the project. */
  start(args: string[], env?: NodeJS.ProcessEnv): { child: ChildProcess; ended: Promise<Ended> };
  run(args: string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** The only run's results, from its folder. */
  results(): Results;
  runFolder(): string;
  remove(): void;
}

/** A user's project in a folder of its own, with this configuration (YAML). */
export function project(config: string): Project {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-e2e-'));
  writeFileSync(join(folder, 'shakedown.config.yaml'), config);
  const start: Project['start'] = (args, env = {}) => {
    const child = spawn(process.execPath, [join(root, 'src/cli/bin.mjs'), ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => {
        text[name] += chunk;
      });
    }
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => resolve({ code, ...text }));
    });
    return { child, ended };
  };
  const runFolder = () => {
    const runs = readdirSync(join(folder, 'reports/runs'));
    if (runs.length !== 1) throw new Error(`expected one run, found ${runs.length}`);
    return join(folder, 'reports/runs', runs[0] ?? '');
  };
  return {
    folder,
    start,
    run: (args, env) => start(args, env).ended,
    runFolder,
    results: () => JSON.parse(readFileSync(join(runFolder(), 'results.json'), 'utf8')) as Results,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The sample shop at a rate that two busy cores bear, judged by the default objectives but for the throughput that goes with it. */
export function sampleConfig(defects: string, more = ''): string {
  return `
name: Shop
target:
  sample: { defects: '${defects}' }
traffic: { recording: ${recording} }
profile: { mode: bootstrap, ratePerSecond: 150, seed: 3 }
objectives:
  throughput: { target: 100 }
${more}`;
}

export const verdictOf = (results: Results, id: string) =>
  results.objectives.find(({ objective }) => objective.id === id)?.verdict;
