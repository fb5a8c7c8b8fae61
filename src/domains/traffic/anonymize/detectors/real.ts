import { isTestCard } from './card.ts';
import { isReservedDomain } from './email.ts';
import { isUnassignedPhone } from './phone.ts';
import { findAll } from './table.ts';

/** Values of a kind that nobody can have: they are set aside for tests and examples. */
const madeUp: Record<string, (text: string) => boolean> = {
  email: isReservedDomain,
  card: isTestCard,
  phone: isUnassignedPhone,
};

/** Personal and secret data that the detectors see in a text, but for what is set aside for tests and examples. */
export function* detectedIn(text: string): Generator<{ kind: string; text: string }> {
  for (const [from, to, kind] of findAll(text)) {
    const found = text.slice(from, to);
    if (madeUp[kind]?.(found) !== true) yield { kind, text: found };
  }
}
