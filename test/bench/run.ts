import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findK6 } from '../../src/environment/programs.ts';
import { runApart } from './apart.ts';
import { type KeptFigures, keptText, readKept, writeKept } from './kept.ts';
import type { BenchContext } from './measure.ts';
import { measures } from './measures.ts';
import { machineText, writeFigures, writePage } from './table.ts';

// All measures one after the other, or those that are named. With --write their figures are put into figures.json and docs/measured.md, where those of the
// others stay as they are.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    /** Minutes that all of it may take: what there is no time for stays as it was. */
    within: { type: 'string', default: 'Infinity' },
  },
});
const named = [...positionals, ...values.only.flatMap((names) => names.split(','))];
const unknown = named.filter((name) => !measures.some((measure) => measure.name === name));
const withinMinutes = Number(values.within);
const wrong =
  unknown.length > 0
    ? `No measure ${unknown.join(', ')}. There are: ${measures.map(({ name }) => name).join(', ')}.`
    : Number.isNaN(withinMinutes)
      ? '--within takes minutes.'
      : values.quick && values.write
        ? 'Figures of --quick are not to be quoted, and are not written.'
        : null;
if (wrong !== null) {
  console.error(wrong);
  process.exit(2);
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort());
const k6 = await findK6({ onProgress: console.error, onWarning: console.error });
const scratch = await mkdtemp(join(tmpdir(), 'shakedown-bench-'));
const context: BenchContext = {
  quick: values.quick,
  k6,
  scratch,
  accounts: [],
  say: (text) => console.error(`  ${text}`),
};
const found: KeptFigures = {};
const raw: Record<string, unknown> = {};
const begunAt = new Date();
const failed: string[] = [];
try {
  for (const measure of measures) {
    const { name } = measure;
    if (named.length > 0 ? !named.includes(name) : measure.isApart === true && !values.quick) continue;
    if (interrupted.signal.aborted) break;
    const leftMinutes = withinMinutes - (Date.now() - begunAt.getTime()) / 60_000;
    if (leftMinutes < 0.5) {
      failed.push(`${name}: no time was left, its figures stay as they were`);
      continue;
    }
    console.error(name);
    const at = new Date().toISOString();
    const from = performance.now();
    const answer = await runApart(
      { ...measure, limitMinutes: Math.min(measure.limitMinutes, leftMinutes) },
      context,
      interrupted.signal,
    );
    const minutes = (performance.now() - from) / 60_000;
    if (answer.kind === 'failed') failed.push(`${name}: ${answer.reason}`);
    else raw[name] = answer.raw;
    const rows =
      answer.kind === 'measured'
        ? answer.rows
        : [{ measure: name, goal: '–', reached: `not measured: ${answer.reason}`, met: null, how: '' }];
    found[name] = { at, machine: machineText(k6), minutes, rows };
    context.say(`${name}: ${answer.kind} in ${(minutes * 60).toFixed(0)} s`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
}
if (values.quick) console.log('**With `--quick`: to see that it works, not to be quoted.**\n');
console.log(keptText(found));
const tookMinutes = (Date.now() - begunAt.getTime()) / 60_000;
console.error(
  `${tookMinutes.toFixed(1)} min in all. Raw figures: ${await writeFigures({ begunAt, quick: values.quick, k6, found, raw })}`,
);
for (const what of failed) console.error(`Failed: ${what}`);
if (interrupted.signal.aborted) process.exit(130);
if (values.write) {
  const kept = { ...(await readKept()), ...found };
  await writeKept(kept);
  console.error(await writePage(keptText(kept)));
}
process.exit(failed.length > 0 ? 1 : 0);
