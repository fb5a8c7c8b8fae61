import type { Services } from '../../domains/command.ts';
import { addBaseline, listBaselines, pinBaseline, removeBaseline } from '../../domains/load/public.ts';
import { errorLinesOf } from '../../domains/monitoring/public.ts';
import { readable } from '../../report-kit/text.ts';
import { judgeRun } from '../../run/results/build.ts';

/** `shakedown baseline add <run>`: keeps a finished run to compare later ones with. */
export async function addRun([from]: [string], _: object, services: Services): Promise<void> {
  const { config } = await services.configuration();
  const folder = await services.runFolder(from);
  const { facts, results } = await judgeRun(folder);
  const { verdict, word } = results;
  const path = await addBaseline(facts, config.baselines, verdict, errorLinesOf(results));
  if (verdict !== 'pass') {
    services.terminal.err(
      `This run did not pass: it is ${word}. Later runs are compared with it all the same, and their reports do not call it a passing run.\n`,
    );
  }
  services.terminal.out(`${path}\n`);
}

/** `shakedown baseline pin [run]`: every later run is compared with it too; without a run, with none. */
export async function pinRun([runId]: [string | undefined], _: object, services: Services): Promise<void> {
  const { config } = await services.configuration();
  const before = await pinBaseline(config.baselines, config.name, runId ?? null);
  const left = before.filter((one) => one !== runId);
  if (runId !== undefined) services.terminal.out(`Pinned: ${readable(runId)}\n`);
  for (const one of left) services.terminal.out(`No longer pinned: ${readable(one)}\n`);
  if (runId === undefined && left.length === 0) services.terminal.err('No run was pinned.\n');
}

/** `shakedown baseline remove <run>`: later runs are no longer compared with it. */
export async function removeRun([runId]: [string], _: object, services: Services): Promise<void> {
  const { config } = await services.configuration();
  await removeBaseline(config.baselines, config.name, runId);
  services.terminal.out(`Removed: ${readable(runId)}\n`);
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
  for (const { runId, version, startedAt, points, verdict = 'pass', pinned = false } of kept) {
    const notes = `${verdict === 'pass' ? '' : '  did not pass'}${pinned ? '  pinned' : ''}`;
    terminal.out(`${readable(runId)}  ${readable(version)}  ${readable(startedAt)}  ${points} windows${notes}\n`);
  }
}
