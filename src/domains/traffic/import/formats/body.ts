import { isUtf8 } from 'node:buffer';
import type { Body, Header } from '../../../../model/traffic.ts';

/** Bytes as a recorded body: text where they are UTF-8, otherwise base64. */
export function bodyOf(bytes: Buffer, mime: string): Body {
  return isUtf8(bytes)
    ? { mime, encoding: 'utf8', data: bytes.toString('utf8') }
    : { mime, encoding: 'base64', data: bytes.toString('base64') };
}

/** First value of a header (names in lower case); empty when it is absent. */
export function headerValue(headers: readonly Header[], name: string): string {
  return headers.find(([key]) => key === name)?.[1] ?? '';
}
