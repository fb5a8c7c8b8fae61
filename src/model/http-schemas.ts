import { z } from 'zod';
import { secret } from './secret.ts';

/** Headers to send: any that HTTP lets through as plain text. Their values can be secrets. */
export const headersSchema = secret(
  'values',
  z.record(
    z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i, 'must be an HTTP header name'),
    z.string().regex(/^[\t\x20-\x7e]*$/, 'must not hold control characters'),
  ),
);

/** Where to send it: http or https, without a password that would end up in a report; its query can hold a token. */
export const urlSchema = secret(
  'address',
  z.string().refine((text) => {
    const parsed = URL.canParse(text) ? new URL(text) : null;
    return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
  }, 'must be an http:// or https:// URL without user and password'),
);
