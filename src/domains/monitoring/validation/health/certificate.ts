import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { attempt, type Probe, unreachable, wrongPort } from './probe.ts';
import type { TlsCheck } from './settings.ts';

const dayMs = 86_400_000;
/** Longer than any certificate lasts. */
const longestDays = 36_500;

/** Whether a certificate is trusted, of the right name, and lasts long enough. */
export async function certificateProbe(check: TlsCheck): Promise<Probe> {
  const { host, port } = check;
  const name = check.servername ?? host;
  const of = (asked: { port: number; name: string; daysLeft: number }) => (signal: AbortSignal) =>
    attempt(signal, check.timeoutS * 1000, (both) => seen(check, asked, both));
  const right = { port, name, daysLeft: check.daysLeft };
  return {
    run: of(right),
    controls: [
      {
        wrong: 'a certificate that should last for a hundred years',
        run: of({ ...right, daysLeft: longestDays }),
        reason: /^it ends in/,
      },
      {
        wrong: 'another name',
        run: of({ ...right, name: 'shakedown-control.invalid' }),
        reason: /not trusted|handshake|alert|unrecognized/i,
      },
      { wrong: 'a wrong port', run: of({ ...right, port: await wrongPort(host) }), reason: unreachable },
    ],
  };
}

function seen(
  { host, caFile }: TlsCheck,
  { port, name, daysLeft }: { port: number; name: string; daysLeft: number },
  signal: AbortSignal,
): Promise<string> {
  const ca = caFile === null ? {} : { ca: readFileSync(caFile) };
  return new Promise((resolve, reject) => {
    // What is wrong with it is said here, in full; the connection is for nothing else.
    const socket = connect({ host, port, servername: name, rejectUnauthorized: false, ...ca }, () => {
      const certificate = socket.getPeerCertificate();
      const problem = socket.authorizationError as Error | string | null;
      socket.destroy();
      const leftDays = (Date.parse(certificate.valid_to) - Date.now()) / dayMs;
      if (!Number.isFinite(leftDays)) return reject(new Error('no certificate was shown'));
      if (leftDays < 0) return reject(new Error(`it ended ${Math.ceil(-leftDays)} days ago`));
      if (problem !== null && problem !== undefined)
        return reject(
          new Error(`not trusted: ${typeof problem === 'string' ? problem : problem.message}`.slice(0, 120)),
        );
      if (leftDays < daysLeft)
        return reject(new Error(`it ends in ${Math.floor(leftDays)} days, sooner than ${daysLeft}`));
      resolve(`it ends in ${Math.floor(leftDays)} days`);
    });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    socket.once('error', reject);
  });
}
