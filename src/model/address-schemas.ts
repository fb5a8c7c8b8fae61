import { z } from 'zod';
import { secret } from './secret.ts';

/** Letters of a host name, an IPv4 address, or an IPv6 address in brackets. */
const hostName = String.raw`(\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9]([a-zA-Z0-9._\-]*[a-zA-Z0-9])?)`;

/** A host of a network, with or without a port. */
export const hostSchema = z
  .string()
  .regex(new RegExp(`^${hostName}(:\\d{1,5})?$`), {
    error: 'must be a host or host:port, such as staging.example.com:8443',
    abort: true,
  })
  .refine(isPossible, 'must have a port from 1 to 65535, and in an IPv4 address numbers from 0 to 255');

/** Where something listens. */
export const hostPortSchema = z
  .string()
  .regex(new RegExp(`^${hostName}:\\d{1,5}$`), {
    error: 'must be host:port, such as 127.0.0.1:6379 or [::1]:6379',
    abort: true,
  })
  .refine(isPossible, 'must have a port from 1 to 65535, and in an IPv4 address numbers from 0 to 255');

/** http or https; user, password and query may be in it, and are secrets. */
export const httpUrlSchema = secret(
  'address',
  z
    .string()
    .regex(/^https?:\/\//, { error: 'must be an http:// or https:// URL', abort: true })
    .refine((text) => URL.canParse(text), 'must be a valid URL: check its host, and its port (1 to 65535)'),
);

/** A connection string of PostgreSQL; user and password are secrets. */
export const postgresUrlSchema = secret(
  'address',
  z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'must be a postgres:// URL', abort: true })
    .refine(
      (text) => URL.canParse(text),
      'must be a valid URL: check its port (1 to 65535), and write # / ? @ : in user and password as %23 %2F %3F %40 %3A',
    ),
);

function isPossible(host: string): boolean {
  const url = `http://${host}`;
  return URL.canParse(url) && !/:0+$/.test(host.replace(/^\[.*\]/, ''));
}
