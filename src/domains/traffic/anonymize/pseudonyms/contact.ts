import { phoneParts } from '../detectors/phone.ts';
import type { Keyed } from '../keyed.ts';
import type { Atoms } from './atoms.ts';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** `length` letters and digits, 5 bits each. */
export function shortName(keyed: Keyed, label: string, text: string, length: number): string {
  const bytes = keyed.stream(label, text, length);
  let out = '';
  for (const byte of bytes) out += base32[byte & 31];
  return out;
}

/** A host under `.example`, which no one can own (RFC 2606). The same for upper and lower case; the port stays. */
export function pseudonymHost(keyed: Keyed, host: string): string {
  const port = /:\d{1,5}$/.exec(host)?.[0] ?? '';
  const name = host.slice(0, host.length - port.length).toLowerCase();
  return name === '' ? port : `host-${shortName(keyed, 'host', name, 10)}.example${port}`;
}

/** Local part as a name, domain as the host of that name: `mina.ott+news@mail.de` → `kelu.zxa+qwer@host-….example`. */
export function pseudonymEmail(atoms: Atoms, address: string, host: (name: string) => string): string {
  const at = address.lastIndexOf('@');
  return `${atoms.name(address.slice(0, at))}@${host(address.slice(at + 1))}`;
}

/** Country code, length and punctuation kept; a number that is not assigned to anyone (see isUnassignedPhone). */
export function pseudonymPhone(keyed: Keyed, text: string): string {
  const { prefix, rest, northAmerican } = phoneParts(text);
  // The same number written in two ways has the same digits.
  const bytes = keyed.stream('phone', rest, 16);
  const digits = Array.from(rest, (_, index) => String((bytes[index] ?? 0) % 10));
  if (northAmerican) {
    digits[0] = String(2 + ((bytes[0] ?? 0) % 8));
    digits.splice(3, 3, '5', '5', '5');
  } else if (prefix !== '' || rest.startsWith('0')) {
    digits[0] = '0';
  }
  const all = [...prefix, ...digits];
  let at = 0;
  return text.replace(/\d/g, () => all[at++] ?? '0');
}
