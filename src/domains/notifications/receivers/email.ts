import { createTransport } from 'nodemailer';
import type { Receiver } from '../configuration.ts';
import { keyOf, type Notice, titleOf } from '../notice.ts';

const timeoutMs = 15_000;

/** Why nothing may be sent through a server; null: it may. Unencrypted to this machine only. */
function serverProblem(url: string): string | null {
  if (!URL.canParse(url)) return 'its address is no smtp:// or smtps:// address';
  return /^smtps?:$/.test(new URL(url).protocol) ? null : 'its address is no smtp:// or smtps:// address';
}

/** @returns why it was not sent; null: the server took it */
export async function sendMail(url: string, { from, to }: Receiver, notice: Notice): Promise<string | null> {
  const problem = serverProblem(url);
  if (problem !== null || from === null) return problem ?? 'it has no address';
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
  const transport = createTransport({
    url,
    // Sign-in and text go in the clear to this machine only.
    ...(isHere ? {} : { requireTLS: true }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    await transport.sendMail({
      ...{ from, to: [...to], subject: titleOf(notice).slice(0, 200), text: textOf(notice) },
      // The same for the same notice: a mailbox shows it once.
      messageId: `<${keyOf(notice)}.${notice.run.replace(/[^\w-]/g, '')}@shakedown>`,
      headers: { 'auto-submitted': 'auto-generated' },
    });
    return null;
  } catch (cause) {
    const { responseCode, code } = cause as { responseCode?: number; code?: string };
    return responseCode === undefined
      ? `it could not be reached (${code ?? 'no answer'})`
      : `it answered ${responseCode}`;
  } finally {
    transport.close();
  }
}

function textOf(notice: Notice): string {
  const { sentence, failed, run, command, link, at } = notice;
  return [
    titleOf(notice),
    '',
    sentence,
    ...(failed.length === 0
      ? []
      : ['', 'Gates that failed:', ...failed.map(({ title, summary }) => `- ${title}: ${summary}`)]),
    '',
    `Run ${run}, ${at}`,
    command,
    ...(link === null ? [] : ['', `The report: ${link}`]),
    '',
  ].join('\n');
}
