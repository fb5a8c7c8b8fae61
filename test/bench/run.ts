import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findK6 } from '../../src/environment/programs.ts';
import type { BenchContext, Measure, Row } from './measure.ts';
import { accounting } from './measures/accounting.ts';
import { anonymizer } from './measures/anonymizer.ts';
import { capacity } from './measures/capacity.ts';
import { cpu } from './measures/cpu.ts';
import { day } from './measures/day.ts';
import { firstRequest } from './measures/first-request.ts';
import { frozen } from './measures/frozen.ts';
import { ingest } from './measures/ingest.ts';
import { lateness } from './measures/lateness.ts';
import { merge } from './measures/merge.ts';
import { percentileError } from './measures/percentiles.ts';
import { report } from './measures/report.ts';
import { resume } from './measures/resume.ts';
import { seam } from './measures/seam.ts';
import { machineLine, table, writeFigures, writeReadme } from './table.ts';

const measures: Measure[] = [
  lateness,
  frozen,
  seam,
  cpu,
  ingest,
  merge,
  day,
  report,
  firstRequest,
  resume,
  capacity,
  anonymizer,
  percentileError,
  accounting,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, write: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !measures.some((measure) => measure.name === name));
if (unknown.length > 0) {
  console.error(`No measure ${unknown.join(', ')}. There are: ${measures.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

const k6 = await findK6({ onProgress: console.error, onWarning: console.error });
const scratch = await mkdtemp(join(tmpdir(), 'shakedown-bench-'));
const context: BenchContext = {
  quick: values.quick,
  k6,
  scratch,
  accounts: [],
  say: (text) => console.error(`  ${text}`),
};
const rows: Row[] = [];
const raw: Record<string, unknown> = {};
const begunAt = new Date();
try {
  for (const measure of measures) {
    if (positionals.length > 0 && !positionals.includes(measure.name)) continue;
    console.error(measure.name);
    const from = performance.now();
    try {
      const outcome = await measure.run(context);
      rows.push(...outcome.rows);
      raw[measure.name] = outcome.raw;
    } catch (error) {
      const reason = (error as Error).message.split('\n')[0] ?? '';
      console.error((error as Error).stack);
      rows.push({ measure: measure.name, goal: '–', reached: `not measured: ${reason}`, met: null, how: '' });
    }
    context.say(`${((performance.now() - from) / 1000).toFixed(0)} s`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
const text = `${machineLine(k6, begunAt, values.quick)}\n\n${table(rows)}`;
console.log(text);
console.error(`Raw figures: ${await writeFigures({ begunAt, quick: values.quick, k6, rows, raw })}`);
if (values.write) console.error(await writeReadme(text));
