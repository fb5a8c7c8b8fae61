import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Body, Header } from '../../../../model/traffic.ts';
import { bodyOf, headerValue } from './body.ts';

const maxBodyBytes = 32 * 1024 * 1024;

/** A raw HTTP/1 message, its body with transfer and content coding undone. */
export interface HttpMessage {
  startLine: string;
  /** Names in lower case. Headers of codings that were undone are left out. */
  headers: Header[];
  body: Body | undefined;
  /** The body ends before its length or its last chunk says. */
  truncated: boolean;
}

function endOfHead(bytes: Buffer): { end: number; bodyStart: number } {
  const crlf = bytes.indexOf('\r\n\r\n');
  const lf = bytes.indexOf('\n\n');
  if (crlf >= 0 && (lf < 0 || crlf < lf)) return { end: crlf, bodyStart: crlf + 4 };
  if (lf >= 0) return { end: lf, bodyStart: lf + 2 };
  return { end: bytes.length, bodyStart: bytes.length };
}

/** Joins the chunks of a chunked body, as far as they came. Undefined when it is not chunked at all. */
function dechunk(bytes: Buffer): { joined: Buffer; truncated: boolean } | undefined {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\n', at);
    const sizeText =
      bytes
        .toString('latin1', at, lineEnd < 0 ? at : lineEnd)
        .split(';')[0]
        ?.trim() ?? '';
    if (lineEnd < 0 || !/^[0-9A-Fa-f]{1,8}$/.test(sizeText))
      return parts.length === 0 ? undefined : { joined: Buffer.concat(parts), truncated: true };
    const size = Number.parseInt(sizeText, 16);
    if (size === 0) return { joined: Buffer.concat(parts), truncated: false };
    parts.push(bytes.subarray(lineEnd + 1, lineEnd + 1 + size));
    at = lineEnd + 1 + size;
    if (bytes[at] === 13) at++;
    if (bytes[at] === 10) at++;
  }
}

/** Undoes a content coding; undefined when it is unknown, damaged, or would exceed the cap. */
function decode(bytes: Buffer, coding: string): Buffer | undefined {
  const options = { maxOutputLength: maxBodyBytes };
  try {
    if (coding === 'gzip' || coding === 'x-gzip') return gunzipSync(bytes, options);
    if (coding === 'deflate') return inflateSync(bytes, options);
    if (coding === 'br') return brotliDecompressSync(bytes, options);
  } catch {
    return undefined;
  }
  return undefined;
}

/**
 * Takes a raw message apart; undefined when it has no start line. Folded header lines are joined. Content coding is undone on request only:
 * a request has to be sent as it came, compressed.
 */
export function parseHttpMessage(bytes: Buffer, undoContentCoding: boolean): HttpMessage | undefined {
  const { end, bodyStart } = endOfHead(bytes);
  const [startLine, ...lines] = bytes.toString('utf8', 0, end).split(/\r?\n/);
  if (startLine === undefined || startLine.trim() === '') return undefined;
  let headers: Header[] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    const colon = line.indexOf(':');
    if (/^[ \t]/.test(line) && last !== undefined) headers[headers.length - 1] = [last[0], `${last[1]} ${line.trim()}`];
    else if (colon > 0) headers.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]);
  }
  let body = bytes.subarray(bodyStart);
  const undone: string[] = [];
  let truncated = false;
  if (/\bchunked\b/i.test(headerValue(headers, 'transfer-encoding'))) {
    const chunks = dechunk(body);
    if (chunks === undefined) truncated = body.length > 0;
    else {
      body = chunks.joined;
      truncated = chunks.truncated;
      undone.push('transfer-encoding');
    }
  } else {
    const length = headerValue(headers, 'content-length');
    if (/^\d+$/.test(length)) {
      truncated = body.length < Number(length);
      body = body.subarray(0, Number(length));
    }
  }
  const coding = headerValue(headers, 'content-encoding').toLowerCase();
  if (undoContentCoding && coding !== '' && body.length > 0) {
    const decoded = decode(body, coding);
    if (decoded !== undefined) {
      body = decoded;
      undone.push('content-encoding', 'content-length');
    }
  }
  if (undone.length > 0) headers = headers.filter(([name]) => !undone.includes(name));
  return {
    startLine,
    headers,
    truncated,
    body: body.length === 0 ? undefined : bodyOf(body, headerValue(headers, 'content-type')),
  };
}
