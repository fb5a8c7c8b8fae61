import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Answer {
  status: number;
  body: Buffer | string;
  location?: string;
}

const configuration = `[tsa]
default_tsa = own
[own]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
`;

/** A real authority by RFC 3161: openssl's own, behind HTTP on loopback, at `/tsr`. */
export class TimeAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'time-authority-'));
  /** PEM files: its own certificate, and one of another. */
  readonly ca = join(this.folder, 'authority.crt');
  readonly otherCa = join(this.folder, 'other.crt');
  #server: Server | null = null;
  url = '';

  /** @param answers to other paths, by path */
  async open(answers: Readonly<Record<string, () => Answer>> = {}): Promise<void> {
    const subject = ['-subj', '/CN=time', '-days', '30', '-nodes', '-newkey', 'ec'];
    const usage = [
      '-addext',
      'extendedKeyUsage=critical,timeStamping',
      '-addext',
      'keyUsage=critical,digitalSignature',
    ];
    for (const name of ['authority', 'other'])
      this.#openssl(
        ...['req', '-x509', ...subject, '-pkeyopt', 'ec_paramgen_curve:P-256', ...usage],
        ...['-keyout', `${name}.key`, '-out', `${name}.crt`],
      );
    writeFileSync(join(this.folder, 'serial'), '01\n');
    writeFileSync(join(this.folder, 'tsa.cnf'), configuration);
    const server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const { status, body, location } =
          request.url === '/tsr'
            ? { status: 200, body: this.stamped(Buffer.concat(pieces)), location: undefined }
            : { location: undefined, ...(answers[request.url ?? '']?.() ?? { status: 404, body: '' }) };
        response.writeHead(status, location === undefined ? {} : { location });
        response.end(body);
      });
    });
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  stamped(query: Buffer): Buffer {
    writeFileSync(join(this.folder, 'query'), query);
    const by = ['-config', 'tsa.cnf', '-section', 'own', '-signer', 'authority.crt', '-inkey', 'authority.key'];
    this.#openssl('ts', '-reply', '-queryfile', 'query', ...by, '-out', 'answer');
    return readFileSync(join(this.folder, 'answer'));
  }

  queryOf(data: string): Buffer {
    writeFileSync(join(this.folder, 'data'), data);
    this.#openssl('ts', '-query', '-data', 'data', '-sha256', '-cert', '-out', 'other.tsq');
    return readFileSync(join(this.folder, 'other.tsq'));
  }

  close(): void {
    this.#server?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { stdio: 'pipe', cwd: this.folder });
  }
}
