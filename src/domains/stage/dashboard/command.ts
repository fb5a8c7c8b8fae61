import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beginningOf } from '../../../evidence/attempt.ts';
import type { Services } from '../../command.ts';
import { type PastRun, runHistory } from './history.ts';
import { dashboardParts } from './parts.ts';
import { serveDashboard } from './serve.ts';
import { StageWatch } from './watched.ts';

const historyFreshForMs = 15_000;

/** `shakedown dashboard [run]`: shows a stage, saved or under way, until Ctrl-C; without one the newest, also one that begins later. */
export async function dashboard([run]: [string?], { port = 0 }: { port?: number }, services: Services): Promise<void> {
  const { config } = await services.configuration();
  const base = config.reports.folder;
  const chosen = run === undefined ? null : await services.runFolder(run);
  let watch: { folder: string; watch: StageWatch } | null = null;
  let past: { atMs: number; runs: readonly PastRun[] } | null = null;
  const history = () => {
    // Thousands of runs take a moment even from the index.
    if (past === null || performance.now() - past.atMs > historyFreshForMs)
      past = { runs: runHistory(base), atMs: performance.now() };
    return past.runs;
  };
  const look = async () => {
    const folder = chosen ?? newestStage(base);
    if (folder !== null && watch?.folder !== folder) watch = { folder, watch: new StageWatch(folder, services) };
    // One that has only just begun says nothing of itself yet.
    const stage = watch === null ? null : await watch.watch.look().catch(() => null);
    return dashboardParts(stage, history());
  };
  const stop = services.interruption();
  const server = await serveDashboard(look, { port, environment: config.environment });
  services.terminal.out(`${server.origin}/\n`);
  services.terminal.err('Read-only, on this machine only; Ctrl-C ends it.\n');
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
}

/** By its name, which begins with the time; null: there is none. */
function newestStage(base: string): string | null {
  if (!existsSync(base)) return null;
  const names = readdirSync(base).sort().reverse();
  const found = names.find((name) =>
    /^shakedown run( |$)/.test(beginningOf(join(base, name, 'journal.ndjson'))?.command ?? ''),
  );
  return found === undefined ? null : join(base, found);
}
