import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, type SecureVersion, type TLSSocket } from 'node:tls';
import type { Gatherer } from '../../descriptor/gatherer.ts';

const versions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const timeoutMs = 5000;

interface Handshake {
  protocol: string | null;
  alpn: string | false | null;
  cipher: string;
  authorized: boolean;
  authorizationError: string;
  certificate: DetailedPeerCertificate;
}

/** Why there is no handshake; null: there is one. */
export async function tlsError(url: URL, signal: AbortSignal): Promise<Error | null> {
  const found = await shake(url, {}, signal);
  return found instanceof Error ? found : null;
}

/**
 * Which versions are accepted, the certificate, and what is agreed on by ALPN. Only handshakes are made.
 * @param about answers: whether it answers requests, so that one that agrees on nothing speaks HTTP/1.1
 */
export async function gatherTls(
  gatherer: Gatherer,
  name: string,
  url: URL,
  { answers, signal }: { answers: boolean; signal: AbortSignal },
): Promise<void> {
  const first = await shake(url, {}, signal);
  if (first instanceof Error) {
    gatherer.unread(['tls'], `no TLS handshake with ${url.host}: ${first.message}`);
    return;
  }
  const accepted: string[] = [];
  for (const version of versions) {
    // OpenSSL keeps the oldest ones for itself at its usual level.
    const found = await shake(
      url,
      { minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' },
      signal,
    );
    if (!(found instanceof Error)) accepted.push(version);
    else if (/no protocols available|unsupported protocol.*local/i.test(found.message)) {
      gatherer.gap('tls', `this machine cannot ask for ${version}`);
    } else if (!isRefusal(found)) gatherer.gap('tls', `${version} of ${url.host}: ${found.message}`);
  }
  gatherer.add('tls', [name, 'versions'], accepted);
  gatherer.add('tls', [name, 'cipher'], first.cipher);
  gatherer.add('tls', [name, 'trusted'], first.authorized ? 'yes' : `no (${first.authorizationError})`);
  addCertificate(gatherer, name, first.certificate);
  const protocols: string[] = [];
  for (const protocol of ['h2', 'http/1.1']) {
    const found = await shake(url, { ALPNProtocols: [protocol] }, signal);
    if (!(found instanceof Error) && found.alpn === protocol) protocols.push(protocol);
  }
  if (protocols.length === 0 && !answers) return;
  gatherer.add('http', [name, 'versions'], protocols.length === 0 ? ['http/1.1'] : protocols, {
    state: protocols.length === 0 ? 'default' : 'explicit',
  });
}

function addCertificate(gatherer: Gatherer, name: string, certificate: DetailedPeerCertificate): void {
  if (certificate?.issuer === undefined) {
    gatherer.gap('tls', 'the certificate could not be read');
    return;
  }
  const one = (value: string | string[] | undefined) => (Array.isArray(value) ? value[0] : value) ?? '';
  gatherer.add('tls', [name, 'certificate', 'issuer'], one(certificate.issuer.O) || one(certificate.issuer.CN));
  const bits = (certificate as { bits?: number }).bits;
  const curve = (certificate as { nistCurve?: string }).nistCurve;
  gatherer.add('tls', [name, 'certificate', 'kind of key'], curve ?? (bits === undefined ? 'unknown' : `${bits} bits`));
  const days = Math.round((Date.parse(certificate.valid_to) - Date.parse(certificate.valid_from)) / 86_400_000);
  gatherer.add('tls', [name, 'certificate', 'valid for'], days * 86_400, { unit: 'seconds' });
  const own = 'a certificate is of one environment';
  gatherer.add('tls', [name, 'certificate', 'valid until'], certificate.valid_to, { own });
  gatherer.add('tls', [name, 'certificate', 'names'], certificate.subjectaltname ?? '', { own });
  let length = 1;
  for (let at = certificate; at.issuerCertificate !== undefined && at.issuerCertificate !== at && length < 10; length++)
    at = at.issuerCertificate;
  gatherer.add('tls', [name, 'certificate', 'length of chain'], length, { unit: 'count' });
}

/** The server ended the handshake, which is its answer. */
function isRefusal(error: Error): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return (
    /ALERT|PROTOCOL|HANDSHAKE|WRONG_VERSION|UNSUPPORTED|NO_SHARED|ECONNRESET|EPROTO/.test(code) ||
    /alert|protocol version|handshake/i.test(error.message)
  );
}

function shake(
  url: URL,
  options: { minVersion?: SecureVersion; maxVersion?: SecureVersion; ciphers?: string; ALPNProtocols?: string[] },
  signal: AbortSignal,
): Promise<Handshake | Error> {
  return new Promise((resolve) => {
    let socket: TLSSocket | undefined;
    const done = (outcome: Handshake | Error) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      socket?.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => done(new Error(`no answer in ${timeoutMs / 1000} s`)), timeoutMs);
    const aborted = () => done(new Error('interrupted'));
    signal.addEventListener('abort', aborted, { once: true });
    const host = url.hostname.replace(/^\[|\]$/g, '');
    try {
      socket = connect({
        host,
        port: Number(url.port || 443),
        // What is not trusted is looked at as well; nothing is sent on the connection.
        rejectUnauthorized: false,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...options,
      });
    } catch (error) {
      done(error as Error);
      return;
    }
    const opened = socket;
    opened.once('error', (error) => done(error));
    opened.once('secureConnect', () =>
      done({
        protocol: opened.getProtocol(),
        alpn: opened.alpnProtocol,
        cipher: opened.getCipher().name,
        authorized: opened.authorized,
        authorizationError: String(opened.authorizationError ?? ''),
        certificate: opened.getPeerCertificate(true),
      }),
    );
  });
}
