import type { CommandDeclaration, Services } from '../../domains/command.ts';
import { completionScript, type Shell } from '../completion.ts';

/** `shakedown completion <shell>`: prints what the shell is to read. */
export function completionOf(table: readonly CommandDeclaration[]) {
  return async ([shell]: [Shell], _: object, { terminal }: Services): Promise<void> => {
    terminal.out(completionScript(shell, table));
  };
}
