import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Results } from '../../../src/model/results.ts';
import { cpuOf } from './cost.ts';
import type { Outside } from './outside.ts';

/** How the suite is run: by Playwright alone; by `uat run` that looks at nothing, which is what the harness itself costs; by `uat run`. */
export const ways = ['bare', 'harness', 'watched'] as const;
export type Way = (typeof ways)[number];

export interface Suite {
  baseUrl: string;
  browser: string;
  sizes: readonly string[];
  /** Only these; all when empty. */
  scenarios: readonly string[];
  /** A suite of someone else's in place of the sample's; null: the sample's. */
  outside: Outside | null;
}

export interface Ran {
  way: Way;
  wallMs: number;
  cpuSeconds: number;
  /** Scenarios that did not pass: then the figures are of another suite than the rest. */
  failed: number;
  /** Of a run by the harness: what it says of itself. */
  results: Results | null;
  reportBytes: number | null;
}

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const runner = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
const bin = join(root, 'bin/shakedown.mjs');

/**
 * Runs the sample suite once.
 * @param folder for what it leaves; a new one
 * @throws Error in one line when the target is not healthy, or nothing could be run
 */
export async function runSuite(way: Way, suite: Suite, folder: string): Promise<Ran> {
  await healthy(suite.baseUrl);
  const from = performance.now();
  const child = spawn(process.execPath, way === 'bare' ? bare(suite, folder) : watched(suite, folder), {
    cwd: suite.outside === null ? root : suite.outside[way === 'bare' ? 'bare' : 'watched'].cwd,
    env: {
      ...process.env,
      ...(way === 'watched' ? {} : { SHAKEDOWN_UNWATCHED: '1' }),
      ...(way === 'bare' ? { SHAKEDOWN_BASE_URL: suite.baseUrl } : {}),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      said = `${said}${data.toString('utf8')}`.slice(-4000);
    });
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const cpuSeconds = await cpuOf(child.pid ?? 0, ended);
  const code = await ended;
  const wallMs = performance.now() - from;
  const run = way === 'bare' ? null : await runIn(folder);
  // `uat run` says by its code what it judged, and leaves results whatever that was; Playwright alone ends with 1 when a scenario fails.
  if (way === 'bare' ? !/\d+ passed/.test(said) : run === null) {
    const lines = said.trim().split('\n');
    throw new Error(`The ${way} run ended with ${code}: ${lines.find((line) => /^error/i.test(line)) ?? lines.at(-1)}`);
  }
  if (run === null) {
    const failed = Number(/(\d+) failed/.exec(said)?.[1] ?? 0);
    return { way, wallMs, cpuSeconds, failed, results: null, reportBytes: null };
  }
  const results = JSON.parse(await readFile(join(run, 'results.json'), 'utf8')) as Results;
  const failed = (results.sections.uat?.acceptance?.scenarios ?? [])
    .flatMap(({ cells }) => cells)
    .filter(({ outcome }) => outcome !== 'passed').length;
  return { way, wallMs, cpuSeconds, failed, results, reportBytes: (await stat(join(run, 'uat.html'))).size };
}

function bare({ browser, sizes, scenarios, outside }: Suite, folder: string): string[] {
  if (outside !== null) {
    return [runner, 'test', '-c', outside.bare.config, '--reporter=line', `--output=${folder}`];
  }
  const projects = sizes.map((size) => `--project=${browser}-${size}`);
  const chosen = scenarios.length === 0 ? [] : ['-g', scenarios.join('|')];
  return [
    runner,
    'test',
    '-c',
    'uat/playwright.config.ts',
    ...projects,
    '--reporter=line',
    `--output=${folder}`,
    ...chosen,
  ];
}

function watched({ baseUrl, browser, sizes, scenarios }: Suite, folder: string): string[] {
  const chosen = scenarios.length === 0 ? [] : ['--scenario', scenarios.join(',')];
  const where = ['--target', baseUrl, '--browser', browser, '--size', sizes.join(','), '--out', folder];
  return [bin, 'uat', 'run', ...where, ...chosen];
}

async function healthy(baseUrl: string): Promise<void> {
  const url = `${baseUrl}/healthz`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    ({ status }) => `answers ${status}`,
    (error: Error) => `does not answer (${error.cause instanceof Error ? error.cause.message : error.message})`,
  );
  if (answer !== 'answers 200') throw new Error(`The sample system is not healthy: ${url} ${answer}.`);
}

/** The folder of the run with its results; null: there is none. */
async function runIn(folder: string): Promise<string | null> {
  const names = await readdir(folder).catch(() => []);
  return names.map((name) => join(folder, name)).find((path) => existsSync(join(path, 'results.json'))) ?? null;
}
