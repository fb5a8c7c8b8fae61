import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { TlsOptions } from '../../../environment/tls.ts';
import type { Finding } from '../finding.ts';
import { everySuite, type HelloAnswer, hello, rsaSuites, weakSuites } from './hello.ts';
import { findingOf, type RuleId } from './rules.ts';

const dayMs = 86_400_000;
const soonDays = 14;
const timeoutMs = 8000;

export interface TlsLook {
  readonly findings: Finding[];
  /** `TLSv1.3`; null: none was agreed on. */
  readonly version: string | null;
  readonly daysLeft: number | null;
  /** What could not be seen, a sentence each. */
  readonly notSeen: string[];
  readonly tookMs: number;
}

const oldVersions = [
  [0x0300, 'SSL 3.0'],
  [0x0301, 'TLS 1.0'],
  [0x0302, 'TLS 1.1'],
] as const;

/** What a server offers by TLS: versions, ciphers, its certificate and who vouches for it. All asked side by side. */
export async function lookAtTls(address: string, about: { tls: TlsOptions; now?: number }): Promise<TlsLook> {
  const startedAt = performance.now();
  const { hostname, port: written } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const port = written === '' ? 443 : Number(written);
  const where = `${host}:${port}`;
  const findings: Finding[] = [];
  const notSeen: string[] = [];
  const add = (rule: RuleId, seen: string) =>
    findings.push(findingOf(rule, { subject: where, where, seen, check: 'tls' }));

  const [modern, weak, rsa, ...old] = await Promise.all([
    handshake(host, port, about.tls),
    hello(host, port, 0x0303, Object.keys(weakSuites).map(Number)),
    hello(host, port, 0x0303, Object.keys(rsaSuites).map(Number)),
    ...oldVersions.map(([version]) => hello(host, port, version, everySuite)),
  ]);
  const accepted = oldVersions.filter(([version], i) => {
    const answer = old[i] as HelloAnswer;
    return answer.kind === 'agreed' && answer.version === version;
  });
  if (accepted.length > 0) add('tls-old-version', accepted.map(([, name]) => name).join(', '));
  if (weak.kind === 'agreed') add('tls-weak-cipher', weakSuites[weak.cipher] ?? `0x${weak.cipher.toString(16)}`);
  if (rsa.kind === 'agreed') add('tls-no-forward-secrecy', rsaSuites[rsa.cipher] ?? `0x${rsa.cipher.toString(16)}`);
  for (const [what, answer] of [
    ['weak ciphers', weak],
    ['ciphers without forward secrecy', rsa],
    ...oldVersions.map(([, name], i) => [name, old[i] as HelloAnswer] as const),
  ] as const) {
    if (answer.kind === 'unknown') notSeen.push(`${what}: ${answer.why}`);
  }

  let daysLeft: number | null = null;
  if ('problem' in modern) {
    if (modern.speaksTls) add('tls-no-modern-version', modern.problem);
    else notSeen.push(`the certificate: ${modern.problem}`);
  } else {
    const { certificate, untrusted } = modern;
    const now = about.now ?? Date.now();
    daysLeft = (Date.parse(certificate.validTo) - now) / dayMs;
    const begins = Date.parse(certificate.validFrom);
    if (daysLeft < 0 || begins > now)
      add('tls-expired', `valid from ${certificate.validFrom} to ${certificate.validTo}`);
    else if (daysLeft < soonDays) add('tls-expires-soon', `${daysLeft.toFixed(1)} days left`);
    if (untrusted !== null && untrusted !== 'CERT_HAS_EXPIRED' && untrusted !== 'CERT_NOT_YET_VALID')
      add('tls-untrusted', untrusted);
    const key = certificate.publicKey;
    const bits = key.asymmetricKeyDetails?.modulusLength;
    if (key.asymmetricKeyType === 'rsa' && bits !== undefined && bits < 2048) add('tls-weak-key', `RSA, ${bits} bits`);
  }
  return {
    findings,
    version: 'problem' in modern ? null : modern.version,
    daysLeft,
    notSeen,
    tookMs: performance.now() - startedAt,
  };
}

type Handshake =
  | { version: string; certificate: X509Certificate; untrusted: string | null }
  | { problem: string; speaksTls: boolean };

async function handshake(host: string, port: number, tls: TlsOptions): Promise<Handshake> {
  const socket: TLSSocket = connect({
    ...tls,
    host,
    port,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
    timeout: timeoutMs,
  });
  socket.on('timeout', () => socket.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
  try {
    await once(socket, 'secureConnect');
    const { raw } = socket.getPeerCertificate(false);
    if (raw === undefined) return { problem: 'it shows no certificate', speaksTls: true };
    const reason = socket.authorizationError as unknown as { code?: string } | string | null;
    const untrusted = socket.authorized ? null : typeof reason === 'string' ? reason : (reason?.code ?? 'not trusted');
    return { version: socket.getProtocol() ?? '', certificate: new X509Certificate(raw), untrusted };
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const speaksTls = /ALERT|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_SHARED|HANDSHAKE_FAILURE/.test(code);
    return { problem: code || message, speaksTls };
  } finally {
    socket.destroy();
  }
}
