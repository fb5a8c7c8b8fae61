import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { RequestOptions } from 'node:https';
import { readBounded } from '../evidence/bounded-file.ts';
import { ShakedownError } from '../model/error.ts';

export type TlsOptions = Pick<RequestOptions & { ca?: Buffer; cert?: Buffer; key?: Buffer }, 'ca' | 'cert' | 'key'>;

/**
 * Options for the harness's own requests to a target with a CA or client certificate of its own.
 * @param files PEM files; null where there is none
 * @throws ShakedownError CONFIG_INVALID where one cannot be read, holds something else, or the key is not the certificate's
 */
export async function tlsOptions(files: {
  caFile: string | null;
  certFile: string | null;
  keyFile: string | null;
}): Promise<TlsOptions> {
  const { caFile, certFile, keyFile } = files;
  const ca = caFile === null ? null : await pem('caFile', caFile, certificate);
  const cert = certFile === null ? null : await pem('certFile', certFile, certificate);
  const key = keyFile === null ? null : await pem('keyFile', keyFile, createPrivateKey);
  if (cert !== null && key !== null && !cert.value.checkPrivateKey(key.value))
    throw invalid('keyFile', `${keyFile} is not the key of the certificate in ${certFile}`);
  if (cert !== null && key === null && !/PRIVATE KEY-----/.test(cert.bytes.toString('latin1')))
    throw invalid('keyFile', `missing: the certificate in ${certFile} needs its key`);
  if (cert === null && key !== null) throw invalid('certFile', `missing: the key in ${keyFile} needs its certificate`);
  return { ...(ca && { ca: ca.bytes }), ...(cert && { cert: cert.bytes }), ...(key && { key: key.bytes }) };
}

const mostBytes = 4 * 1024 * 1024;

const certificate = (bytes: Buffer) => new X509Certificate(bytes);

async function pem<T>(key: string, file: string, parse: (bytes: Buffer) => T): Promise<{ bytes: Buffer; value: T }> {
  let bytes: Buffer;
  try {
    bytes = await readBounded(file, mostBytes);
  } catch (cause) {
    throw invalid(key, `${file} cannot be read: ${(cause as Error).message}`, cause);
  }
  try {
    return { bytes, value: parse(bytes) };
  } catch (cause) {
    const isLocked = /^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(bytes.toString('latin1'));
    const what = key === 'keyFile' ? 'a private key' : 'a certificate';
    throw invalid(key, isLocked ? `${file} has a passphrase` : `${file} does not hold ${what} in PEM`, cause);
  }
}

function invalid(key: string, what: string, cause?: unknown): ShakedownError {
  return new ShakedownError('CONFIG_INVALID', `target.tls.${key}: ${what}.`, {
    hint: 'Name PEM files: caFile the certificate of the CA, certFile and keyFile those of the client, without a passphrase.',
    ...(cause === undefined ? {} : { cause }),
  });
}
