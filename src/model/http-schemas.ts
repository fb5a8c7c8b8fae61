import { z } from 'zod';

/** Headers to send: any that HTTP lets through as plain text. */
export const headersSchema = z.record(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9a-z-]+$/i, 'must be an HTTP header name'),
  z.string().regex(/^[\t\x20-\x7e]*$/, 'must not hold control characters'),
);

/** Where to send it: http or https, without a password that would end up in a report. */
export const urlSchema = z.string().refine((text) => {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.username === '' && parsed.password === '';
}, 'must be an http:// or https:// URL without user and password');
