import { resolve } from 'node:path';
import type { Services } from '../../command.ts';
import { drawInspection } from '../inspect/draw.ts';
import { inspectRecording } from '../inspect/inspect.ts';

/** `shakedown traffic inspect`: what a recording holds, drawn for people or as JSON. */
export async function trafficInspect(
  [recording]: [string],
  flags: { json?: boolean },
  { terminal, interruption }: Services,
): Promise<void> {
  const signal = interruption();
  const inspection = await inspectRecording(resolve(recording), { signal });
  if (flags.json) {
    terminal.out(`${JSON.stringify(inspection, null, 1)}\n`);
    return;
  }
  const { outColors, unicode } = terminal;
  const text = drawInspection(inspection, { width: terminal.outColumns(), color: outColors.isColorSupported, unicode });
  terminal.out(text.endsWith('\n') ? text : `${text}\n`);
}
