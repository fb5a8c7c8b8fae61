// What watching costs: the sample suite by `shakedown uat run` beside the same files under a bare `playwright test` that looks at nothing.
// `npm run bench:uat`; `-- --quick`: one scenario at one size, once, to see that it works.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UatResults } from '../../../src/model/uat.ts';
import { startSample } from '../../../src/sample/start.ts';
import { warmUp } from '../../../src/sample/warm-up.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 3;
const sizes = quick ? ['phone'] : ['phone', 'tablet', 'desktop'];
const runner = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
const bin = join(root, 'src/cli/bin.mjs');
const { signal } = new AbortController();
const folder = await mkdtemp(join(tmpdir(), 'shakedown-bench-uat-'));
const sample = await startSample({ version: 'v2.1.0', signal });
try {
  await warmUp(sample.baseUrl, 2500, signal);
  const bare: number[] = [];
  const watched: number[] = [];
  for (let round = 0; round < rounds; round++) {
    console.error(`round ${round + 1} of ${rounds}`);
    // In turn, so that what the machine does besides falls on both.
    bare.push(await took([runner, 'test', '-c', 'uat/playwright.config.ts', ...bareChoice()], bareEnvironment()));
    watched.push(await took([bin, 'uat', 'run', ...watchedChoice(), '--out', join(folder, `runs-${round}`)], {}));
  }
  const results = await lastResults();
  const suite = results.uat.wallMs;
  console.log(
    `wall time: bare ${seconds(bare)}; watched ${seconds(watched)}, of which the runner ${(suite / 1000).toFixed(1)} s`,
  );
  console.log(
    `overhead: ${percent(median(watched) / median(bare) - 1)} of the command, ${percent(suite / median(bare) - 1)} of its runner (goal: ≤ 10 %)`,
  );
  for (const { check, times, tookMs, pages } of results.uat.checks) {
    if (times > 0) console.log(`${check}: ${Math.round(tookMs / times)} ms each, ${times} times on ${pages} pages`);
  }
  console.log(`report without screenshots: ${await reportBytes()} bytes (goal: ≤ 300000)`);
} finally {
  await sample.stop();
  await rm(folder, { recursive: true, force: true });
}

function bareEnvironment(): NodeJS.ProcessEnv {
  return { SHAKEDOWN_BASE_URL: sample.baseUrl, SHAKEDOWN_UNWATCHED: '1' };
}

function bareChoice(): string[] {
  return [
    ...sizes.map((size) => `--project=chromium-${size}`),
    '--reporter=dot',
    `--output=${join(folder, 'bare')}`,
    ...(quick ? ['-g', 'SHOP-01'] : []),
  ];
}

function watchedChoice(): string[] {
  return [
    '--target',
    sample.baseUrl,
    '--browser',
    'chromium',
    '--size',
    sizes.join(','),
    ...(quick ? ['--scenario', 'SHOP-01'] : []),
  ];
}

/** Wall time, ms. @throws Error when nothing could be run */
function took(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const from = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    // Not ready and inconclusive end with other codes; usage and missing programs do with these.
    child.once('close', (code) =>
      code === 2 || code === 4 ? reject(new Error(`${args[0]} ended with ${code}`)) : resolve(performance.now() - from),
    );
  });
}

async function lastRun(): Promise<string> {
  const runs = join(folder, `runs-${rounds - 1}`);
  const [run = ''] = await readdir(runs);
  return join(runs, run);
}

async function lastResults(): Promise<UatResults> {
  return JSON.parse(await readFile(join(await lastRun(), 'results.json'), 'utf8')) as UatResults;
}

async function reportBytes(): Promise<number> {
  return (await stat(join(await lastRun(), 'index.html'))).size;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(values: readonly number[]): string {
  return `${values.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
