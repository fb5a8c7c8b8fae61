import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { readObjectives } from '../../config/objectives-import/read.ts';
import type { Services } from '../../domains/command.ts';
import { ShakedownError } from '../../model/error.ts';
import { readable } from '../../report-kit/text.ts';

/** `shakedown objectives import <files...>`: the lines for a configuration to standard output, what is not in them to standard error. */
export async function importObjectives(
  [files]: [string[]],
  { json }: { json?: boolean },
  services: Services,
): Promise<void> {
  const { terminal, cwd } = services;
  const { objectives, notes } = await readObjectives(files.map((file) => resolve(cwd, file)));
  for (const note of notes) terminal.err(`${readable(note)}\n`);
  if (Object.keys(objectives).length === 0)
    throw new ShakedownError('OBJECTIVES_IMPORT', 'Nothing in it could be converted.', {
      hint: 'The lines above say why.',
    });
  const text = json ? `${JSON.stringify({ objectives }, null, 2)}\n` : stringify({ objectives }, { lineWidth: 0 });
  terminal.out(text);
}
