import type { FieldReader } from './field.ts';

/** Of a connection and not of an answer (RFC 9110, 7.6.1); then what says when it was sent, and what follows from the body, which is compared. */
export const headersLeftOut: readonly string[] = [
  ...[
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authenticate',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ],
  ...['date', 'age'],
  'content-length',
];

/** @param headers names in lower case, in the order of the answer */
export function readHeaders(headers: readonly (readonly [string, string])[], reader: FieldReader): void {
  for (const [name, value] of headers) {
    if (headersLeftOut.includes(name)) continue;
    if (name === 'set-cookie') readCookie(value, reader);
    else reader.scalar(`header ${name}`, value);
  }
}

function readCookie(line: string, reader: FieldReader): void {
  const [pair = '', ...attributes] = line.split(';');
  const equals = pair.indexOf('=');
  const name = /^[\w.-]{1,60}$/.test(pair.slice(0, equals).trim()) ? pair.slice(0, equals).trim() : '{…}';
  reader.opaque(`cookie ${name}`, pair.slice(equals + 1).trim());
  const said = attributes
    .map((each) => each.trim().toLowerCase())
    .filter((each) => each !== '' && !each.startsWith('expires='));
  reader.scalar(`cookie ${name} (attributes)`, said.sort().join('; '));
}
