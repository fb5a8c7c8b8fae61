import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ResolvedConfig } from '../../model/config.ts';
import { ShakedownError } from '../../model/error.ts';
import { asSentence } from '../../report-kit/text.ts';

const run = promisify(execFile);
const timeoutMs = 30_000;

export interface TokenSource {
  /** Header with the newest token; null when none is configured. */
  overlay(): Record<string, string> | null;
  stop(): void;
}

/**
 * Runs the configured program for a token now, and again every `everyS` seconds; a later failure keeps the last token and warns.
 * @throws ShakedownError TOKEN_HOOK when the first run fails
 */
export async function startTokens(
  hook: ResolvedConfig['target']['tokenHook'],
  folder: string,
  warn: (text: string) => void,
): Promise<TokenSource> {
  if (hook === null) return { overlay: () => null, stop: () => {} };
  const fetchToken = async (): Promise<Record<string, string>> => {
    const [program = '', ...args] = hook.command;
    const { stdout } = await run(program, args, { cwd: folder, timeout: timeoutMs, maxBuffer: 1 << 20 });
    const token = stdout.trim();
    // Control characters in a header would end it; and an empty token is no token.
    if (!/^[\x20-\x7e]+$/.test(token)) throw new Error('it printed no token of printable characters');
    return { [hook.header]: token };
  };
  let overlay: Record<string, string>;
  try {
    overlay = await fetchToken();
  } catch (cause) {
    throw new ShakedownError('TOKEN_HOOK', `The token program ${hook.command[0]} failed: ${reasonOf(cause)}.`, {
      hint: 'Run it by hand; it must print the token on its standard output. See target.tokenHook.',
      cause,
    });
  }
  const timer = setInterval(() => {
    fetchToken().then(
      (fresh) => {
        overlay = fresh;
      },
      (error: unknown) => warn(asSentence(`The token program failed, the last token is kept: ${reasonOf(error)}`)),
    );
  }, hook.everyS * 1000);
  return { overlay: () => overlay, stop: () => clearInterval(timer) };
}

/** The first line only, and never what the program printed: it may hold the token. */
function reasonOf(error: unknown): string {
  const { code, killed, message } = error as NodeJS.ErrnoException & { killed?: boolean };
  if (killed === true) return `no answer within ${timeoutMs / 1000} s`;
  if (typeof code === 'number') return `exit code ${code}`;
  return code === undefined ? message : String(code);
}
