import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';

const timeoutMs = 10_000;

/**
 * Digests (SHA-256 of the SPKI, base64) of the keys of these servers, each checked here against the user's own CA: Chromium takes no CA file, but keys
 * that are named to it.
 * @param origins `https://shop.example.com:8443`; others are passed over
 * @throws Error for a server that is not there, or not of that CA
 */
export async function trustedKeys(origins: readonly string[], caFile: string | null): Promise<string[]> {
  if (caFile === null) return [];
  const ca = await readFile(caFile);
  const secure = origins.map((origin) => new URL(origin)).filter(({ protocol }) => protocol === 'https:');
  return Promise.all(secure.map((url) => keyOf(url, ca)));
}

function keyOf({ hostname, port }: URL, ca: Buffer): Promise<string> {
  const host = hostname.replace(/^\[|\]$/g, '');
  // An address is no server name.
  const servername = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port || 443), ca, ...servername }, () => {
      const { raw } = socket.getPeerCertificate();
      const spki = new X509Certificate(raw).publicKey.export({ type: 'spki', format: 'der' });
      socket.destroy();
      resolve(createHash('sha256').update(spki).digest('base64'));
    });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`${hostname} did not answer in time`)));
    socket.once('error', reject);
  });
}
