import type { Services } from '../../domains/command.ts';
import type { Calibration } from '../../environment/calibration.ts';
import { grouped } from '../../gate/words.ts';
import { exitCodes } from '../../model/error.ts';
import { readable } from '../../report-kit/text.ts';
import { calibrate } from '../../run/calibrate/calibrate.ts';
import { runOwnCommand } from '../own-command.ts';

/** `shakedown doctor --calibrate`: the rate that this machine can send, measured. Ends with 3 when the machine was too busy to keep the figure. */
export async function calibrateCommand(flags: { json?: boolean }, services: Services): Promise<void> {
  const { terminal, setExitCode } = services;
  const { yellow } = terminal.errColors;
  const { calibration, keptIn } = await calibrate({
    signal: services.interruption(() => terminal.err('Ending the calibration.\n')),
    run: (words, about) => runOwnCommand(words, about),
    say: (text) => terminal.err(`${readable(text)}\n`),
    warn: (text) => terminal.err(`${yellow('warning')}: ${readable(text)}\n`),
  });
  if (flags.json) terminal.out(`${JSON.stringify({ calibration, keptIn }, null, 1)}\n`);
  else terminal.out(`${readable(calibrationLine(calibration))}\n`);
  if (keptIn === null) setExitCode(exitCodes.inconclusive);
}

/** The figure in a sentence, with what it was measured with. */
export function calibrationLine({ ratePerSecond, atLeast, k6, machine }: Calibration): string {
  const { processors } = machine;
  const how = `k6 ${k6.version}${k6.build === 'stock' ? ', stock' : ''}, ${processors} ${processors === 1 ? 'processor' : 'processors'}, target on the same machine`;
  const rate = grouped(ratePerSecond);
  return atLeast === null
    ? `This machine sends about ${rate} requests a second (${how}); beyond that windows are invalid.`
    : `This machine sends at least ${rate} requests a second (${how}); ${atLeast}.`;
}
