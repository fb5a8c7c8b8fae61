import { findAll } from './detectors/table.ts';

export { holdsGivenName } from './detectors/person-name.ts';
export { detect as kindOf } from './detectors/table.ts';
export { isFieldName, isPersonalName } from './names.ts';
export { isPublicText } from './public-words.ts';

import { isTestCard } from './detectors/card.ts';
import { isReservedDomain } from './detectors/email.ts';
import { isUnassignedPhone } from './detectors/phone.ts';

interface Detected {
  from: number;
  to: number;
  kind: string;
  /** It shows by its form that nobody can have it; null: no form says so, a made-up one looks like a real one. */
  isMadeUp: boolean | null;
}

const madeUp: Record<string, (text: string) => boolean> = {
  email: isReservedDomain,
  card: isTestCard,
  phone: isUnassignedPhone,
  nino: (text) => text.startsWith('QQ'),
};

/** What the detectors see in a text, and whether it can be someone's. */
export function* detectionsIn(text: string): Generator<Detected> {
  for (const [from, to, kind] of findAll(text))
    yield { from, to, kind, isMadeUp: madeUp[kind]?.(text.slice(from, to)) ?? null };
}
