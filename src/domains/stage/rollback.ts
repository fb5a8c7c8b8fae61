import { firstError } from '../../model/error.ts';
import type { LoadedConfig, Services } from '../command.ts';
import type { StageMemory } from './memory.ts';

interface RollBack {
  readonly memory: StageMemory;
  readonly services: Pick<Services, 'runCommand'>;
  readonly loaded: Pick<LoadedConfig, 'folder'>;
  readonly signal: AbortSignal;
  say(line: string): void;
}

/**
 * Takes back what this stage deployed, the last deployment first, where a phase after it failed. What was taken back already is left as it is, so
 * that doing it again does no harm.
 */
export async function rollBack({ memory, services, loaded, signal, say }: RollBack): Promise<void> {
  const { fold } = memory;
  const deployed = [...fold.attempts]
    .flatMap(([phase, attempts]) => attempts.map((each) => ({ phase, ...each })))
    .filter(({ undo, verdict, endedAtMs }) => undo !== null && verdict === 'pass' && endedAtMs !== null)
    .sort((a, b) => b.beganAtMs - a.beganAtMs);
  for (const { phase, undo, beganAtMs } of deployed) {
    if (undo === null || fold.rollbacks.some((each) => each.phase === phase && each.ok && each.atMs > beganAtMs))
      continue;
    const command = `shakedown ${undo.join(' ')}`;
    say(`${phase}: rolled back: ${command}`);
    let [ok, sentence] = [false, ''];
    try {
      const end = await services.runCommand(undo, {
        signal,
        cwd: loaded.folder,
        say: (line) => say(`${phase}: ${line}`),
      });
      ok = end.exitCode === 0;
      sentence = ok ? 'It was taken back.' : end.error || `It ended with exit code ${end.exitCode}.`;
    } catch (cause) {
      sentence = firstError(cause).message;
    }
    memory.record('shakedown.stage.rolled-back', { phase, command, ok, sentence });
    if (!ok) say(`${phase}: the rollback failed: ${sentence}`);
  }
}
