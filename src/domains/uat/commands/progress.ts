import type { UatAttempt } from '../../../model/uat.ts';
import { progressLine } from '../../../report-kit/terminal/line.ts';
import type { Terminal } from '../../../report-kit/terminal/terminal.ts';
import { readable } from '../../../report-kit/text.ts';
import type { UatProgress } from '../run/run.ts';
import { addAttempt, noTally } from '../run/tally.ts';

/**
 * A line for each attempt as it ends; on a terminal, one below them that says how far it is and what runs now.
 * @param retries how often a failed scenario is tried again
 */
export function uatProgress(terminal: Terminal, retries: number): (event: UatProgress) => void {
  const { green, red, yellow, dim } = terminal.errColors;
  const line = progressLine(terminal);
  const tally = noTally();
  let planned = 0;
  const say = (text: string) => {
    line.end();
    terminal.err(`${text}\n`);
  };
  const progress = (attempt: UatAttempt) => {
    const { scenario, browser, size, status, durationMs, retry } = attempt;
    addAttempt(tally, attempt, retries);
    const color = status === 'passed' ? (retry > 0 ? yellow : green) : status === 'failed' ? red : dim;
    const word = status === 'passed' && retry > 0 ? 'flaky' : status;
    say(
      `${dim(`${tally.done}/${planned}`)} ${color(word.padEnd(7))} ${scenario.id} ${scenario.title} ${dim(`${browser} ${size}, ${(durationMs / 1000).toFixed(1)} s`)}`,
    );
  };
  return (event) => {
    if (event.kind === 'phase') say(dim(event.text));
    if (event.kind === 'warning') say(yellow(readable(event.text)));
    if (event.kind === 'planned') planned = event.cells;
    if (event.kind === 'attempt') progress(event.attempt);
    if (event.kind === 'start') {
      const { done, failed, flaky } = tally;
      line.show(`${done} of ${planned} · ${failed} failed, ${flaky} flaky · ${readable(event.current)}`);
    }
  };
}
