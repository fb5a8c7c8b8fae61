import { luhnDigit, testCardPrefixes } from '../detectors/card.ts';
import { mod97 } from '../detectors/iban.ts';
import type { Keyed } from '../keyed.ts';
import { permute } from '../permute.ts';

/** Same length and separators, a published test range of the same network, and a right check digit. */
export function pseudonymCard(keyed: Keyed, text: string): string {
  const digits = text.replace(/\D/g, '');
  const prefix = testCardPrefixes.find(([issuer]) => issuer.test(digits))?.[1] ?? '400000';
  const bytes = keyed.stream('card', digits, digits.length);
  let payload = prefix;
  for (let i = prefix.length; i < digits.length - 1; i++) payload += String((bytes[i] ?? 0) % 10);
  return intoFormat(text, payload + String(luhnDigit(payload)));
}

const ibanTweak = 5;

/** Country, length and grouping kept; the account is permuted within its format, and the check digits are right. */
export function pseudonymIban(keyed: Keyed, text: string): string {
  const compact = text.replaceAll(' ', '');
  const country = compact.slice(0, 2);
  const units = [...compact.slice(4)];
  const radices = units.map((unit) => (unit <= '9' ? 10 : 26));
  const digits = units.map((unit) => (unit <= '9' ? Number(unit) : unit.charCodeAt(0) - 65));
  if (!permute(keyed, ibanTweak, digits, radices)) {
    const bytes = keyed.stream('iban', compact, digits.length);
    for (const [index, byte] of bytes.entries()) digits[index] = byte % (radices[index] ?? 10);
  }
  const account = digits
    .map((digit, index) => (radices[index] === 10 ? digit : String.fromCharCode(65 + digit)))
    .join('');
  const check = String(98 - mod97(`${account}${country}00`)).padStart(2, '0');
  return intoFormat(text, country + check + account);
}

function intoFormat(text: string, characters: string): string {
  let at = 0;
  return text.replace(/[A-Za-z0-9]/g, () => characters[at++] ?? '0');
}
