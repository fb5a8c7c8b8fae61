import {
  brotliCompressSync,
  brotliDecompressSync,
  constants,
  deflateSync,
  gunzipSync,
  gzipSync,
  inflateSync,
} from 'node:zlib';
import type { Header } from '../../../../model/traffic.ts';

/** A body that unpacks to more is taken as bytes. */
const mostUnpackedBytes = 64 * 1024 * 1024;

interface Coding {
  open(bytes: Buffer): Buffer;
  close(bytes: Buffer): Buffer;
}

const limits = { maxOutputLength: mostUnpackedBytes };
// Fast settings: what is sent must open to the same, not be as small.
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const codings: Record<string, Coding> = {
  gzip: { open: (bytes) => gunzipSync(bytes, limits), close: (bytes) => gzipSync(bytes) },
  br: { open: (bytes) => brotliDecompressSync(bytes, limits), close: (bytes) => brotliCompressSync(bytes, quality) },
  deflate: { open: (bytes) => inflateSync(bytes, limits), close: (bytes) => deflateSync(bytes) },
};

/** Name of the coding of a body: by its Content-Encoding header, or by how its bytes begin. */
export function codingOf(headers: readonly Header[] | undefined, bytes: Buffer): string | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  const named =
    headers
      ?.find(([name]) => name === 'content-encoding')?.[1]
      .trim()
      .toLowerCase() ?? '';
  return named === 'br' || named === 'deflate' ? named : undefined;
}

/** Undefined where they cannot be opened. */
export function unpack(bytes: Buffer, name: string): Buffer | undefined {
  try {
    return codings[name]?.open(bytes);
  } catch {
    return undefined;
  }
}

/** Bytes opened, given to `rewrite` as text, and closed again; undefined where they cannot be opened or hold no text. */
export function rewritePacked(bytes: Buffer, name: string, rewrite: (text: string) => string): Buffer | undefined {
  const coding = codings[name];
  const opened = unpack(bytes, name);
  if (coding === undefined || opened === undefined) return undefined;
  const text = opened.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(opened)) return undefined;
  return coding.close(Buffer.from(rewrite(text), 'utf8'));
}
