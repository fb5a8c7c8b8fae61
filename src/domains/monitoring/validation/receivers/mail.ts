import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { type Behaviour, isOff } from './behaviour.ts';
import { FieldCheck } from './fields.ts';
import type { Received } from './received.ts';

const messageAtMost = 10_000_000;

export interface MailStandIn {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * A mail server on a free port of 127.0.0.1 that takes every message and keeps none. It offers no TLS, and takes any name and password.
 * @param behaviour asked at every message
 * @param receive told of each attempt
 */
export async function startMail(
  behaviour: () => Behaviour,
  receive: (message: Omit<Received, 'receiver' | 'kind' | 'index'>) => void,
): Promise<MailStandIn> {
  const server = new SMTPServer({
    ...{ authOptional: true, allowInsecureAuth: true, disabledCommands: ['STARTTLS'], size: messageAtMost },
    ...{ disableReverseLookup: true, logger: false, closeTimeout: 200 },
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? '' }),
    onRcptTo({ address }, _session, done) {
      const given = behaviour();
      if (given.kind !== 'status' || !isOff(given.status)) return done();
      // Most servers refuse here. What may be tried again is 4xx in SMTP, what may not is 5xx.
      const code = given.status === 429 || given.status >= 500 ? 451 : 550;
      receive({
        ...{ atEpochMs: Date.now(), status: null, key: null, severity: null, text: '', faults: [] },
        ...{ fields: [{ name: 'To', value: address }], answer: `SMTP ${code}`, taken: false },
      });
      done(Object.assign(new Error('stood in for'), { responseCode: code }));
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', async () => {
        const given = behaviour();
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        const checked = await checkMail(Buffer.concat(chunks), recipients);
        const atEpochMs = Date.now();
        const told = (answer: string, taken: boolean) => receive({ atEpochMs, ...checked, answer, taken });
        if (given.kind === 'never') return told('no answer', false);
        if (given.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, given.ms).unref());
        told('SMTP 250', true);
        done(null, 'taken');
      });
    },
  });
  // A client that goes away in the middle is what some tests are about.
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** One message (RFC 5322 with MIME). */
export async function checkMail(
  source: Buffer | string,
  recipients: readonly string[],
): Promise<Pick<Received, 'status' | 'key' | 'severity' | 'text' | 'faults' | 'fields'>> {
  const check = new FieldCheck();
  const mail = await PostalMime.parse(source);
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
  const subject = check.text('Subject', mail.subject);
  check.text('From', header('from'));
  check.text('To', header('to'));
  check.text('Message-Id', mail.messageId, { needed: false });
  const date = check.text('Date', header('date'));
  if (date !== '' && Number.isNaN(Date.parse(date))) check.fault(`Date is no time: ${date}`);
  if (recipients.length === 0) check.fault('there is no recipient');
  const body = [mail.text ?? '', withoutTags(mail.html ?? '')].join('\n').trim();
  if (body === '') check.fault('the body is empty');
  check.note('body', `${body.length} characters`);
  return {
    ...{ status: /\bRESOLVED\b/i.test(subject) ? 'resolved' : 'firing', key: null, severity: null },
    ...{ text: `${subject}\n${body}\n${linksOf(mail.html ?? '')}`, faults: check.faults, fields: check.fields },
  };
}

function withoutTags(html: string): string {
  return html
    .replace(/<(style|script|head)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#43;', '+')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#34;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

function linksOf(html: string): string {
  return [...html.matchAll(/href="([^"]+)"/g)].map(([, link = '']) => link.replaceAll('&amp;', '&')).join('\n');
}
