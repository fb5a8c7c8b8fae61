import { loadConfig } from '../../config/load.ts';
import { addBaseline, listBaselines } from '../../evidence/baselines.ts';
import { readable } from '../../report-kit/text.ts';
import type { CommandContext } from '../program.ts';
import { runFolder } from './report.ts';

/** Options of `shakedown baseline`, parsed. */
export interface BaselineFlags {
  config?: string;
  json?: boolean;
}

/** `shakedown baseline add <run>`: keeps a finished run to compare later ones with. */
export async function addRun(from: string, flags: BaselineFlags, { terminal }: CommandContext): Promise<void> {
  const { config } = await loadConfig({ cwd: process.cwd(), file: flags.config, replays: false });
  const folder = await runFolder({ from, ...(flags.config === undefined ? {} : { config: flags.config }) });
  terminal.out(`${await addBaseline(folder, config.baselines)}\n`);
}

/** `shakedown baseline list`: newest first. */
export async function listRuns(flags: BaselineFlags, { terminal }: CommandContext): Promise<void> {
  const { config } = await loadConfig({ cwd: process.cwd(), file: flags.config, replays: false });
  const kept = (await listBaselines(config.baselines, config.name)).map(({ series, ...about }) => ({
    ...about,
    points: series[0]?.at.length ?? 0,
  }));
  if (flags.json) {
    terminal.out(`${JSON.stringify(kept, null, 1)}\n`);
    return;
  }
  if (kept.length === 0) terminal.err(`No run of ${readable(config.name)} is kept in ${config.baselines.folder}.\n`);
  for (const { runId, version, startedAt, points } of kept) {
    terminal.out(`${readable(runId)}  ${readable(version)}  ${readable(startedAt)}  ${points} windows\n`);
  }
}
