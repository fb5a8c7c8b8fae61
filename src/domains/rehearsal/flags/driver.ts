import { readFile } from 'node:fs/promises';
import { runProgram } from '../../../environment/run-program.ts';
import { replaceFileSync } from '../../../evidence/atomic-file.ts';
import { ShakedownError } from '../../../model/error.ts';
import type { Staging } from '../system/staging.ts';
import type { ResolvedFlags } from './settings.ts';

const commandMs = 60_000;

/** Switches a flag for a share of the sessions. What it says is not believed: instances are asked. */
export interface FlagDriver {
  /** @param percent of the sessions that get the variant; 0: as it was before @throws ShakedownError FLAG_NOT_SET */
  set(percent: number): Promise<void>;
}

/**
 * @param copy where instances read flags
 * @param keeper whoever puts the flag back when this process is killed; a file of its own needs none
 */
export async function flagDriver(
  { flag, on, off, file, command }: ResolvedFlags,
  copy: string,
  { keeper, folder, signal }: { keeper: Pick<Staging, 'toUndo'>; folder: string; signal: AbortSignal },
): Promise<FlagDriver> {
  const original = file === null ? null : await readFile(file, 'utf8');
  if (original !== null) replaceFileSync(copy, original, { mode: 0o600 });
  if (command !== null) {
    const [program = '', ...args] = command;
    return {
      async set(percent) {
        const asked = (share: number) => {
          return { FLAG: flag ?? '', VARIANT_ON: on, VARIANT_OFF: off, PERCENT: String(share), FLAG_FILE: copy };
        };
        const back = keeper.toUndo({ what: `the flag ${flag}`, argv: command, environment: asked(0) });
        const found = await runProgram(program, args, {
          timeoutMs: commandMs,
          cwd: folder,
          env: { ...process.env, ...asked(percent) },
          started: back.doing,
          // The way back is gone to its end, also when the rehearsal is interrupted.
          ...(percent === 0 ? {} : { signal }),
        });
        if (found.kind === 'ended' && found.code === 0) {
          if (percent === 0) back.undone();
          return;
        }
        throw notSet(found.kind === 'failed' ? found.reason : `${program} ended with ${found.code}`);
      },
    };
  }
  if (original === null) throw notSet('neither rehearsal.flags.file nor rehearsal.flags.command is set');
  const written = JSON.parse(original) as { flags?: Record<string, object> };
  const found = written.flags?.[flag ?? ''];
  if (found === undefined) throw notSet(`${file} has no flag ${flag}`);
  return {
    async set(percent) {
      const targeting = {
        fractional: [
          [on, percent],
          [off, 100 - percent],
        ],
      };
      const flags = { ...written.flags, [flag ?? '']: { ...found, targeting } };
      replaceFileSync(copy, percent === 0 ? original : `${JSON.stringify({ ...written, flags }, null, 2)}\n`, {
        mode: 0o600,
      });
    },
  };
}

function notSet(why: string): ShakedownError {
  return new ShakedownError('FLAG_NOT_SET', `The flag could not be switched: ${why}.`, {
    hint: 'Correct rehearsal.flags.',
  });
}
