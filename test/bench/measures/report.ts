import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeReports } from '../../../src/report/write.ts';
import { domains } from '../../../src/run/domains.ts';
import { buildResults } from '../../../src/run/results/build.ts';
import { type MadeRun, makeRun } from '../../run/results/run-folder.ts';
import { atMost, type BenchContext, beside, judged, type Measure, short } from '../measure.ts';

const routes = Array.from({ length: 50 }, (_, i) => `GET /area-${i % 7}/things-${i}/:id`);
const hourMs = 3_600_000;

interface Figures {
  /** Reading the journal and the window logs, and judging them. */
  readMs: number;
  /** Writing every report from that. */
  writeMs: number;
  largestBytes: number;
  largest: string;
}

/** Whether the report of a day costs and weighs what that of a minute does. */
export const report: Measure = {
  name: 'report',
  limitMinutes: 3,
  async run(context) {
    const minute = await measured(context, { windows: 60, windowMs: 1000, rate: 500 });
    const hours = context.quick ? 4 : 24;
    const day = await measured(context, {
      windows: hours * 60,
      windowMs: 60_000,
      rate: 500,
      durationMs: hours * hourMs,
    });
    const time = day.writeMs / minute.writeMs;
    const bytes = day.largestBytes / minute.largestBytes;
    const kb = (figures: Figures) => `${(figures.largestBytes / 1000).toFixed(0)} KB`;
    const rows = [
      judged(
        `report: time at ${hours} h ÷ at 1 min`,
        atMost(2),
        time,
        `${short(time)} (${short(day.writeMs)} ÷ ${short(minute.writeMs)} ms)`,
        `all reports from one results.json, ${routes.length} routes; median of five`,
      ),
      judged(
        `report: bytes at ${hours} h ÷ at 1 min`,
        atMost(2),
        bytes,
        `${short(bytes)} (${kb(day)} ÷ ${kb(minute)})`,
        `largest page, ${day.largest}`,
      ),
      judged(
        'report: largest page',
        { ...atMost(300), text: '≤ 300 KB' },
        Math.max(day.largestBytes, minute.largestBytes) / 1000,
        kb(day.largestBytes > minute.largestBytes ? day : minute),
        'self-contained, without compression',
      ),
      beside(
        'reading and judging what the run left, before its report',
        `${short(day.readMs)} ÷ ${short(minute.readMs)} ms`,
        `${hours * 60} windows of a minute ÷ 60 of a second, each of ${routes.length} routes: grows with the run`,
      ),
    ];
    return { rows, raw: { minute, day, hours } };
  },
};

async function measured(context: BenchContext, made: MadeRun): Promise<Figures> {
  const run = await makeRun({ ...made, routes, samples: 60 });
  try {
    const begun = performance.now();
    const results = await buildResults(run);
    const readMs = performance.now() - begun;
    const times: number[] = [];
    let pages: [name: string, path: string][] = [];
    // The first is for the templates to be compiled.
    for (let i = 0; i < 6; i++) {
      const folder = await mkdtemp(join(context.scratch, 'report-'));
      const from = performance.now();
      const written = await writeReports(results, folder, domains);
      if (i > 0) times.push(performance.now() - from);
      pages = Object.entries(written.files).filter(([, path]) => path.endsWith('.html'));
    }
    const sizes = await Promise.all(pages.map(async ([name, path]) => ({ name, bytes: (await stat(path)).size })));
    const largest = sizes.reduce((most, page) => (page.bytes > most.bytes ? page : most));
    const writeMs = times.sort((a, b) => a - b)[2] ?? Number.NaN;
    return { readMs, writeMs, largestBytes: largest.bytes, largest: largest.name };
  } finally {
    await rm(run, { recursive: true, force: true });
  }
}
