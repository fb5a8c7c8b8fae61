import { createServer as createPlain } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { lookAtTls } from '../../../src/domains/security/posture/tls.ts';
import { certificate, endServers, listening } from './target.ts';

afterEach(endServers);
const day = 86_400_000;

async function look(options: TlsOptions, trusted = true, now = Date.now()) {
  const port = await listening(createServer(options, (socket) => socket.end()).on('tlsClientError', () => {}));
  const tls = trusted ? { ca: options.cert as Buffer } : {};
  const seen = await lookAtTls(`https://127.0.0.1:${port}`, { tls, now });
  return { ...seen, rules: seen.findings.map(({ rule }) => rule).sort() };
}

describe('TLS', () => {
  const good = certificate();

  it('accuses nothing of a server with new versions, forward secrecy and a certificate that is trusted', async () => {
    const seen = await look({ ...good, minVersion: 'TLSv1.2', ciphers: 'ECDHE+AESGCM' });
    expect(seen).toMatchObject({ rules: [], notSeen: [], version: 'TLSv1.3' });
    expect(seen.daysLeft).toBeGreaterThan(89);
  });

  it('finds old versions, whatever this machine can still offer', async () => {
    const seen = await look({ ...good, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(seen.rules).toContain('tls-old-version');
    expect(seen.findings.find(({ rule }) => rule === 'tls-old-version')?.seen).toBe('TLS 1.0, TLS 1.1');
  });

  it('finds ciphers that are broken, and those without forward secrecy', async () => {
    const seen = await look({
      ...good,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      ciphers: 'AES128-SHA:NULL-SHA256:@SECLEVEL=0',
    });
    expect(seen.rules).toEqual(['tls-no-forward-secrecy', 'tls-weak-cipher']);
    expect(seen.findings.map(({ seen: what }) => what).sort()).toEqual(['AES128-SHA', 'NULL-SHA256']);
  });

  it('finds a certificate that nobody vouches for, one of another name, and one with a short key', async () => {
    expect((await look(good, false)).rules).toContain('tls-untrusted');
    const other = await look(certificate({ names: 'DNS:shop.example' }));
    expect(other.findings.find(({ rule }) => rule === 'tls-untrusted')?.seen).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(
      (await look({ ...certificate({ bits: 1024 }), ciphers: 'ECDHE+AESGCM:@SECLEVEL=0' }, false)).rules,
    ).toContain('tls-weak-key');
  });

  it('finds one that has ended, and one that ends soon', async () => {
    expect((await look(good, true, Date.now() + 100 * day)).rules).toContain('tls-expired');
    expect((await look(good, true, Date.now() + 80 * day)).rules).toContain('tls-expires-soon');
  });

  it('a port at which nobody listens, and one that speaks something else, show nothing', async () => {
    const dead = await lookAtTls('https://127.0.0.1:1', { tls: {} });
    expect([dead.findings, dead.version]).toEqual([[], null]);
    expect(dead.notSeen).toContain('the certificate: ECONNREFUSED');
    expect(dead.notSeen).toHaveLength(6);
    const port = await listening(
      createPlain((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n').on('error', () => {})),
    );
    const plain = await lookAtTls(`https://127.0.0.1:${port}`, { tls: {} });
    expect([plain.findings, plain.version]).toEqual([[], null]);
    expect(plain.notSeen.length).toBe(6);
  });
});
