import { readFileSync, statSync } from 'node:fs';
import type { Services } from '../../domains/command.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import { colorOf, mark } from '../../report-kit/terminal/marks.ts';
import { readable, readableDeep } from '../../report-kit/text.ts';
import type { VerifyFinding } from '../../run/verify/finding.ts';
import { decisionWords } from '../../run/verify/sign-offs.ts';
import { verifyRun } from '../../run/verify/verify.ts';
import { type Receipt, receiptsIn } from '../../signing/receipt.ts';
import { trustFor } from '../../signing/trust.ts';

interface VerifyFlags {
  receipt?: string[];
  json?: boolean;
}

const shownAs = { holds: 'pass', open: 'inconclusive', broken: 'fail' } as const;
const words = {
  holds: 'HOLDS: all of the run is as it was left and signed',
  open: 'NOT CERTAIN: nothing shows that it was changed, and not everything could be shown to be unchanged',
  broken: 'CHANGED: the run is not as it was left and signed',
} as const;

/** `shakedown verify`: a line for everything that was looked at; ends with 0 where all holds, 1 where something was changed, 3 where that cannot be told. */
export async function verify([run]: [string], flags: VerifyFlags, services: Services): Promise<void> {
  const { terminal, setExitCode } = services;
  const folder = await services.runFolder(run);
  const trust = trustFor(folder, (await services.configuration()).config.signing);
  const receipts = flags.receipt === undefined ? null : flags.receipt.flatMap(receiptsFrom);
  const { results, acceptance, findings } = await verifyRun(folder, { trust, receipts });
  const outcome = worst(findings);
  if (flags.json) {
    const { signOffs, evidence, isSignatureAsked } = acceptance;
    const verdict = results === null ? null : { verdict: results.verdict, word: results.word };
    const all = { format: 'shakedown.verify/1', outcome, run: folder, judged: verdict, findings };
    terminal.out(`${JSON.stringify(readableDeep({ ...all, signOffs, evidence, isSignatureAsked }), null, 1)}\n`);
  } else {
    for (const { state, text } of findings) {
      const color = colorOf(shownAs[state], terminal.outColors);
      terminal.out(`${color(mark(shownAs[state], terminal.unicode))} ${readable(text)}\n`);
    }
    const decided = decisionWords(acceptance);
    terminal.out(
      `${words[outcome]}${results === null ? '' : `; by its evidence it is ${results.word}`}${decided === null ? '' : `; it was ${readable(decided)}`}.\n`,
    );
  }
  setExitCode({ holds: exitCodes.ready, open: exitCodes.inconclusive, broken: exitCodes.notReady }[outcome]);
}

function worst(findings: readonly VerifyFinding[]): VerifyFinding['state'] {
  const has = (state: VerifyFinding['state']) => findings.some((each) => each.state === state);
  return has('broken') ? 'broken' : has('open') || findings.length === 0 ? 'open' : 'holds';
}

/** A receipt as it was printed, or a file with some. @throws ShakedownError USAGE */
function receiptsFrom(given: string): Receipt[] {
  const inText = receiptsIn(given);
  if (inText.length > 0) return inText;
  let text: string;
  try {
    // A pipe that nobody writes to would be waited for.
    if (!statSync(given).isFile()) throw new Error(`${given} is no file`);
    text = readFileSync(given, 'utf8');
  } catch (cause) {
    throw new ShakedownError('USAGE', `--receipt ${given}: neither a receipt nor a file that can be read.`, { cause });
  }
  const found = receiptsIn(text);
  if (found.length === 0) throw new ShakedownError('USAGE', `--receipt ${given}: there is no receipt in it.`);
  return found;
}
