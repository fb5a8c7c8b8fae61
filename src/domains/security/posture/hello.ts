import { randomBytes } from 'node:crypto';
import { connect, isIP } from 'node:net';

/** What a server answers to the first message of TLS. */
export type HelloAnswer =
  | { kind: 'agreed'; version: number; cipher: number }
  | { kind: 'refused'; why: string }
  /** It could not be reached, or said nothing that is TLS. */
  | { kind: 'unknown'; why: string };

const timeoutMs = 5000;

/** Suites by number (IANA's registry): broken ones, those without forward secrecy, and what old versions may still be spoken with. */
export const weakSuites: Readonly<Record<number, string>> = {
  1: 'NULL-MD5',
  2: 'NULL-SHA',
  59: 'NULL-SHA256',
  49168: 'ECDHE-RSA-NULL-SHA',
  3: 'EXP-RC4-MD5',
  6: 'EXP-RC2-CBC-MD5',
  8: 'EXP-DES-CBC-SHA',
  20: 'EXP-EDH-RSA-DES-CBC-SHA',
  24: 'ADH-RC4-MD5',
  52: 'ADH-AES128-SHA',
  58: 'ADH-AES256-SHA',
  49176: 'AECDH-AES128-SHA',
  4: 'RC4-MD5',
  5: 'RC4-SHA',
  49159: 'ECDHE-ECDSA-RC4-SHA',
  49169: 'ECDHE-RSA-RC4-SHA',
  9: 'DES-CBC-SHA',
  10: 'DES-CBC3-SHA',
  22: 'EDH-RSA-DES-CBC3-SHA',
  49160: 'ECDHE-ECDSA-DES-CBC3-SHA',
  49170: 'ECDHE-RSA-DES-CBC3-SHA',
};
export const rsaSuites: Readonly<Record<number, string>> = {
  47: 'AES128-SHA',
  53: 'AES256-SHA',
  60: 'AES128-SHA256',
  61: 'AES256-SHA256',
  156: 'AES128-GCM-SHA256',
  157: 'AES256-GCM-SHA384',
};
const goodSuites = [0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9, 0xc009, 0xc00a, 0xc013, 0xc014, 0x0033, 0x0039];
/** Whatever a server of an old version may like. */
export const everySuite: readonly number[] = [...goodSuites, ...Object.keys(rsaSuites), ...Object.keys(weakSuites)].map(
  Number,
);

/**
 * Sends a first message of TLS, written by hand, and reads what the server makes of it: this machine's OpenSSL can no longer offer what is broken.
 * Nothing more is sent, and the connection is closed.
 * @param version `0x0303` is TLS 1.2, `0x0301` TLS 1.0
 */
export function hello(host: string, port: number, version: number, suites: readonly number[]): Promise<HelloAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const chunks: Buffer[] = [];
    const end = (answer: HelloAnswer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end({ kind: 'unknown', why: `no answer within ${timeoutMs / 1000} s` }));
    socket.on('connect', () => socket.write(clientHello(host, version, suites)));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const answer = read(Buffer.concat(chunks));
      if (answer !== null) end(answer);
    });
    let isConnected = false;
    socket.on('connect', () => {
      isConnected = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(
        isConnected
          ? { kind: 'refused', why: error.code ?? error.message }
          : { kind: 'unknown', why: error.code ?? error.message },
      ),
    );
    socket.on('close', () => end({ kind: 'refused', why: 'the connection was closed' }));
  });
}

/** null: more bytes are needed. */
function read(bytes: Buffer): HelloAnswer | null {
  if (bytes.length < 6) return null;
  // An alert: level and description.
  if (bytes[0] === 21) return { kind: 'refused', why: `alert ${bytes[6] ?? ''}`.trim() };
  if (bytes[0] !== 22 || bytes[5] !== 2) return { kind: 'unknown', why: 'it does not speak TLS' };
  const idLength = bytes[43];
  if (idLength === undefined || bytes.length < 46 + idLength) return null;
  return { kind: 'agreed', version: bytes.readUInt16BE(9), cipher: bytes.readUInt16BE(44 + idLength) };
}

function clientHello(host: string, version: number, suites: readonly number[]): Buffer {
  const list = [...suites, 0x00ff];
  const body = Buffer.concat([
    u16(version),
    randomBytes(32),
    Buffer.from([0]),
    u16(list.length * 2),
    ...list.map(u16),
    Buffer.from([1, 0]),
    sized(Buffer.concat(extensions(host, version))),
  ]);
  const message = Buffer.concat([Buffer.from([1, 0]), sized(body)]);
  return Buffer.concat([Buffer.from([22, 3, version === 0x0300 ? 0 : 1]), sized(message)]);
}

function extensions(host: string, version: number): Buffer[] {
  const name = Buffer.from(host, 'latin1');
  const extension = (type: number, data: Buffer) => Buffer.concat([u16(type), sized(data)]);
  return [
    ...(isIP(host) === 0 ? [extension(0, sized(Buffer.concat([Buffer.from([0]), sized(name)])))] : []),
    // x25519, P-256, P-384, P-521
    extension(10, sized(Buffer.concat([0x001d, 0x0017, 0x0018, 0x0019].map(u16)))),
    extension(11, Buffer.from([1, 0])),
    ...(version >= 0x0303
      ? [
          extension(
            13,
            sized(
              Buffer.concat(
                [0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201].map(u16),
              ),
            ),
          ),
        ]
      : []),
  ];
}

function u16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}

function sized(data: Buffer): Buffer {
  return Buffer.concat([u16(data.length), data]);
}
