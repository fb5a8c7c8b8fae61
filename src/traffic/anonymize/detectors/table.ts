import { card } from './card.ts';
import { countDigits, type Detector, mayHold } from './detector.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { ip } from './ip.ts';
import { jwt } from './jwt.ts';
import { socialSecurityNumber } from './national-id.ts';
import { phone } from './phone.ts';
import { secret } from './secret.ts';

/** Every detector, the most telling first: where two fit, the first one names the kind. */
export const detectors: readonly Detector[] = [jwt, secret, email, iban, card, socialSecurityNumber, ip, phone];

/** Kind of personal or secret data that the whole value is; undefined when no detector knows it. */
export function detect(value: string): string | undefined {
  if (value.length < 3) return undefined;
  const digits = countDigits(value);
  for (const detector of detectors) {
    if (mayHold(detector, value, digits) && detector.matches(value)) return detector.kind;
  }
  return undefined;
}

/** Whether any detector sees something in a longer text, such as the address in a crawler's user agent. */
export function holdsDetected(text: string): boolean {
  const digits = countDigits(text);
  return detectors.some((detector) => {
    if (!mayHold(detector, text, digits)) return false;
    for (const _ of detector.find(text)) return true;
    return false;
  });
}
