import { card } from './card.ts';
import { cluesOf } from './clues.ts';
import { countDigits, type Detector, mayBe } from './detector.ts';
import { email } from './email.ts';
import { iban } from './iban.ts';
import { ip } from './ip.ts';
import { jwt } from './jwt.ts';
import { aadhaar, bsn, cpf, nino, pan, socialSecurityNumber, steuerId } from './national-id.ts';
import { phone } from './phone.ts';
import { secret } from './secret.ts';
import { coordinates, mac, plate } from './things.ts';

/** Every detector, the most specific first: where two fit, the first one names the kind. */
const detectors: readonly Detector[] = [
  ...[jwt, secret, email, iban, card, socialSecurityNumber, cpf, aadhaar, steuerId, bsn, nino, pan],
  ...[mac, ip, coordinates, phone, plate],
];

/** Kind of personal or secret data that the whole value is; undefined when no detector knows it. */
export function detect(value: string): string | undefined {
  if (value.length < 3) return undefined;
  const digits = countDigits(value);
  for (const detector of detectors) {
    if (mayBe(detector, value, digits) && detector.matches(value)) return detector.kind;
  }
  return undefined;
}

/** What the detectors see inside a text, detector by detector. */
export function* findAll(text: string): Generator<readonly [from: number, to: number, kind: string]> {
  const clues = cluesOf(text);
  if (clues === 0) return;
  for (const detector of detectors) {
    if ((clues & detector.clues) === 0) continue;
    for (const [from, to] of detector.find(text, clues)) yield [from, to, detector.kind];
  }
}

/** Whether any detector sees something in a longer text, such as the address in a crawler's user agent. */
export function holdsDetected(text: string): boolean {
  for (const _ of findAll(text)) return true;
  return false;
}
