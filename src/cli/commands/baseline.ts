import type { Services } from '../../domains/command.ts';
import { addBaseline, listBaselines } from '../../domains/load/public.ts';
import { readable } from '../../report-kit/text.ts';
import { foldRun } from '../../run/results/fold.ts';

/** `shakedown baseline add <run>`: keeps a finished run to compare later ones with. */
export async function addRun([from]: [string], _: object, services: Services): Promise<void> {
  const { config } = await services.configuration();
  const folder = await services.runFolder(from);
  services.terminal.out(`${await addBaseline((await foldRun(folder)).facts, config.baselines)}\n`);
}

/** `shakedown baseline list`: newest first. */
export async function listRuns(_: unknown[], flags: { json?: boolean }, services: Services): Promise<void> {
  const { terminal } = services;
  const { config } = await services.configuration();
  const { kept: found, unreadable } = await listBaselines(config.baselines, config.name);
  for (const name of unreadable) terminal.err(`${readable(name)} cannot be read as a baseline.\n`);
  const kept = found.map(({ series, ...about }) => ({
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
