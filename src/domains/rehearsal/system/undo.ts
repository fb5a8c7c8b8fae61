import { z } from 'zod';
import { runProgram } from '../../../environment/run-program.ts';
import { ShakedownError } from '../../../model/error.ts';
import { endGroup, standing } from '../standing.ts';

const commandMs = 60_000;

/** A command that takes back what a rehearsal changed outside the switch: as data, so that another process can run it. Its arguments may hold secrets. */
export const undo = z.object({
  /** What it takes back: `the flag new-checkout`. */
  what: z.string(),
  argv: z.array(z.string()).min(1),
  environment: z.record(z.string(), z.string()),
  /** The command that makes the change, while it runs: it is ended first, or it would make the change afterwards. */
  doing: standing.nullable(),
});

export type Undo = z.output<typeof undo>;

/**
 * Runs it to its end, and with it ends the change that is still being made.
 * @param folder of the project: where commands run
 * @throws ShakedownError UNDO_FAILED
 */
export async function runUndo({ what, argv, environment, doing }: Undo, folder: string): Promise<void> {
  if (doing !== null) await endGroup(doing);
  const [program = '', ...args] = argv;
  const env = { ...process.env, ...environment };
  const found = await runProgram(program, args, { timeoutMs: commandMs, cwd: folder, env });
  if (found.kind === 'ended' && found.code === 0) return;
  const why = found.kind === 'failed' ? found.reason : `it ended with ${found.code}`;
  throw new ShakedownError('UNDO_FAILED', `${program} could not put ${what} back: ${why}.`, {
    hint: 'Put it back by hand.',
  });
}
