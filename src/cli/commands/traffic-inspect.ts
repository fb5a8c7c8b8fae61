import { resolve } from 'node:path';
import { drawInspection } from '../../domains/traffic/inspect/draw.ts';
import { inspectRecording } from '../../domains/traffic/inspect/inspect.ts';
import { interruption } from '../interrupt.ts';
import type { CommandContext } from '../program.ts';

/** `shakedown traffic inspect`: what a recording holds, drawn for people or as JSON. */
export async function trafficInspect(
  recording: string,
  flags: { json?: boolean },
  { terminal }: CommandContext,
): Promise<void> {
  const signal = interruption(() => {});
  const inspection = await inspectRecording(resolve(recording), { signal });
  if (flags.json) {
    terminal.out(`${JSON.stringify(inspection, null, 1)}\n`);
    return;
  }
  const { outColors, unicode } = terminal;
  const text = drawInspection(inspection, { width: terminal.outColumns(), color: outColors.isColorSupported, unicode });
  terminal.out(text.endsWith('\n') ? text : `${text}\n`);
}
