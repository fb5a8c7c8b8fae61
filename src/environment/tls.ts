import { readFile } from 'node:fs/promises';
import type { RequestOptions } from 'node:https';

export type TlsOptions = Pick<RequestOptions & { ca?: Buffer; cert?: Buffer; key?: Buffer }, 'ca' | 'cert' | 'key'>;

/** Options for the harness's own requests to a target with a CA or client certificate of its own. @param files PEM files; null where there is none */
export async function tlsOptions(files: {
  caFile: string | null;
  certFile: string | null;
  keyFile: string | null;
}): Promise<TlsOptions> {
  const { caFile, certFile, keyFile } = files;
  return {
    ...(caFile === null ? {} : { ca: await readFile(caFile) }),
    ...(certFile === null ? {} : { cert: await readFile(certFile) }),
    ...(keyFile === null ? {} : { key: await readFile(keyFile) }),
  };
}
