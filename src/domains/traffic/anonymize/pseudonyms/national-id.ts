import { cpfDigits, taxDigit, verhoeff } from '../detectors/national-id.ts';
import type { Keyed } from '../keyed.ts';

/** The digits of a text, one after the other, put in the place of its own. */
function withDigits(text: string, digits: string): string {
  let at = 0;
  return text.replace(/\d/g, () => digits[at++] ?? '0');
}

function keyedDigits(keyed: Keyed, kind: string, text: string, count: number): string {
  const bytes = keyed.stream(kind, text.replace(/\D/g, ''), count);
  return Array.from(bytes, (byte) => String(byte % 10)).join('');
}

/** Same form, and right check digits. */
export function pseudonymCpf(keyed: Keyed, text: string): string {
  const base = keyedDigits(keyed, 'cpf', text, 9);
  return withDigits(text, base + cpfDigits(base));
}

export function pseudonymAadhaar(keyed: Keyed, text: string): string {
  const base = `${2 + (Number(keyedDigits(keyed, 'aadhaar first', text, 1)) % 8)}${keyedDigits(keyed, 'aadhaar', text, 10)}`;
  const check = Array.from({ length: 10 }, (_, digit) => String(digit)).find((digit) => verhoeff(base + digit) === 0);
  return withDigits(text, base + (check ?? '0'));
}

export function pseudonymSteuerId(keyed: Keyed, text: string): string {
  const base = `${1 + (Number(keyedDigits(keyed, 'tax first', text, 1)) % 9)}${keyedDigits(keyed, 'tax', text, 9)}`;
  return withDigits(text, base + String(taxDigit(base)));
}

export function pseudonymBsn(keyed: Keyed, text: string): string {
  for (let turn = 0; ; turn++) {
    const base = keyedDigits(keyed, `bsn ${turn}`, text, 8);
    let sum = 0;
    for (let index = 0; index < 8; index++) sum += Number(base[index]) * (9 - index);
    // A rest of ten has no digit.
    if (sum % 11 < 10) return withDigits(text, base + String(sum % 11));
  }
}

/** Under a prefix that is never issued. */
export function pseudonymNino(keyed: Keyed, text: string): string {
  return withDigits(`QQ${text.slice(2)}`, keyedDigits(keyed, 'nino', text.replace(/ /g, ''), 6));
}

/** Locally administered (its second bit set), so of no maker's card. */
export function pseudonymMac(keyed: Keyed, text: string): string {
  const bytes = Buffer.from(keyed.stream('mac', text.toLowerCase().replace(/[:-]/g, ''), 6));
  bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 2;
  const separator = text[2] ?? ':';
  const made = bytes.toString('hex').replace(/..(?=.)/g, `$&${separator}`);
  return /[A-F]/.test(text) ? made.toUpperCase() : made;
}

/** Another place on earth, with as many digits. */
export function pseudonymCoordinates(keyed: Keyed, text: string): string {
  let turn = 0;
  return text.replace(/(\d+)\.(\d+)/g, (_, whole: string, fraction: string) => {
    const limit = turn++ === 0 ? 90 : 180;
    const bytes = keyed.stream('coordinate', `${whole}.${fraction}`, fraction.length + 4);
    const degrees = bytes.readUInt32LE(0) % limit;
    return `${degrees}.${Array.from(bytes.subarray(4), (byte) => String(byte % 10)).join('')}`;
  });
}
