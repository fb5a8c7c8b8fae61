import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { replaceFileSync } from '../evidence/atomic-file.ts';
import { type Lock, takeLock } from '../evidence/lock.ts';
import { digest, intactManifest } from '../evidence/manifest.ts';
import { ShakedownError } from '../model/error.ts';
import type { SigningTrust, SignOff } from '../model/sign-off.ts';
import { resultsSha256, signOffDoubts } from './acceptance.ts';
import { addToLog, receiptsOf, receiptText } from './receipt.ts';
import { lineOf, longestComment, readRecords, recordsName, runIdOf, statementOf } from './records.ts';
import { signText, verifySignature } from './ssh-keygen.ts';

const waitMs = 10_000;
const longestName = 200;

export interface SignRequest {
  role: string;
  person: string;
  decision: SignOff['decision'];
  comment: string;
  /** Path of the person's key; null: asserted only. */
  key: string | null;
  namespace: string;
  /** Whose signatures count here; null: nobody said. A signature that would not is refused at once. */
  trust: SigningTrust | null;
  isPerson: boolean;
}

export interface Signed {
  signOff: SignOff;
  /** For the signer to keep, outside the run. */
  receipt: string;
  /** Why it is not in the log beside the runs, a few words; null: it is, or there is none for this run. */
  notLogged: string | null;
}

/**
 * Writes a decision, bound to the evidence and the results as they are now, and to the records before it. Of several at a time one comes
 * after the other; what is cut off leaves no half record.
 * @param prepare makes the results from the evidence anew, so that none that were changed by hand are signed
 * @throws ShakedownError NO_MANIFEST, EVIDENCE_CHANGED, SIGN_OFFS_DAMAGED, SIGN_NAME, SIGN_LOCKED, SIGN_KEY, SIGN_NOT_ALLOWED, SIGN_OFF_NOT_WRITTEN, SSH_KEYGEN_MISSING
 */
export async function addSignOff(
  folder: string,
  request: SignRequest,
  prepare: () => Promise<unknown> = async () => {},
): Promise<Signed> {
  refuseWords(request);
  if (request.trust !== null) refuseUnreadable(request.trust);
  const lock = await locked(folder);
  try {
    await prepare();
    const manifestSha256 = intactManifest(folder, { act: 'sign' });
    const [doubt] = await signOffDoubts(folder);
    if (doubt !== undefined)
      throw new ShakedownError('SIGN_OFFS_DAMAGED', `The run in ${folder} cannot be signed: ${doubt}.`, {
        hint: 'Somebody changed what was signed: `shakedown verify` says more. Run again and sign that run.',
      });
    const { records } = readRecords(folder);
    const last = records.at(-1);
    const results = resultsSha256(folder);
    const { role, person, decision, comment } = request;
    const signOff: SignOff = {
      run: runIdOf(folder) ?? '',
      record: records.length + 1,
      ...{ role, person, at: new Date().toISOString(), decision, comment, manifestSha256 },
      ...(results === null ? {} : { resultsSha256: results }),
      previousSha256: last === undefined ? null : digest(last.line),
    };
    const statement = statementOf(signOff);
    const line = lineOf(statement, await signatureOf(statement, signOff, request));
    written(folder, `${[...records.map((record) => record.line), line].join('\n')}\n`);
    const after = readRecords(folder);
    const receipt = receiptsOf(folder, after).at(-1);
    return {
      signOff,
      receipt: receipt === undefined ? '' : receiptText(receipt),
      notLogged: addToLog(folder, after),
    };
  } finally {
    lock.release();
  }
}

async function signatureOf(
  statement: string,
  { person, at }: SignOff,
  { key, namespace, trust, isPerson }: SignRequest,
): Promise<string | null> {
  if (key === null) return null;
  const signature = await signText(statement, { key, namespace, isPerson });
  const wrong = trust === null ? null : await verifySignature(statement, signature, { person, at, trust });
  if (typeof wrong === 'string')
    throw new ShakedownError('SIGN_NOT_ALLOWED', `This signature would not count: ${wrong}.`, {
      hint: `The line of ${JSON.stringify(person)} in ${trust?.allowedSigners} must have this key, for namespace ${JSON.stringify(namespace)}; --person names whose it is.`,
    });
  return signature;
}

/** The whole file is written anew beside the old one and takes its name: there is never half a record in it. */
function written(folder: string, text: string): void {
  try {
    replaceFileSync(join(folder, recordsName), text, { durable: true });
  } catch (cause) {
    throw new ShakedownError(
      'SIGN_OFF_NOT_WRITTEN',
      `The sign-off could not be written to ${folder}: ${(cause as Error).message}.`,
      { hint: 'Make the folder writable or free some space, and sign again: nothing of it was kept.', cause },
    );
  }
}

/** Names stand on pages and in lists of signers: nothing hidden, no lines. A comment may have lines. */
function refuseWords({ role, person, comment }: SignRequest): void {
  const refuse = (what: string, why: string) => {
    throw new ShakedownError('SIGN_NAME', `The ${what} cannot be taken: ${why}.`, {
      hint: `Names have at most ${longestName} characters and no control characters; a comment has at most ${longestComment} characters.`,
    });
  };
  for (const [what, text] of [
    ['role', role],
    ['person', person],
  ] as const) {
    if (text.trim() === '') refuse(what, 'it is empty');
    if (text.length > longestName) refuse(what, `it has ${text.length} characters`);
    if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) refuse(what, 'it has characters that cannot be seen');
  }
  if (comment.length > longestComment) refuse('comment', `it has ${comment.length} characters`);
  if (/[\p{Cs}]|(?![\n\r\t])\p{Cc}/u.test(comment)) refuse('comment', 'it has control characters');
}

/** @throws ShakedownError ALLOWED_SIGNERS */
export function refuseUnreadable({ allowedSigners }: SigningTrust): void {
  try {
    accessSync(allowedSigners, constants.R_OK);
    // It is read once for each signature, which a pipe cannot be.
    if (!statSync(allowedSigners).isFile()) throw new Error(`${allowedSigners} is no file`);
  } catch (cause) {
    throw new ShakedownError('ALLOWED_SIGNERS', `The allowed signers cannot be read: ${(cause as Error).message}.`, {
      hint: 'Let signing.allowedSigners, or --allowed-signers, name a file of lines such as `ann@example.com ssh-ed25519 AAAA…`.',
      cause,
    });
  }
}

async function locked(folder: string): Promise<Lock> {
  const until = Date.now() + waitMs;
  for (;;) {
    const lock = await takeLock(join(folder, 'sign-offs.lock'), Date.now()).catch((cause: Error) => {
      throw new ShakedownError(
        'SIGN_OFF_NOT_WRITTEN',
        `The sign-off could not be written to ${folder}: ${cause.message}.`,
        {
          hint: 'Make the folder writable or free some space, and sign again: nothing of it was kept.',
          cause,
        },
      );
    });
    if ('release' in lock) return lock;
    if (Date.now() > until)
      throw new ShakedownError('SIGN_LOCKED', `The run in ${folder} is being signed by process ${lock.pid}.`, {
        hint: 'Wait until that has ended, and sign again.',
      });
    await sleep(100);
  }
}
