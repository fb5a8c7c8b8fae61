import { ShakedownError } from '../../../model/error.ts';

const atOnce = 4;
const answerTimeoutMs = 5000;
/** So many failures in a row, and it is not there. */
const mostFailures = 8;

/**
 * Asks a target, with HEAD and without following redirects, which of these paths it has.
 * @param paths without query
 * @returns those that were answered with 200, and how many had no answer
 * @throws ShakedownError ANONYMIZE_TARGET when the address is none, or does not answer
 */
export async function askTarget(
  base: string,
  paths: readonly string[],
  onAsked: (asked: number) => void,
  signal?: AbortSignal,
): Promise<{ found: string[]; unanswered: number }> {
  const origin = originOf(base);
  const found: string[] = [];
  let next = 0;
  let asked = 0;
  let failures = 0;
  let unanswered = 0;
  let problem: unknown;
  const worker = async () => {
    while (next < paths.length) {
      signal?.throwIfAborted();
      const path = paths[next++] ?? '';
      try {
        // The path as it was recorded: it must not be able to name another host.
        const response = await fetch(`${origin}${path}`, {
          method: 'HEAD',
          redirect: 'manual',
          signal: AbortSignal.any([AbortSignal.timeout(answerTimeoutMs), ...(signal === undefined ? [] : [signal])]),
        });
        failures = 0;
        if (response.status === 200) found.push(path);
      } catch (cause) {
        signal?.throwIfAborted();
        unanswered++;
        problem = cause;
        if (++failures >= mostFailures) throw silent(origin, cause);
      }
      onAsked(++asked);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (unanswered > 0 && unanswered === paths.length) throw silent(origin, problem);
  return { found, unanswered };
}

/** With what stood in the way, and what helps. */
function silent(origin: string, cause: unknown): ShakedownError {
  const of = (error: unknown) => (error as { code?: string } | undefined)?.code;
  const code = of((cause as Error).cause) ?? of(cause);
  const isUntrusted = code !== undefined && /CERT|VERIFY|ISSUER/.test(code);
  const rest = 'leave out --ask-target and name its files under `paths` in the rules';
  return new ShakedownError('ANONYMIZE_TARGET', `${origin} does not answer${code === undefined ? '' : ` (${code})`}.`, {
    hint: isUntrusted
      ? `Its certificate is not trusted: name the file of its CA in the environment variable NODE_EXTRA_CA_CERTS, or ${rest}.`
      : `Start it, or ${rest}.`,
    cause,
  });
}

function originOf(base: string): string {
  const url = URL.canParse(base) ? new URL(base) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new ShakedownError('ANONYMIZE_TARGET', `${base} is no http or https address.`);
  }
  return url.origin;
}
