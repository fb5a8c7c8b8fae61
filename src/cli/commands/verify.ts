import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Services } from '../../domains/command.ts';
import { readBoundedSync } from '../../evidence/bounded-file.ts';
import { exitCodes, ShakedownError } from '../../model/error.ts';
import type { VerifyFinding } from '../../model/verify-finding.ts';
import { colorOf, mark } from '../../report-kit/terminal/marks.ts';
import { readable, readableDeep } from '../../report-kit/text.ts';
import { checkCertificate } from '../../run/certificate/check.ts';
import {
  envelopeName,
  type ReadCertificate,
  readCertificate,
  stampBeside,
  textOfNamed,
} from '../../run/certificate/files.ts';
import { type Receipt, receiptsIn } from '../../signing/receipt.ts';
import { predicateTypes } from '../../signing/statement.ts';
import { type CertificateFlags, certificateAsked, runsBeside } from '../certificate-asked.ts';

interface VerifyFlags extends CertificateFlags {
  receipt?: string[];
  json?: boolean;
}

const shownAs = { holds: 'pass', open: 'inconclusive', broken: 'fail' } as const;
const words = {
  holds: 'HOLDS: all of the run is as it was left and signed',
  open: 'NOT CERTAIN: nothing shows that it was changed, and not everything could be shown to be unchanged',
  broken: 'CHANGED: the run is not as it was left and signed',
} as const;
/** A key or a certificate has its time and its purpose: the run can be as it was all the same. */
const wordsOfRefused = 'REFUSED: a signature, or what was issued, does not hold or is not what was asked for';
const wordsOfFile = {
  holds: 'HOLDS: it is a certificate of what was asked for',
  open: 'NOT CERTAIN: nothing speaks against it, and not all of it could be shown',
  broken: 'REFUSED: it is no certificate of what was asked for',
} as const;
const codes = { holds: exitCodes.ready, open: exitCodes.inconclusive, broken: exitCodes.notReady } as const;

/** `shakedown verify`: a line for everything that was looked at; ends with 0 where all holds, 1 where something was changed, 3 where that cannot be told. */
export async function verify([given]: [string], flags: VerifyFlags, services: Services): Promise<void> {
  const file = isFile(given) ? given : certificateOfFolder(given);
  await (file === null ? verifyFolder(given, flags, services) : verifyFile(file, flags, services));
}

/** The certificate in a folder of certificates, such as a run's `certificate/`; null: it is a run, or another folder. */
function certificateOfFolder(given: string): string | null {
  const file = join(given, envelopeName('release'));
  return given !== '' && isFile(file) && !existsSync(join(given, 'journal.ndjson')) ? file : null;
}

/** What stands in a run is loaded for runs only: a certificate is verified in a moment. */
async function verifyFolder(given: string, flags: VerifyFlags, services: Services): Promise<void> {
  const { trustFor } = await import('../../signing/trust.ts');
  const { verifyRun } = await import('../../run/verify/verify.ts');
  const { decisionWords } = await import('../../run/verify/sign-offs.ts');
  const folder = await services.runFolder(given);
  const { config } = await services.configuration();
  const trust = trustFor(folder, config.signing);
  const receipts = flags.receipt === undefined ? null : flags.receipt.flatMap(receiptsFrom);
  const certificate = await certificateAsked(flags, { cwd: services.cwd, run: folder, settings: config.certificate });
  const { results, acceptance, findings } = await verifyRun(folder, { trust, receipts, certificate });
  const { signOffs, evidence, isSignatureAsked } = acceptance;
  const judged = results === null ? null : { verdict: results.verdict, word: results.word };
  const decided = decisionWords(acceptance);
  end(services, flags, findings, {
    data: { run: folder, judged },
    more: { signOffs, evidence, isSignatureAsked },
    words: isChanged(findings, evidence.tampered) ? words : { ...words, broken: wordsOfRefused },
    after: `${results === null ? '' : `; by its evidence it is ${results.word}`}${decided === null ? '' : `; it was ${readable(decided)}`}`,
  });
}

/** A certificate by itself: an envelope, or a Sigstore bundle. */
async function verifyFile(file: string, flags: VerifyFlags, services: Services): Promise<void> {
  if (flags.receipt !== undefined)
    throw new ShakedownError('USAGE', '--receipt is of sign-offs, which are verified with their run.', {
      hint: 'Name the folder of the run.',
    });
  const settings = flags.key === undefined ? await services.certificateSettings() : null;
  const asked = await certificateAsked(flags, { cwd: services.cwd, run: null, settings });
  const text = textOfNamed(file);
  const found = text === null ? 'it is no regular file that can be read' : readCertificate(text);
  const read = typeof found === 'string' ? found : stampBeside(found, file);
  const findings: VerifyFinding[] =
    typeof read === 'string'
      ? [{ state: 'broken', subject: 'certificate', text: `${file} is no certificate: ${read}.` }]
      : await checkCertificate(read, { ...asked, runs: asked.runs ?? runsBeside(file) });
  end(services, flags, findings, {
    data: { certificate: file, ...(typeof read === 'string' ? {} : saidBy(read, findings)) },
    more: {},
    words: wordsOfFile,
    after: '',
  });
}

/** What it says is shown where its signature counts: without, anybody can have written it. */
function saidBy({ sha256, statement }: ReadCertificate, [first]: readonly VerifyFinding[]): object {
  const { kind, subject, predicate } = statement;
  const signed = first?.state === 'holds' ? { subject, predicate } : { subject: null, predicate: null };
  return { sha256, predicateType: predicateTypes[kind], ...signed };
}

function end(
  { terminal, setExitCode }: Services,
  { json }: VerifyFlags,
  findings: readonly VerifyFinding[],
  about: { data: object; more: object; words: Record<VerifyFinding['state'], string>; after: string },
): void {
  const outcome = worst(findings);
  if (json) {
    const all = { format: 'shakedown.verify/1', outcome, ...about.data, findings, ...about.more };
    terminal.out(`${JSON.stringify(readableDeep(all), null, 1)}\n`);
  } else {
    for (const { state, text } of findings) {
      const color = colorOf(shownAs[state], terminal.outColors);
      terminal.out(`${color(mark(shownAs[state], terminal.unicode))} ${readable(text)}\n`);
    }
    terminal.out(`${about.words[outcome]}${about.after}.\n`);
  }
  setExitCode(codes[outcome]);
}

/** Whether anything of the run is seen to be other than it was. */
function isChanged(findings: readonly VerifyFinding[], tampered: readonly string[]): boolean {
  const counting: readonly string[] = ['certificate', 'sign-offs'] satisfies VerifyFinding['subject'][];
  return (
    tampered.length > 0 || findings.some(({ state, subject }) => state === 'broken' && !counting.includes(subject))
  );
}

function isFile(given: string): boolean {
  try {
    return given !== '' && statSync(given).isFile();
  } catch {
    return false;
  }
}

function worst(findings: readonly VerifyFinding[]): VerifyFinding['state'] {
  const has = (state: VerifyFinding['state']) => findings.some((each) => each.state === state);
  return has('broken') ? 'broken' : has('open') || findings.length === 0 ? 'open' : 'holds';
}

const receiptBytesAtMost = 4 * 1024 * 1024;

/** A receipt as it was printed, or a file with some. @throws ShakedownError USAGE */
function receiptsFrom(given: string): Receipt[] {
  const inText = receiptsIn(given);
  if (inText.length > 0) return inText;
  let text: string;
  try {
    text = readBoundedSync(given, receiptBytesAtMost).toString('utf8');
  } catch (cause) {
    throw new ShakedownError('USAGE', `--receipt ${given}: neither a receipt nor a file that can be read.`, { cause });
  }
  const found = receiptsIn(text);
  if (found.length === 0) throw new ShakedownError('USAGE', `--receipt ${given}: there is no receipt in it.`);
  return found;
}
