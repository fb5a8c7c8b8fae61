import { mkdtemp, readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { windowLengthMs } from '../../src/domains/load/sizing.ts';
import { writeReports } from '../../src/report/write.ts';
import { domains } from '../../src/run/domains.ts';
import { buildResults } from '../../src/run/results/build.ts';
import { FedRun } from './fed-run.ts';
import type { FedFigures, JudgedFigures, MemoryFigures } from './measures/day.ts';

const hourMs = 3_600_000;

// The process behind measures/day.ts: feeds a run, or judges and reports one, and says on standard output what that took.
const [what = '', ...args] = process.argv.slice(2);
console.log(JSON.stringify(what === 'feed' ? await feed(args.map(Number)) : await judge(args[0] ?? '')));

async function feed([hours = 24, ratePerSecond = 1000, ...counts]: number[]): Promise<FedFigures> {
  const begun = performance.now();
  const run = await FedRun.begin({ durationMs: hours * hourMs, ratePerSecond, routes: 50, series: 60 });
  const memory: MemoryFigures[] = [];
  const windowMs = windowLengthMs(hours * hourMs);
  for (const count of counts) {
    // In the middle of a window each time: what is open then is the same.
    run.feed(Number.POSITIVE_INFINITY, (Math.ceil((count * 1000) / ratePerSecond / windowMs) - 0.5) * windowMs);
    memory.push({ samples: run.samples, ...(await held()) });
  }
  run.feed(counts.at(-1) ?? 0);
  run.end();
  return {
    folder: run.folder,
    samples: run.samples,
    runMs: run.plannedMs,
    tookMs: performance.now() - begun,
    memory,
    files: await sizes(run.folder),
  };
}

async function judge(folder: string): Promise<JudgedFigures> {
  const begun = performance.now();
  const results = await buildResults(folder);
  const judgedMs = performance.now() - begun;
  const { word } = results;
  const { load } = results.sections;
  const out = await mkdtemp(join(tmpdir(), 'day-report-'));
  await writeReports(results, out, domains);
  const tookMs = performance.now() - begun;
  const pages = (await sizes(out)).filter(({ file }) => file.endsWith('.html'));
  const requests = (load?.requests.completed ?? 0) + (load?.requests.failed ?? 0);
  return { judgedMs, tookMs, word, requests, pages, residentBytes: (await held()).residentBytes };
}

/** Held after a full collection: buffers are given back in the background, and only then is what they held down collected. */
async function held(): Promise<{ heldBytes: number; residentBytes: number }> {
  const residentBytes = process.resourceUsage().maxRSS * 1024;
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await wait(100);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heldBytes: heapUsed + external, residentBytes };
}

async function sizes(folder: string): Promise<{ file: string; bytes: number }[]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile()).map((name) => join(name.parentPath, name.name));
  return Promise.all(
    files.map(async (path) => ({ file: path.slice(folder.length + 1), bytes: (await stat(path)).size })),
  );
}
