import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isUatRun } from '../../domains/uat/run/results.ts';
import { ShakedownError } from '../../model/error.ts';
import { firstScreen } from '../../report/first-screen.ts';
import { domains } from '../../run/domains.ts';
import { renderRun } from '../../run/simulate/render.ts';
import type { CommandContext } from '../program.ts';
import { finalScreen } from '../view/final.ts';

/** Options of `shakedown report`, parsed. */
export interface ReportFlags {
  from: string;
  config?: string;
  json?: boolean;
}

/** `shakedown report --from <run>`: renders a run again, complete or cut short, from its journal and histograms. */
export async function report(flags: ReportFlags, { terminal }: CommandContext): Promise<void> {
  const folder = await runFolder(flags);
  if (isUatRun(folder)) {
    await (await import('./uat.ts')).showUat(folder, flags.json === true, terminal);
    return;
  }
  const { results, index } = await renderRun(folder);
  if (flags.json) {
    terminal.out(`${JSON.stringify(results, null, 1)}\n`);
    return;
  }
  const style = { columns: terminal.outColumns(), colors: terminal.outColors, unicode: terminal.unicode };
  terminal.out(finalScreen(await firstScreen(results, domains), index, style));
}

/** A folder, or the id of a run in the configured reports folder, or in `out` where that was given. */
export async function runFolder({
  from,
  config: file,
  out,
}: Pick<ReportFlags, 'from' | 'config'> & { out?: string }): Promise<string> {
  const direct = resolve(from);
  let looked = direct;
  if (existsSync(join(direct, 'journal.ndjson'))) return direct;
  if (/^[\w-]+$/.test(from)) {
    const { loadConfig } = await import('../../config/load.ts');
    const { config } = await loadConfig({ cwd: process.cwd(), file, replays: false });
    const byId = join(out === undefined ? config.reports.folder : resolve(out), from);
    if (existsSync(join(byId, 'journal.ndjson'))) return byId;
    looked = existsSync(direct) ? direct : byId;
  }
  const what = existsSync(looked) ? 'it has no journal.ndjson' : 'there is no such folder';
  throw new ShakedownError('RUN_NOT_FOUND', `No run at ${looked}: ${what}.`, {
    hint: 'Name the folder of a run, such as reports/runs/2026-11-20T0900-7f3a, or its id, as `shakedown runs list` prints it.',
  });
}
