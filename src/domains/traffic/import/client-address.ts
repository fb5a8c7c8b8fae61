import { isIP } from 'node:net';
import type { Header } from '../../../model/traffic.ts';

/**
 * How many of the recorder's own proxies stand in front of what wrote the log. Each appends the address it saw to
 * `X-Forwarded-For` or `Forwarded`, so with n of them the client is the nth entry from the right, and what stands further left is the client's own word.
 * 0: the address of the connection, whatever headers say. `auto`: the first public address that headers name.
 */
export type TrustedHops = number | 'auto';

/** Where a client's address was read. */
export type AddressSign =
  | 'cf-connecting-ip'
  | 'true-client-ip'
  | 'forwarded'
  | 'x-forwarded-for'
  | 'x-real-ip'
  | 'connection';

export interface ClientAddress {
  /** Without a port, in lower case; a host name where the log has one; empty when nothing is known. */
  address: string;
  sign: AddressSign;
}

/** Set by one proxy to one address, in order of preference. */
const singleAddress = ['cf-connecting-ip', 'true-client-ip'] as const;

const notPublic =
  /^(?:0\.|10\.|127\.|169\.254\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|::1?$|f[cd]|fe[89ab])/;

const maxRemembered = 20_000;
const plain = new Map<string, string | undefined>();

/** As `readAddress`; the same addresses stand in many lines, so they are remembered. */
export function plainAddress(text: string): string | undefined {
  if (plain.has(text)) return plain.get(text);
  const address = readAddress(text);
  if (plain.size >= maxRemembered) plain.clear();
  if (text.length < 100) plain.set(text, address);
  return address;
}

/** An address without quotes, brackets, port and zone; undefined for what is none, such as `unknown`, `-` or `_hidden` (RFC 7239, 6). */
function readAddress(text: string): string | undefined {
  let address = text.trim().replace(/^"|"$/g, '').toLowerCase();
  if (address.startsWith('[')) address = address.slice(1, address.indexOf(']'));
  else if (address.includes('.')) address = address.replace(/:\d+$/, '');
  address = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/, '');
  return isIP(address) === 0 ? undefined : address;
}

/** Addresses of a list such as `203.0.113.9, 10.0.0.1`, the client's first. */
export function forwardedList(value: string): string[] {
  return value.split(',').flatMap((part) => plainAddress(part) ?? []);
}

/** The `for=` of each element of RFC 7239's `Forwarded`, the client's first. */
function forwardedElements(value: string): string[] {
  return [...value.matchAll(/(?:^|[;,])\s*for=("[^"]*"|[^;,\s]*)/gi)].flatMap(
    (found) => plainAddress(found[1] ?? '') ?? [],
  );
}

function firstOf(headers: readonly Header[], wanted: string): string {
  let all = '';
  for (const [name, value] of headers) if (name === wanted) all = all === '' ? value : `${all}, ${value}`;
  return all;
}

const names = new Set<string>([...singleAddress, 'forwarded', 'x-forwarded-for', 'x-real-ip']);

/** Whose request it is, from the connection's address and what proxies wrote into headers. Names of headers are in lower case. */
export function clientAddress(
  connection: string | undefined,
  headers: readonly Header[] | undefined,
  trustedHops: TrustedHops,
): ClientAddress {
  const peer = {
    address: (connection === undefined ? undefined : plainAddress(connection)) ?? connection ?? '',
    sign: 'connection',
  } as const;
  if (trustedHops === 0 || headers === undefined || !headers.some(([name]) => names.has(name))) return peer;
  if (trustedHops === 'auto') {
    for (const sign of singleAddress) {
      const address = plainAddress(firstOf(headers, sign));
      if (address !== undefined) return { address, sign };
    }
  }
  for (const sign of ['forwarded', 'x-forwarded-for'] as const) {
    const value = firstOf(headers, sign);
    if (value === '') continue;
    const list = sign === 'forwarded' ? forwardedElements(value) : forwardedList(value);
    if (list.length === 0) continue;
    const found =
      trustedHops === 'auto'
        ? (list.find((address) => !notPublic.test(address)) ?? list[0])
        : (list[list.length - trustedHops] ?? list[0]);
    if (found !== undefined) return { address: found, sign };
  }
  const real = plainAddress(firstOf(headers, 'x-real-ip'));
  return real === undefined ? peer : { address: real, sign: 'x-real-ip' };
}
