import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from '../environment/paths.ts';
import { runProgram } from '../environment/run-program.ts';
import { exitCodes, ShakedownError } from '../model/error.ts';

const programMs = 20_000;
const serverMs = 20_000;
const mostBytes = 100_000;

/**
 * Asks a server by RFC 3161 for a time stamp on a signature, and takes no answer that does not hold.
 * @param url of the server; no other host is asked, and it gets a digest only
 * @param caFile PEM file of the certificates that its own must come from
 * @returns its answer (TimeStampResp), DER
 * @throws ShakedownError TIME_STAMP, OPENSSL_MISSING
 */
export async function requestTimeStamp(
  signature: Buffer,
  { url, caFile }: { url: string; caFile: string },
): Promise<Buffer> {
  const openssl = onPath('openssl')[0];
  if (openssl === undefined)
    throw new ShakedownError('OPENSSL_MISSING', 'No time stamp can be had: there is no openssl on PATH.', {
      hint: 'Install it (Debian: openssl), or leave certificate.timeStamp out.',
      exitCode: exitCodes.missingProgram,
    });
  return inFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    writeFileSync(at('data'), signature);
    const query = ['ts', '-query', '-data', at('data'), '-sha256', '-cert', '-out', at('query')];
    const asked = await runProgram(openssl, query, { timeoutMs: programMs });
    if (asked.kind === 'failed' || asked.code !== 0) throw unstamped(url, 'openssl could not make the question');
    writeFileSync(at('answer'), await answerOf(url, readFileSync(at('query'))));
    const wrong = await wrongAnswer(openssl, at('answer'), caFile, ['-queryfile', at('query')]);
    if (typeof wrong === 'string') throw unstamped(url, wrong);
    return readFileSync(at('answer'));
  });
}

/**
 * The time of a time stamp on a signature.
 * @returns milliseconds; or what is wrong with it, a few words; undefined: there is no openssl to look with
 */
export async function timeStampAt(
  signature: Buffer,
  answer: Buffer,
  caFile: string,
): Promise<number | string | undefined> {
  const openssl = onPath('openssl')[0];
  if (openssl === undefined) return undefined;
  return inFolder(async (folder) => {
    const at = (name: string) => join(folder, name);
    writeFileSync(at('data'), signature);
    writeFileSync(at('answer'), answer);
    return wrongAnswer(openssl, at('answer'), caFile, ['-data', at('data')]);
  });
}

/** The time that it names, ms, where it holds; else why not. */
async function wrongAnswer(openssl: string, answer: string, caFile: string, of: string[]): Promise<number | string> {
  const read = await runProgram(openssl, ['ts', '-reply', '-in', answer, '-text'], { timeoutMs: programMs });
  const text = read.kind === 'ended' ? /^Time stamp: (.+)$/m.exec(read.stdout)?.[1] : undefined;
  const ms = Date.parse(text ?? '');
  if (Number.isNaN(ms)) return 'it is no answer with a time';
  // Its server's certificate had to be valid then, not now.
  const then = ['-attime', String(Math.floor(ms / 1000))];
  const args = ['ts', '-verify', ...of, '-in', answer, '-CAfile', caFile, ...then];
  const verified = await runProgram(openssl, args, { timeoutMs: programMs });
  if (verified.kind === 'failed') return `openssl could not be run: ${verified.reason}`;
  return verified.code === 0 ? ms : reason(verified.stderr + verified.stdout);
}

/** Of what openssl says, what concerns the reader. */
function reason(said: string): string {
  if (/message imprint mismatch/i.test(said)) return 'it is on something else';
  if (/nonce mismatch/i.test(said)) return 'it answers another question';
  if (/certificate verify error|unable to get local issuer|self.signed/i.test(said))
    return 'its signer is none of those in caFile';
  return 'it does not hold';
}

async function answerOf(url: string, query: Buffer): Promise<Buffer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body: new Uint8Array(query),
      // They may lead to a host that nobody named.
      redirect: 'error',
      signal: AbortSignal.timeout(serverMs),
    });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of response.body ?? []) {
      bytes += piece.length;
      if (bytes > mostBytes) throw new Error('its answer is too long');
      pieces.push(Buffer.from(piece));
    }
    return Buffer.concat(pieces);
  } catch (cause) {
    const { name, message, cause: inner } = cause as Error;
    const why = name === 'TimeoutError' ? `no answer within ${serverMs / 1000} s` : (messageOf(inner) ?? message);
    throw unstamped(url, why, cause);
  }
}

function messageOf(cause: unknown): string | undefined {
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException;
  return code ?? message;
}

function unstamped(url: string, why: string, cause?: unknown): ShakedownError {
  return new ShakedownError('TIME_STAMP', `${url} gave no time stamp: ${why}.`, {
    hint: 'Nothing was issued. Correct certificate.timeStamp, try again later, or leave it out.',
    cause,
  });
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-time-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
